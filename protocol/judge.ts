/** One object against its shape: what can be used of it, and what is wrong with it, all at once. */
import type { DecodeFault, FaultCode, FieldValue } from './decoded.ts'
import { fieldFaultCode, fieldRule, foundValue } from './fields.ts'
import { MAX_TYPE_CHARACTERS, accept, plain } from './shapes.ts'
import type { Shape } from './shapes.ts'

/** What was found wrong, before it is known whether all of the object is refused. */
interface Finding {
  readonly code: FaultCode
  readonly path: string
  readonly message: string
}

export interface Judged {
  readonly refused: boolean
  /** The refusing fields that are right: `ts`, `boot`, `seq`, `historical`, `type`, `state`. */
  readonly head: Readonly<Record<string, FieldValue>>
  readonly values: Readonly<Record<string, FieldValue>>
  readonly faults: readonly DecodeFault[]
  readonly unknown: readonly string[]
  /** False: unknown fields are nested deeper than `MAX_DEPTH`. */
  readonly shallow: boolean
}

/** Levels of nesting in unknown fields that may still be walked, e.g. by `JSON.stringify`, which recurses. */
const MAX_DEPTH = 32
const NO_FAULTS: readonly DecodeFault[] = []

/** `place` is where the object stands: empty, or `[3]`. `needsValue`: it says nothing without one of the optional fields. */
export function judge(shape: Shape, object: Readonly<Record<string, unknown>>, place: string, needsValue: boolean): Judged {
  const accepted = accept(shape, object)
  if (accepted && (accepted.valueCount > 0 || !needsValue)) {
    const shallow = accepted.unknown.length === 0 || isShallow(object)
    if (shallow) return { refused: false, head: accepted.head, values: accepted.values, faults: NO_FAULTS, unknown: accepted.unknown, shallow }
  }
  return explain(shape, object, place, needsValue)
}

/** The slow way, for objects with a fault: joi names the faulty fields, the words are ours. */
function explain(shape: Shape, object: object, place: string, needsValue: boolean): Judged {
  const known: Record<string, unknown> = {}
  const unknown: string[] = []
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (shape.fields.has(key)) known[key] = value
    else unknown.push(key)
  }
  const faulty = new Set<string>()
  const result = shape.schema.validate(known, { abortEarly: false, convert: false })
  for (const { path } of result.error?.details ?? []) faulty.add(String(path[0]))

  const head: Record<string, FieldValue> = {}
  const values: Record<string, FieldValue> = {}
  const findings: Finding[] = []
  let refused = false
  for (const [key, { field, refuses }] of shape.fields) {
    const there = Object.hasOwn(known, key)
    if (!faulty.has(key)) {
      if (there) (refuses ? head : values)[key] = plain(known[key])
      continue
    }
    const value = known[key]
    const path = place === '' ? key : `${place}.${key}`
    if (refuses && isUnknownType(key, value)) {
      head[key] = plain(value)
      findings.push({
        code: 'unknown-event-type', path,
        message: `${path} ${JSON.stringify(value)} is not known as an ${shape.name}; it is stored. Known are ${field.type === 'enum' ? field.values.join(', ') : ''}`
      })
      continue
    }
    refused ||= refuses
    findings.push(there
      ? { code: fieldFaultCode(field, value), path, message: `${path} must be ${fieldRule(field)}, was ${foundValue(field, value)}` }
      : { code: 'missing', path, message: `${path} is missing: it must be ${fieldRule(field)}` })
  }
  if (needsValue && Object.keys(values).length === 0) {
    refused = true
    findings.push({ code: 'nothing-usable', path: place, message: `${place || 'the object'} holds nothing usable: at least one of ${shape.optional.join(', ')} is needed` })
  }
  const shallow = isShallow(object)
  if (!shallow) findings.push({ code: 'too-deep', path: place, message: `${place || 'the object'} is nested deeper than ${MAX_DEPTH} levels; what is not known is left out` })
  return { refused, head, values, faults: findings.map((finding) => faultOf(finding, refused, head)), unknown, shallow }
}

/** A fault of an object, with the `boot` and `seq` by which the device finds it again. */
export function faultOf(finding: Finding, refused: boolean, head: Readonly<Record<string, FieldValue>>): DecodeFault {
  const { boot, seq } = head
  return { ...finding, refused, boot: typeof boot === 'string' ? boot : null, seq: typeof seq === 'number' ? seq : null }
}

/** An event type that firmware newer than the platform may well know. */
function isUnknownType(key: string, value: unknown): boolean {
  return key === 'type' && typeof value === 'string' && UNKNOWN_TYPE.test(value)
}
const UNKNOWN_TYPE = new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${MAX_TYPE_CHARACTERS}}$`, 'u')

/** Level by level, so that nothing recurses over a body of a hundred thousand brackets. */
function isShallow(object: object): boolean {
  let level: object[] = [object]
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const next: object[] = []
    for (const parent of level) for (const child of Object.values(parent) as unknown[]) if (typeof child === 'object' && child !== null) next.push(child)
    if (next.length === 0) return true
    level = next
  }
  return false
}
