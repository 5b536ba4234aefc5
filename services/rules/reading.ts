/** What a rule sees of a device, and what it says about it. */
import type { FieldValue } from '../../protocol/decoded.ts'
import type { Bilingual, Millis, Severity } from '../../protocol/names.ts'
import type { RuleId } from './registry.ts'

export interface Reading {
  /** When it is judged: the time of receipt; in the late lane the device's own time. Quiet times count from here. */
  readonly at: Millis
  /** Its place on the device's own timeline, never decreasing: windows are measured here. */
  readonly time: Millis
  /** What the device's clock said, or the time of receipt where that cannot be believed: compared with late data. */
  readonly said: Millis
  /** Event type; null for telemetry. */
  readonly type: string | null
  readonly values: Readonly<Record<string, FieldValue>>
  /** What the door itself was told by the platform, and whether it was known to be unlocked then; such a reading says nothing else. */
  readonly told?: { readonly to: 'lock' | 'open'; readonly unlocked: boolean }
  /** What a detector's last readings make of this one. */
  readonly haze?: { readonly rise: number; readonly byEvent: boolean }
}

export interface Change {
  readonly rule: RuleId
  readonly change: 'raise' | 'clear'
  readonly ts: Millis
  /** What is to be read in the alarm, after the kind of device and its place. */
  readonly message: Bilingual
  /** Where it is not the rule's own. */
  readonly severity?: Severity
}

export interface Step<State> {
  readonly state: State
  readonly changes: readonly Change[]
}

/** A measured value, or null where the reading has none. */
export function numberIn(reading: Reading, field: string): number | null {
  const value = reading.values[field]
  return typeof value === 'number' ? value : null
}

/** A flag, or null where the reading has none. */
export function flagIn(reading: Reading, field: string): boolean | null {
  const value = reading.values[field]
  return typeof value === 'boolean' ? value : null
}

/** True when something told late lies behind what is known live, by the device's clock; null: nothing is known. */
export function isNewer(late: Millis | null, live: Millis | null): boolean {
  return live === null || (late !== null && late > live)
}

/** The earliest of the times that are awaited; null when none is. */
export function earliest(...times: readonly (Millis | null)[]): Millis | null {
  let first: Millis | null = null
  for (const time of times) if (time !== null && (first === null || time < first)) first = time
  return first
}
