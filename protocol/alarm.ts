import type { Bilingual, CompoundId, DeviceId, Location, Millis, Severity } from './names.ts'

export type AlarmState = 'active' | 'cleared' | 'closed'

export const CAUSES = [
  'fire', 'cooking', 'steam-dust', 'drill', 'device-fault', 'resident-error', 'intrusion', 'maintenance', 'other'
] as const
/** What it was, said by the person who closes the alarm. */
export type Cause = (typeof CAUSES)[number]

/** An alarm as the API, the live link and MQTT show it. */
export interface Alarm {
  readonly id: string
  readonly rule: string
  /** What it is about: a device id, or `home:`, `building:`, `compound:` and its path, or `platform:` and a part of it. */
  readonly subject: string
  readonly severity: Severity
  /** Null where it is about the platform itself; only an administrator of all compounds sees it then. */
  readonly compound: CompoundId | null
  readonly building: string | null
  /** Null when the subject is not a device. */
  readonly device: DeviceId | null
  readonly location: Location | null
  readonly state: AlarmState
  readonly acknowledged: boolean
  /** True while the condition is gone but a person still has to reset it, and before that for rules that latch. */
  readonly latched: boolean
  readonly shelvedUntil: Millis | null
  /** Why the system holds it back, e.g. the id of the gateway's alarm; null when it does not. */
  readonly suppressedBy: string | null
  readonly raisedAt: Millis
  readonly receivedAt: Millis
  readonly clearedAt: Millis | null
  readonly closedAt: Millis | null
  /** Null while open, and for alarms that closed by themselves. */
  readonly cause: Cause | null
  readonly occurrences: number
  readonly message: Bilingual
  readonly incident: string | null
}

export const TRANSITIONS = [
  'raised', 'reactivated', 'counted', 'severity-changed', 'acknowledged', 'cleared', 'reset', 'closed',
  'shelved', 'unshelved', 'suppressed', 'unsuppressed', 'confirmed', 'noted'
] as const
export type TransitionName = (typeof TRANSITIONS)[number]

/** One line of an alarm's timeline. */
export interface Transition {
  /** 1, 2, 3 … within its alarm. */
  readonly n: number
  readonly name: TransitionName
  /** Time of the journal entry that caused it. */
  readonly at: Millis
  /** A user name, an API token's id, or `system`. */
  readonly who: string
  readonly note: string | null
  /** Occurrences after it; lets a reader see how the count grew. */
  readonly occurrences: number
}
