/** Devices: enrolment, import, what they measured and what happened at them. */
import Joi from 'joi'
import { CONNECTION_REASONS } from '../connection.ts'
import type { ConnectionSpell } from '../connection.ts'
import type { FieldValue } from '../decoded.ts'
import type { CompoundId, DeviceId, Kind, Location, Millis } from '../names.ts'
import { compoundId, count, deviceId, fieldValue, kind, line, locationSchema, millis, paging } from './common.ts'
import type { Paging, Plain } from './common.ts'

export interface DeviceQuery extends Paging {
  readonly compound?: string
  readonly kind?: Kind
  readonly building?: string
  readonly online?: boolean
  /** Part of an id, model or home. */
  readonly q?: string
}
export const deviceQuery = Joi.object<DeviceQuery, true>({
  ...paging,
  compound: compoundId(),
  kind: kind(),
  building: line(32),
  online: Joi.boolean(),
  q: line(64)
})

export interface NewDevice {
  readonly id: DeviceId
  readonly kind: Kind
  readonly compound: CompoundId
  /** The gateway that speaks for it; null for a device with a connection of its own. */
  readonly gateway: DeviceId | null
  readonly location: Location
  readonly model: string | null
}
const NEW_DEVICE = {
  id: deviceId().required(),
  kind: kind().required(),
  compound: compoundId().required(),
  gateway: deviceId().allow(null).default(null),
  location: locationSchema.required(),
  model: line(64).allow(null).default(null)
}
/** The body of `POST /devices`, and a line of an import. */
export const newDevice = Joi.object<NewDevice, true>(NEW_DEVICE).meta({ name: 'NewDevice' })

export interface DeviceView extends NewDevice {
  readonly enrolledAt: Millis
  readonly online: boolean
  readonly lastSeenAt: Millis | null
  readonly latest: Readonly<Record<string, { readonly value: FieldValue; readonly ts: Millis }>>
}
export const latestValues = Joi.object().pattern(Joi.string(), Joi.object({ value: fieldValue().required(), ts: millis().required() }))
export const deviceView = Joi.object<DeviceView, true>({
  id: deviceId().required(),
  kind: kind().required(),
  compound: compoundId().required(),
  gateway: deviceId().allow(null).required(),
  location: locationSchema.required(),
  model: Joi.string().allow(null).required(),
  enrolledAt: millis().required(),
  online: Joi.boolean().required(),
  lastSeenAt: millis().allow(null).required(),
  latest: latestValues.required()
}).meta({ name: 'Device' })

export interface EnrolledDevice {
  readonly device: DeviceView
  /** Shown once; the platform keeps its hash only. */
  readonly token: string
}
export const enrolledDevice = Joi.object<EnrolledDevice, true>({ device: deviceView.required(), token: Joi.string().required() })
  .meta({ name: 'EnrolledDevice' })

export interface DeviceToken {
  readonly id: DeviceId
  readonly token: string
}
export const deviceToken = Joi.object<DeviceToken, true>({ id: deviceId().required(), token: Joi.string().required() }).meta({ name: 'DeviceToken' })

/** A line of the answer to an import. `line` counts from 1; `id` is null where the line has none that can be read. */
export type ImportLine =
  | DeviceToken
  | { readonly id: string | null; readonly line: number; readonly error: { readonly code: string; readonly message: string; readonly path: string } }
export const importLine = Joi.alternatives<ImportLine>(
  deviceToken,
  Joi.object({
    id: Joi.string().allow(null, '').required(),
    line: Joi.number().integer().min(1).required(),
    error: Joi.object({
      code: Joi.string().required(), message: Joi.string().required(), path: Joi.string().allow('').required()
    }).required()
  }).meta({ name: 'ImportError' })
)

export interface ReadingsQuery {
  readonly field: string
  readonly from?: Millis
  readonly to?: Millis
  readonly points: number
}
export const readingsQuery = Joi.object<ReadingsQuery, true>({
  field: line(64).required(),
  from: millis(),
  to: millis(),
  points: Joi.number().integer().min(1).max(5000).default(500)
})

export interface Readings {
  readonly field: string
  readonly unit: string | null
  /** Which store they come from. */
  readonly source: 'influx' | 'embedded'
  /** `[start of the step, mean, min, max, count]`. */
  readonly points: readonly (readonly [number, number, number, number, number])[]
}
export const readings = Joi.object<Plain<Readings>, true>({
  field: Joi.string().required(),
  unit: Joi.string().allow(null).required(),
  source: Joi.string().valid('influx', 'embedded').required(),
  points: Joi.array().items(Joi.array().ordered(
    millis().required(), Joi.number().required(), Joi.number().required(), Joi.number().required(), count().required()
  )).required()
}).meta({ name: 'Readings' })

export interface EventsQuery extends Paging {
  readonly from?: Millis
  readonly to?: Millis
  /** Why somebody reads passages; goes to the audit log. */
  readonly reason?: string
}
export const eventsQuery = Joi.object<EventsQuery, true>({ ...paging, from: millis(), to: millis(), reason: line(500) })

export interface EventView {
  readonly id: string
  readonly device: DeviceId
  readonly ts: Millis
  readonly receivedAt: Millis
  readonly type: string
  readonly historical: boolean
  /** `ts` is the time of receipt, because the device's own was off. */
  readonly clockSuspect: boolean
  readonly sequenceReused: boolean
  readonly fields: Readonly<Record<string, FieldValue>>
}
export const eventView = Joi.object<EventView, true>({
  id: Joi.string().required(),
  device: deviceId().required(),
  ts: millis().required(),
  receivedAt: millis().required(),
  type: Joi.string().required(),
  historical: Joi.boolean().required(),
  clockSuspect: Joi.boolean().required(),
  sequenceReused: Joi.boolean().required(),
  fields: Joi.object().pattern(Joi.string(), fieldValue()).required()
}).meta({ name: 'Event' })

export interface ConnectionsQuery extends Paging {
  readonly from?: Millis
  readonly to?: Millis
}
export const connectionsQuery = Joi.object<ConnectionsQuery, true>({ ...paging, from: millis(), to: millis() })

export const connectionSpell = Joi.object<ConnectionSpell, true>({
  from: millis().required(),
  to: millis().allow(null).required(),
  online: Joi.boolean().required(),
  why: Joi.string().valid(...CONNECTION_REASONS).required()
}).meta({ name: 'ConnectionSpell' })
