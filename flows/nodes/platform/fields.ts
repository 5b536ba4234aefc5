/** Reading what somebody typed into a node, or sent to it; each fault names its field. */
import { badField } from './fault.ts'
import type { Definition, Message } from './red.ts'

/** A text of the definition, trimmed; empty when it is not there. */
export function textOf(definition: Definition, field: string): string {
  const value = definition[field]
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
}

/** A list that is typed with commas, or chosen; empty: everything. */
export function listOf(definition: Definition, field: string): ReadonlySet<string> {
  const value = definition[field]
  const parts = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(/[,，\s]+/) : []
  return new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))
}

/** A number of the definition within its bounds; `otherwise` where nothing was typed. Throws a `FlowFault` that names the field. */
export function numberOf(definition: Definition, field: string, { min, max, otherwise }: { min: number; max: number; otherwise: number }): number {
  const text = textOf(definition, field)
  const value = text === '' ? otherwise : Number(text)
  if (!Number.isFinite(value) || value < min || value > max) throw badField(field, `must be a number from ${min} to ${max}`, definition[field])
  return value
}

/** What the node is set to, or else what the message brings under one of these names: a text that is needed. Throws a `FlowFault`. */
export function wantedText(definition: Definition, field: string, message: Message, ...names: readonly string[]): string {
  const typed = textOf(definition, field)
  if (typed !== '') return typed
  for (const name of names) {
    const value = name.split('.').reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), message)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (value !== undefined && value !== null && typeof value !== 'object') throw badField(`msg.${name}`, 'must be a text', value)
  }
  throw badField(names.map((name) => `msg.${name}`).join(' or '), `must be a text, or ${field} set in the node`, undefined)
}
