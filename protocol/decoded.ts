/** What comes out of decoding a body: what can be used, and everything that was wrong with it. */

export const FAULT_CODES = [
  'not-utf8', 'not-json', 'wrong-type', 'empty', 'too-many', 'too-large', 'too-deep', 'missing', 'out-of-range', 'nothing-usable', 'unknown-event-type'
] as const
export type FaultCode = (typeof FAULT_CODES)[number]

/** One thing that was wrong. */
export interface DecodeFault {
  readonly code: FaultCode
  /** Where: `temperature`, `[3].ts`, `[3]`; empty for the whole body. */
  readonly path: string
  /** In plain English, with the value that was found. */
  readonly message: string
  /** True when the object that it belongs to was refused; false when the rest of it is used. */
  readonly refused: boolean
  /** Of the object that it belongs to, where they could be read. */
  readonly boot: string | null
  readonly seq: number | null
}

export type FieldValue = number | boolean | string

/** One object that can be used: a set of measured values, or an event. */
export interface Item {
  /** Its place in the array; 0 for a single object. */
  readonly index: number
  /** The device's own time, ms since 1970; null only where `salvaged`: then the time of receipt counts. */
  readonly ts: number | null
  readonly boot: string | null
  /** It counts only together with `boot`. */
  readonly seq: number | null
  readonly historical: boolean
  /**
   * True: the object was refused (its faults say why) and only what is about life safety was taken out of it: judge it, don't store it as a reading.
   * `values` then holds `alarm: true` alone, or nothing for an event.
   */
  readonly salvaged: boolean
  /** The fields that the kind knows, without the common ones and without `type`. */
  readonly values: Readonly<Record<string, FieldValue>>
  /** The event type, known or not; null for telemetry. */
  readonly type: string | null
  /** The object as it came, for hashing; without its unknown fields where these are nested too deep to be walked safely. */
  readonly raw: unknown
}

export interface Decoded {
  readonly items: readonly Item[]
  readonly faults: readonly DecodeFault[]
  /** Names of fields that this kind does not know, each once, at most 20, cut after 64 characters. A warning, never a fault. */
  readonly unknownFields: readonly string[]
}

export interface Status {
  readonly state: 'online' | 'offline'
  readonly boot: string | null
  readonly firmware: string | null
  readonly model: string | null
}
export interface DecodedStatus {
  /** Null when it was refused. */
  readonly status: Status | null
  readonly faults: readonly DecodeFault[]
  readonly unknownFields: readonly string[]
}

export interface CommandResult {
  readonly state: 'accepted' | 'done' | 'failed'
  readonly message: string | null
}
export interface DecodedCommandResult {
  /** Null when it was refused. */
  readonly result: CommandResult | null
  readonly faults: readonly DecodeFault[]
  readonly unknownFields: readonly string[]
}
