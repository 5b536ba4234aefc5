/** A declared field as a joi schema, as a fast check that accepts exactly the same, and in words. */
import Joi from 'joi'
import type { Field } from './kinds/definition.ts'
import { REF_PATTERN } from './topics.ts'

/** The joi schema of a field: the reference of what is right. */
export function fieldSchema(field: Field): Joi.AnySchema {
  if (field.type === 'boolean') return Joi.boolean()
  if (field.type === 'enum') return Joi.string().valid(...field.values)
  if (field.type === 'number') {
    const schema = Joi.number().min(field.min).max(field.max)
    return field.whole === true ? schema.integer() : schema
  }
  const schema = Joi.string().pattern(textPattern(field))
  return field.minCharacters === 0 ? schema.allow('') : schema
}

/** Accepts what `fieldSchema` accepts, many times faster: this runs for each value of each message. */
export function fieldCheck(field: Field): (value: unknown) => boolean {
  if (field.type === 'boolean') return (value) => value === true || value === false
  if (field.type === 'enum') {
    const values: ReadonlySet<unknown> = new Set(field.values)
    return (value) => values.has(value)
  }
  if (field.type === 'number') {
    const { min, max, whole = false } = field
    return (value) => typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))
  }
  const pattern = textPattern(field)
  return (value) => typeof value === 'string' && pattern.test(value)
}

function textPattern(field: Field & { type: 'text' }): RegExp {
  if (field.form === 'ref') return REF_PATTERN
  return new RegExp(`^[^\\p{Cc}\\p{Cs}]{${field.minCharacters ?? 1},${field.maxCharacters}}$`, 'u')
}

/** `wrong-type` or `out-of-range`, for a value that the field does not accept. */
export function fieldFaultCode(field: Field, value: unknown): 'wrong-type' | 'out-of-range' {
  const wanted = field.type === 'enum' || field.type === 'text' ? 'string' : field.type
  if (typeof value !== wanted) return 'wrong-type'
  if (field.type === 'number' && field.whole === true && Number.isFinite(value) && !Number.isInteger(value)) return 'wrong-type'
  return 'out-of-range'
}

/** What a field must be, in English: `a number from -40 to 125 (°C)`. */
export function fieldRule(field: Field): string {
  if (field.type === 'boolean') return 'true or false'
  if (field.type === 'enum') return `one of ${field.values.join(', ')}`
  if (field.type === 'number') {
    const unit = field.unit === null ? '' : ` (${field.unit})`
    return `a ${field.whole === true ? 'whole ' : ''}number from ${field.min} to ${field.max}${unit}`
  }
  return field.form === 'ref'
    ? '1 to 64 letters, digits, dots, underscores or hyphens, beginning with a letter or a digit'
    : `text of ${field.minCharacters ?? 1} to ${field.maxCharacters} characters without control characters`
}

/** The value that was found, short enough for a message. What stands in a text field may be a credential, so that only its length is told. */
export function foundValue(field: Field | null, value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') {
    return field?.type === 'text' ? `text of ${value.length} characters` : JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  }
  if (typeof value !== 'number' && typeof value !== 'boolean') return 'nothing'
  return field?.type === 'text' ? `a ${typeof value}` : String(value)
}
