/** What was refused, and why. */
import Joi from 'joi'
import type { CompoundId, DeviceId, Millis } from '../names.ts'
import { compoundId, count, deviceId, millis, paging } from './common.ts'
import type { Paging } from './common.ts'

export interface QuarantineQuery extends Paging {
  readonly device?: string
}
export const quarantineQuery = Joi.object<QuarantineQuery, true>({ ...paging, device: deviceId() })

export interface QuarantineView {
  readonly id: string
  readonly at: Millis
  readonly device: DeviceId
  readonly compound: CompoundId | null
  readonly channel: string
  readonly code: string
  readonly path: string
  readonly message: string
  /** False when the rest of the object was used. */
  readonly refused: boolean
  /** Bytes that were sent. */
  readonly size: number
  /** The first 1 KiB, as text where it is UTF-8, else in base64. */
  readonly body: string
  readonly encoding: 'utf-8' | 'base64'
}
export const quarantineView = Joi.object<QuarantineView, true>({
  id: Joi.string().required(),
  at: millis().required(),
  device: deviceId().required(),
  compound: compoundId().allow(null).required(),
  channel: Joi.string().required(),
  code: Joi.string().required(),
  path: Joi.string().allow('').required(),
  message: Joi.string().allow('').required(),
  refused: Joi.boolean().required(),
  size: count().required(),
  body: Joi.string().allow('').required(),
  encoding: Joi.string().valid('utf-8', 'base64').required()
}).meta({ name: 'Refusal' })
