/** Bodies from devices: what can be used of them, and what is wrong, to the letter of "What is faulty" in docs/firmware.md. Never throws. */
import type { CommandResult, DecodeFault, Decoded, DecodedCommandResult, DecodedStatus, FaultCode, FieldValue, Item, Status } from './decoded.ts'
import { foundValue } from './fields.ts'
import { faultOf, judge } from './judge.ts'
import type { Judged } from './judge.ts'
import { KIND_DEFINITIONS } from './kinds/index.ts'
import { MAX_ARRAY_BYTES, MAX_ELEMENTS, MAX_OBJECT_BYTES } from './limits.ts'
import { KINDS } from './names.ts'
import type { Kind } from './names.ts'
import { COMMAND_RESULT_SHAPE, EVENT_SHAPES, STATUS_SHAPE, TELEMETRY_SHAPES } from './shapes.ts'
import type { Shape } from './shapes.ts'

const MAX_UNKNOWN_NAMES = 20
const MAX_NAME_CHARACTERS = 64

/** What is looked for in an object that is otherwise refused. */
interface LifeSafety {
  readonly fields: readonly string[]
  readonly types: ReadonlySet<unknown>
}

interface Report {
  readonly shape: Shape
  readonly needsValue: boolean
  readonly lifeSafety: LifeSafety
}

const REPORTS = {
  telemetry: perKind((kind) => {
    const fields = Object.entries(KIND_DEFINITIONS[kind].telemetry).filter(([, field]) => field.type === 'boolean' && field.lifeSafety === true)
    return { shape: TELEMETRY_SHAPES[kind], needsValue: true, lifeSafety: { fields: fields.map(([name]) => name), types: new Set() } }
  }),
  event: perKind((kind) => {
    const types = Object.entries(KIND_DEFINITIONS[kind].events).filter(([, type]) => type.lifeSafety === true)
    return { shape: EVENT_SHAPES[kind], needsValue: false, lifeSafety: { fields: [], types: new Set(types.map(([name]) => name)) } }
  })
}

function perKind(make: (kind: Kind) => Report): Readonly<Record<Kind, Report>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<Kind, Report>
}

/**
 * Reads the body of `telemetry` or `event`. Each element of an array stands alone. A faulty optional field is left out and reported; a faulty
 * `ts`, `boot`, `seq`, `historical` or `type`, nothing usable, or an empty object refuses the object; an empty array, more than 500
 * elements or too many bytes refuse the whole. Of refused objects, what is about life safety still comes out, marked `salvaged`.
 * @param body bytes, or the text in them without a byte order mark
 * @param bytes of the body as it was sent, where it was changed since
 */
export function decodeReport(kind: Kind, channel: 'telemetry' | 'event', body: Uint8Array | string, bytes = bytesOf(body)): Decoded {
  const parsed = typeof body === 'string' ? parseText(body) : parseBody(body)
  if (!parsed.ok) return { items: [], faults: [parsed.fault], unknownFields: [] }
  const reader = new ReportReader(REPORTS[channel][kind])
  const { value } = parsed
  if (Array.isArray(value)) reader.readArray(value, bytes)
  else reader.readSingle(value, bytes)
  return reader.decoded()
}

/** Reads the body of `status`. A faulty `boot`, `firmware` or `model` is left out, a faulty `state` refuses it. */
export function decodeStatus(body: Uint8Array): DecodedStatus {
  const { judged, faults } = decodeObject(STATUS_SHAPE, body)
  if (!judged || judged.refused) return { status: null, faults, unknownFields: [] }
  const { boot = null, firmware = null, model = null } = judged.values
  const status = { state: judged.head['state'], boot, firmware, model } as Status
  return { status, faults, unknownFields: namesOf(judged.unknown) }
}

/** Reads the body of `command/{id}/result`. A faulty `message` is left out, a faulty `state` refuses it. */
export function decodeCommandResult(body: Uint8Array): DecodedCommandResult {
  const { judged, faults } = decodeObject(COMMAND_RESULT_SHAPE, body)
  if (!judged || judged.refused) return { result: null, faults, unknownFields: [] }
  const result = { state: judged.head['state'], message: judged.values['message'] ?? null } as CommandResult
  return { result, faults, unknownFields: namesOf(judged.unknown) }
}

class ReportReader {
  readonly #report: Report
  readonly #items: Item[] = []
  readonly #faults: DecodeFault[] = []
  readonly #unknown: string[] = []

  constructor(report: Report) {
    this.#report = report
  }

  decoded(): Decoded {
    return { items: this.#items, faults: this.#faults, unknownFields: namesOf(this.#unknown) }
  }

  readSingle(value: unknown, bytes: number): void {
    if (bytes <= MAX_OBJECT_BYTES) return this.#readObject(value, 0, '')
    this.#faults.push(tooLarge(bytes, MAX_OBJECT_BYTES, 'an object'))
    this.#salvageFrom(value, 0)
  }

  readArray(elements: readonly unknown[], bytes: number): void {
    const whole = faultOfArray(elements, bytes)
    if (whole === null) {
      for (const [index, element] of elements.entries()) this.#readObject(element, index, `[${index}]`)
      return
    }
    this.#faults.push(whole)
    for (const [index, element] of elements.entries()) {
      if (this.#items.length === MAX_ELEMENTS) return
      this.#salvageFrom(element, index)
    }
  }

  #readObject(value: unknown, index: number, place: string): void {
    if (!isObject(value)) {
      const wanted = place === '' ? 'an object or a list of objects' : 'an object'
      this.#faults.push(fault('wrong-type', place, `${place || 'the body'} must be ${wanted}, was ${foundValue(null, value)}`))
      return
    }
    const { shape, needsValue } = this.#report
    if (Object.keys(value).length === 0) {
      this.#faults.push(fault('empty', place, `${place || 'the object'} is empty: ${shape.required.join(' and ')} must be there`))
      return
    }
    const judged = judge(shape, value, place, needsValue)
    for (const found of judged.faults) this.#faults.push(found)
    if (judged.unknown.length > 0 && this.#unknown.length < 10 * MAX_UNKNOWN_NAMES) this.#unknown.push(...judged.unknown.slice(0, MAX_UNKNOWN_NAMES))
    if (judged.refused) this.#salvage(judged, value, index)
    else this.#items.push(itemOf(judged, judged.values, value, index, false))
  }

  /** Looks for what is about life safety in an object of a body that was refused as a whole. */
  #salvageFrom(value: unknown, index: number): void {
    if (isObject(value) && this.#isLifeSafety(value)) this.#salvage(judge(this.#report.shape, value, '', false), value, index)
  }

  #salvage(judged: Judged, object: Readonly<Record<string, unknown>>, index: number): void {
    if (!this.#isLifeSafety(object)) return
    const values: Record<string, FieldValue> = {}
    for (const name of this.#report.lifeSafety.fields) if (says(object, name, true)) values[name] = true
    this.#items.push(itemOf(judged, values, object, index, true))
  }

  #isLifeSafety(object: Readonly<Record<string, unknown>>): boolean {
    const { fields, types } = this.#report.lifeSafety
    return fields.some((name) => says(object, name, true)) || (types.size > 0 && Object.hasOwn(object, 'type') && types.has(object['type']))
  }
}

function says(object: Readonly<Record<string, unknown>>, name: string, value: unknown): boolean {
  return Object.hasOwn(object, name) && object[name] === value
}

function itemOf(judged: Judged, values: Item['values'], object: object, index: number, salvaged: boolean): Item {
  const { ts, boot, seq, historical, type } = judged.head
  return {
    index,
    ts: typeof ts === 'number' ? ts : null,
    boot: typeof boot === 'string' ? boot : null,
    seq: typeof seq === 'number' ? seq : null,
    historical: historical === true,
    salvaged,
    values,
    type: typeof type === 'string' ? type : null,
    raw: judged.shallow ? object : { ...judged.head, ...judged.values }
  }
}

function faultOfArray(elements: readonly unknown[], bytes: number): DecodeFault | null {
  if (elements.length === 0) return fault('empty', '', 'the list is empty: at least one object must be there')
  if (elements.length > MAX_ELEMENTS) return fault('too-many', '', `the list may have at most ${MAX_ELEMENTS} elements, had ${elements.length}`)
  return bytes > MAX_ARRAY_BYTES ? tooLarge(bytes, MAX_ARRAY_BYTES, 'a list') : null
}

function tooLarge(bytes: number, max: number, what: string): DecodeFault {
  return fault('too-large', '', `${what} may have at most ${max} bytes, had ${bytes}`)
}

/** A fault of something that is refused as a whole, and that no `boot` or `seq` can be read from. */
function fault(code: FaultCode, path: string, message: string): DecodeFault {
  return faultOf({ code, path, message }, true, {})
}

function decodeObject(shape: Shape, body: Uint8Array): { judged: Judged | null; faults: readonly DecodeFault[] } {
  const refuse = (refusal: DecodeFault): { judged: null; faults: readonly DecodeFault[] } => ({ judged: null, faults: [refusal] })
  if (body.byteLength > MAX_OBJECT_BYTES) return refuse(tooLarge(body.byteLength, MAX_OBJECT_BYTES, 'an object'))
  const parsed = parseBody(body)
  if (!parsed.ok) return refuse(parsed.fault)
  if (!isObject(parsed.value)) return refuse(fault('wrong-type', '', `the body must be an object, was ${foundValue(null, parsed.value)}`))
  const judged = judge(shape, parsed.value, '', false)
  return { judged, faults: judged.faults }
}

// A byte order mark is let pass: some editors write one, and RFC 8259 lets a reader ignore it.
const UTF8 = new TextDecoder('utf-8', { fatal: true })

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: DecodeFault }

function parseBody(body: Uint8Array): Parsed {
  let text: string
  try {
    text = UTF8.decode(body)
  } catch {
    return { ok: false, fault: fault('not-utf8', '', 'the body is not UTF-8') }
  }
  return parseText(text)
}

/** Where a key is written twice the last one counts, as everywhere in JavaScript. */
function parseText(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (thrown) {
    const why = text.trim() === '' ? 'it is empty' : thrown instanceof Error ? thrown.message : 'it cannot be read'
    return { ok: false, fault: fault('not-json', '', `the body is not JSON: ${why}`) }
  }
}

function bytesOf(body: Uint8Array | string): number {
  return typeof body === 'string' ? new TextEncoder().encode(body).length : body.byteLength
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function namesOf(names: readonly string[]): readonly string[] {
  if (names.length === 0) return names
  return [...new Set(names.map((name) => name.slice(0, MAX_NAME_CHARACTERS)))].slice(0, MAX_UNKNOWN_NAMES)
}
