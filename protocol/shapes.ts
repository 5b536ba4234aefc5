/** The objects that devices send, put together from declared fields: one joi schema and one fast check each. */
import Joi from 'joi'
import type { FieldValue } from './decoded.ts'
import { fieldCheck, fieldSchema } from './fields.ts'
import type { Field, Fields } from './kinds/definition.ts'
import { KIND_DEFINITIONS } from './kinds/index.ts'
import { MAX_BOOT_CHARACTERS, MAX_TS } from './limits.ts'
import { KINDS } from './names.ts'
import type { Kind } from './names.ts'

/** What every report carries. A fault in one of them refuses the object. */
export const COMMON_FIELDS = {
  ts: { type: 'number', unit: 'ms', min: 0, max: MAX_TS, whole: true, label: { zh: '时间', en: 'Time' } },
  boot: { type: 'text', minCharacters: 0, maxCharacters: MAX_BOOT_CHARACTERS, label: { zh: '启动标识', en: 'Boot' } },
  seq: { type: 'number', unit: null, min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, label: { zh: '序号', en: 'Sequence number' } },
  historical: { type: 'boolean', label: { zh: '补传', en: 'Historical' } }
} as const satisfies Fields

/** Characters of an event type, known or not. */
export const MAX_TYPE_CHARACTERS = 64

interface CheckedField {
  readonly field: Field
  readonly accepts: (value: unknown) => boolean
  readonly refuses: boolean
}

export interface Shape {
  /** What messages call it. */
  readonly name: string
  readonly required: readonly string[]
  readonly fields: ReadonlyMap<string, CheckedField>
  /** The names of the fields that can be left out. */
  readonly optional: readonly string[]
  /** The reference: accepts what the fast check accepts. */
  readonly schema: Joi.ObjectSchema
}

/** `refusing`: a fault in one of them refuses the object. `optional`: a faulty one is left out, the rest is used. */
export function shapeOf(name: string, refusing: Fields, required: readonly string[], optional: Fields): Shape {
  const fields = new Map<string, CheckedField>()
  for (const [key, field] of Object.entries(refusing)) fields.set(key, { field, accepts: fieldCheck(field), refuses: true })
  for (const [key, field] of Object.entries(optional)) fields.set(key, { field, accepts: fieldCheck(field), refuses: false })
  const keys: Record<string, Joi.AnySchema> = {}
  for (const [key, { field }] of fields) keys[key] = required.includes(key) ? fieldSchema(field).required() : fieldSchema(field)
  return { name, required, fields, optional: Object.keys(optional), schema: Joi.object(keys).unknown() }
}

function perKind(make: (kind: Kind) => Shape): Readonly<Record<Kind, Shape>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<Kind, Shape>
}

const nameOf = (kind: Kind): string => KIND_DEFINITIONS[kind].label.en.toLowerCase()

export const TELEMETRY_SHAPES = perKind((kind) => shapeOf(`telemetry of a ${nameOf(kind)}`, COMMON_FIELDS, ['ts'], KIND_DEFINITIONS[kind].telemetry))

export const EVENT_SHAPES = perKind((kind) => {
  const { events, eventFields } = KIND_DEFINITIONS[kind]
  const type: Field = { type: 'enum', values: Object.keys(events), label: { zh: '类型', en: 'Type' } }
  return shapeOf(`event of a ${nameOf(kind)}`, { ...COMMON_FIELDS, type }, ['ts', 'type'], eventFields)
})

const text = (maxCharacters: number, zh: string, en: string): Field => ({ type: 'text', minCharacters: 0, maxCharacters, label: { zh, en } })

export const STATUS_SHAPE = shapeOf(
  'status', { state: { type: 'enum', values: ['online', 'offline'], label: { zh: '状态', en: 'State' } } }, ['state'],
  { boot: COMMON_FIELDS.boot, firmware: text(64, '固件版本', 'Firmware'), model: text(64, '型号', 'Model') }
)

export const COMMAND_RESULT_SHAPE = shapeOf(
  'result of a command', { state: { type: 'enum', values: ['accepted', 'done', 'failed'], label: { zh: '状态', en: 'State' } } }, ['state'],
  { message: text(500, '说明', 'Message') }
)

/** An object that was accepted as it is. */
export interface Accepted {
  /** The refusing fields: `ts`, `boot`, … */
  readonly head: Record<string, FieldValue>
  /** The optional ones. */
  readonly values: Record<string, FieldValue>
  readonly valueCount: number
  readonly unknown: readonly string[]
}

const NONE: readonly string[] = []

/** The fast way: takes an object in which nothing is wrong; null when something is, and then joi says what. */
export function accept(shape: Shape, object: Readonly<Record<string, unknown>>): Accepted | null {
  const head: Record<string, FieldValue> = {}
  const values: Record<string, FieldValue> = {}
  let valueCount = 0
  let unknown: string[] | null = null
  // Twice as fast as over `Object.entries`; what was read from JSON has no other names than its own.
  for (const key in object) {
    const value = object[key]
    const checked = shape.fields.get(key)
    if (checked === undefined) {
      unknown ??= []
      unknown.push(key)
      continue
    }
    if (!checked.accepts(value)) return null
    if (checked.refuses) {
      head[key] = plain(value)
    } else {
      values[key] = plain(value)
      valueCount += 1
    }
  }
  for (const key of shape.required) if (!Object.hasOwn(head, key)) return null
  return { head, values, valueCount, unknown: unknown ?? NONE }
}

/** An accepted value; `-0` becomes 0, so that it is shown and hashed as what it is. */
export function plain(value: unknown): FieldValue {
  return (typeof value === 'number' ? value + 0 : value) as FieldValue
}
