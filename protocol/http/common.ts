/** What many calls have in common: ids, time, text, places, lists, problems. */
import Joi from 'joi'
import { COMPOUND_ID, DEVICE_ID, KINDS, SEVERITIES } from '../names.ts'
import type { CompoundId, DeviceId, Kind, Location, Severity } from '../names.ts'
import { MAX_TS } from '../limits.ts'
import type { InputFault } from './check.ts'

/** The place of all calls but those for the machine room (`/healthz`, `/readyz`, `/metrics`). */
export const API_BASE = '/api/v1'

/** The same with arrays that may be changed: joi's types know no others. */
export type Plain<T> = T extends readonly (infer Element)[] ? Plain<Element>[]
  : T extends string | number | boolean | null | undefined ? T
    : { -readonly [Key in keyof T]: Plain<T[Key]> }

const BAD_TEXT = '{{#label}} must be text without control characters, and not longer than allowed'

/** One line of text of 1 to `max` characters. */
export const line = (max: number): Joi.StringSchema =>
  Joi.string().pattern(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${max}}$`, 'u')).messages({
    'string.pattern.base': `{{#label}} must be one line of 1 to ${max} characters, without control characters`
  })

/** Text of up to `max` characters that may have several lines. */
export const prose = (max: number): Joi.StringSchema =>
  Joi.string().allow('').pattern(new RegExp(`^[^\\p{Cs}\\u0000]{0,${max}}$`, 'u')).messages({ 'string.pattern.base': BAD_TEXT })

export const compoundId = (): Joi.StringSchema<CompoundId> =>
  Joi.string<CompoundId>().pattern(COMPOUND_ID).messages({
    'string.pattern.base': '{{#label}} must be 1 to 32 of the letters a-z, digits and hyphens, not beginning with a hyphen'
  })

export const deviceId = (): Joi.StringSchema<DeviceId> =>
  Joi.string<DeviceId>().pattern(DEVICE_ID).messages({
    'string.pattern.base': '{{#label}} must be 1 to 64 of the letters a-z, digits and hyphens, not beginning with a hyphen'
  })

/** As a compound's id. */
export const buildingId = (): Joi.StringSchema => compoundId()

export const kind = (): Joi.StringSchema<Kind> => Joi.string<Kind>().valid(...KINDS)
export const severity = (): Joi.StringSchema<Severity> => Joi.string<Severity>().valid(...SEVERITIES)

/** Milliseconds since 1970 UTC. */
export const millis = (): Joi.NumberSchema => Joi.number().integer().min(0).max(MAX_TS)

export const count = (): Joi.NumberSchema => Joi.number().integer().min(0)

/** The compounds that somebody may see. */
export const compoundScope = (): Joi.AlternativesSchema =>
  Joi.alternatives(Joi.string().valid('all'), Joi.array().items(compoundId()).max(10_000).unique()).messages({
    'alternatives.match': '{{#label}} must be "all" or a list of different compound ids',
    'alternatives.types': '{{#label}} must be "all" or a list of different compound ids'
  })

export const locationSchema = Joi.object<Location, true>({
  building: line(32).required(),
  unit: line(32),
  floor: Joi.number().integer().min(-20).max(200),
  home: line(32)
}).meta({ name: 'Location' })

export const bilingual = Joi.object({ zh: Joi.string().allow('').required(), en: Joi.string().allow('').required() }).meta({ name: 'Bilingual' })

/** A value of a field. */
export const fieldValue = (): Joi.AlternativesSchema => Joi.alternatives(Joi.number(), Joi.boolean(), Joi.string().allow(''))

export interface Paging {
  readonly limit: number
  readonly cursor?: string
}
export const DEFAULT_LIMIT = 100
/** The keys of a paged list's query. */
export const paging = {
  limit: Joi.number().integer().min(1).max(1000).default(DEFAULT_LIMIT),
  cursor: Joi.string().max(512)
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque; null on the last page. */
  readonly next: string | null
}
export const pageOf = <Item>(items: Joi.Schema): Joi.ObjectSchema<Page<Item>> =>
  Joi.object({ items: Joi.array().items(items).required(), next: Joi.string().allow(null).required() })

/** A problem document (RFC 9457). `code` is stable; `faults` names everything that is wrong with the request. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail?: string
  readonly faults?: readonly InputFault[]
}
export const problem = Joi.object<Plain<Problem>, true>({
  type: Joi.string().required(),
  title: Joi.string().required(),
  status: Joi.number().integer().min(400).max(599).required(),
  code: Joi.string().pattern(/^[a-z0-9-]+$/).required(),
  detail: Joi.string().allow(''),
  faults: Joi.array().items(Joi.object<InputFault, true>({ path: Joi.string().allow('').required(), message: Joi.string().required() }))
}).meta({ name: 'Problem' })
