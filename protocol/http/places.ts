/** The site, its compounds and their buildings. */
import Joi from 'joi'
import { SEVERITIES } from '../names.ts'
import type { CompoundId, Severity } from '../names.ts'
import { buildingId, compoundId, count, line } from './common.ts'
import type { Plain } from './common.ts'

export interface Site {
  readonly name: string
  /** IANA name, e.g. `Asia/Shanghai`. */
  readonly timeZone: string
  readonly mqtt: {
    readonly host: string
    readonly port: number
    /** Port of the TLS listener; null when there is none. */
    readonly tls: number | null
    /** Path of MQTT over WebSocket on the HTTP port. */
    readonly websocket: string
  }
  readonly version: string
}
const port = (): Joi.NumberSchema => Joi.number().integer().min(1).max(65_535)
export const site = Joi.object<Site, true>({
  name: Joi.string().required(),
  timeZone: Joi.string().required(),
  mqtt: Joi.object<Site['mqtt'], true>({
    host: Joi.string().required(),
    port: port().required(),
    tls: port().allow(null).required(),
    websocket: Joi.string().required()
  }).required(),
  version: Joi.string().required()
}).meta({ name: 'Site' })

export interface BuildingView {
  readonly id: string
  readonly name: string
  /** Entrances (单元). */
  readonly units: number
  readonly floors: number
}
const building = Joi.object<BuildingView, true>({
  id: buildingId().required(),
  name: line(64).required(),
  units: Joi.number().integer().min(1).max(100).required(),
  floors: Joi.number().integer().min(1).max(200).required()
}).meta({ name: 'Building' })

export interface GeoPoint {
  readonly lat: number
  readonly lon: number
}
const geoPoint = Joi.object<GeoPoint, true>({
  lat: Joi.number().min(-90).max(90).required(),
  lon: Joi.number().min(-180).max(180).required()
}).meta({ name: 'GeoPoint' })

export interface NewCompound {
  readonly id: CompoundId
  readonly name: string
  readonly district: string
  readonly homes: number
  readonly buildings: readonly BuildingView[]
  readonly location: GeoPoint | null
}
export const newCompound = Joi.object<Plain<NewCompound>, true>({
  id: compoundId().required(),
  name: line(64).required(),
  district: line(64).required(),
  homes: Joi.number().integer().min(0).max(100_000).required(),
  buildings: Joi.array().items(building).max(1000).unique('id').required(),
  location: geoPoint.allow(null).default(null)
}).messages({ 'array.unique': '{{#label}} repeats the id of an earlier building' }).meta({ name: 'NewCompound' })

export interface CompoundView extends NewCompound {
  readonly devices: { readonly total: number; readonly online: number }
  /** Open alarms. */
  readonly alarms: Readonly<Record<Severity, number>>
}
export const deviceCounts = Joi.object({ total: count().required(), online: count().required() })
export const alarmCounts = Joi.object(Object.fromEntries(SEVERITIES.map((name) => [name, count().required()])))
export const compoundView = Joi.object<Plain<CompoundView>, true>({
  id: compoundId().required(),
  name: Joi.string().required(),
  district: Joi.string().required(),
  homes: count().required(),
  buildings: Joi.array().items(building).required(),
  location: geoPoint.allow(null).required(),
  devices: deviceCounts.required(),
  alarms: alarmCounts.required()
}).meta({ name: 'Compound' })
