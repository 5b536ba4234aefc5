/** Alarms and what can be done to them. */
import Joi from 'joi'
import { CAUSES, TRANSITIONS } from '../alarm.ts'
import type { Alarm, Cause, Transition } from '../alarm.ts'
import type { Severity } from '../names.ts'
import { bilingual, compoundId, count, deviceId, line, locationSchema, millis, paging, prose, severity } from './common.ts'
import type { Paging, Plain } from './common.ts'

export interface AlarmQuery extends Paging {
  readonly state: 'open' | 'closed' | 'all'
  readonly compound?: string
  readonly severity?: Severity
  readonly rule?: string
  readonly device?: string
}
export const alarmQuery = Joi.object<AlarmQuery, true>({
  ...paging,
  state: Joi.string().valid('open', 'closed', 'all').default('open'),
  compound: compoundId(),
  severity: severity(),
  rule: line(64),
  device: deviceId()
})

const ALARM = {
  id: Joi.string().required(),
  rule: Joi.string().required(),
  subject: Joi.string().required(),
  severity: severity().required(),
  compound: compoundId().allow(null).required(),
  building: Joi.string().allow(null).required(),
  device: deviceId().allow(null).required(),
  location: locationSchema.allow(null).required(),
  state: Joi.string().valid('active', 'cleared', 'closed').required(),
  acknowledged: Joi.boolean().required(),
  latched: Joi.boolean().required(),
  shelvedUntil: millis().allow(null).required(),
  suppressedBy: Joi.string().allow(null).required(),
  raisedAt: millis().required(),
  receivedAt: millis().required(),
  clearedAt: millis().allow(null).required(),
  closedAt: millis().allow(null).required(),
  cause: Joi.string().valid(...CAUSES).allow(null).required(),
  occurrences: count().required(),
  message: bilingual.required(),
  incident: Joi.string().allow(null).required()
}
export const alarm = Joi.object<Alarm, true>(ALARM).meta({ name: 'Alarm' })

export const transition = Joi.object<Transition, true>({
  n: Joi.number().integer().min(1).required(),
  name: Joi.string().valid(...TRANSITIONS).required(),
  at: millis().required(),
  who: Joi.string().required(),
  note: Joi.string().allow(null, '').required(),
  occurrences: count().required()
}).meta({ name: 'Transition' })

export interface AlarmWithTimeline extends Alarm {
  readonly timeline: readonly Transition[]
}
export const alarmWithTimeline = Joi.object<Plain<AlarmWithTimeline>, true>({ ...ALARM, timeline: Joi.array().items(transition).required() })
  .meta({ name: 'AlarmWithTimeline' })

const note = (): Joi.StringSchema => prose(2000).allow(null).default(null)

/** The body of `acknowledge`, `unshelve`, `confirm` and `reset`; an empty object will do. */
export interface Noted {
  readonly note: string | null
}
export const noted = Joi.object<Noted, true>({ note: note() }).meta({ name: 'Noted' })

/** The body of `note`: something has to be said. */
export interface Noting {
  readonly note: string
}
export const noting = Joi.object<Noting, true>({ note: prose(2000).required() }).meta({ name: 'Noting' })

export interface Shelving {
  readonly minutes: number
  readonly reason: string
}
/** Always with an end: seven days at most. What a severity allows is for the alarm book to say. */
export const shelving = Joi.object<Shelving, true>({
  minutes: Joi.number().integer().min(1).max(7 * 24 * 60).required(),
  reason: line(500).required()
}).meta({ name: 'Shelving' })

export interface Closing {
  readonly cause: Cause
  readonly note: string | null
}
export const closing = Joi.object<Closing, true>({ cause: Joi.string().valid(...CAUSES).required(), note: note() }).meta({ name: 'Closing' })
