/** What is said on the live link (Socket.io). `seq` rises by one per event of a socket's watch; whoever sees a gap asks `resync`. */
import Joi from 'joi'
import type { Alarm, Transition } from './alarm.ts'
import type { FieldValue } from './decoded.ts'
import { compoundScope } from './http/common.ts'
import type { Problem } from './http/common.ts'
import type { CompoundId, DeviceId, Millis, Severity } from './names.ts'

/** What the client asks to see; only what its user may see is answered. */
export interface Watch {
  readonly compounds: readonly CompoundId[] | 'all'
  /** Whether `devices` events are wanted too. Left out: yes. Of a whole pilot they are hundreds a second, which a view of summaries and alarms never looks at. */
  readonly devices?: boolean
}
/** A request as it was checked, with what was left out filled in. */
export type CheckedWatch = Required<Watch>
export const watch = Joi.object<CheckedWatch, true>({ compounds: compoundScope().required(), devices: Joi.boolean().default(true) }).meta({ name: 'Watch' })

export interface Summary {
  readonly id: CompoundId
  readonly devices: { readonly total: number; readonly online: number }
  /** Open alarms. */
  readonly alarms: Readonly<Record<Severity, number>>
}

/** Everything as it is now; the answer to `watch` and to `resync`. */
export interface WatchState {
  readonly seq: number
  readonly compounds: readonly Summary[]
  /** The open ones. */
  readonly alarms: readonly Alarm[]
}
/** `problem` where the request was refused, e.g. `invalid-request` or `not-signed-in`. */
export type WatchAnswer = WatchState | { readonly problem: Problem }

/** At most one a second, only compounds whose numbers changed. */
export interface SummaryEvent {
  readonly seq: number
  readonly compounds: readonly Summary[]
}

export interface DeviceChange {
  readonly device: DeviceId
  /** Left out when presence did not change. */
  readonly online?: boolean
  readonly lastSeenAt?: Millis
  readonly latest?: Readonly<Record<string, { readonly value: FieldValue; readonly ts: Millis }>>
}
/** Coalesced, at most four a second and compound. */
export interface DevicesEvent {
  readonly seq: number
  readonly compound: CompoundId
  readonly changes: readonly DeviceChange[]
}

/** Transitions at once; counts of further occurrences at most one a second and alarm. */
export interface AlarmEvent {
  readonly seq: number
  readonly alarm: Alarm
  readonly transition: Transition
}

export interface ServerToClient {
  summary(event: SummaryEvent): void
  devices(event: DevicesEvent): void
  alarm(event: AlarmEvent): void
}
export interface ClientToServer {
  watch(request: Watch, answer: (answer: WatchAnswer) => void): void
  /** Asks for everything anew, with a new `seq` to count from. */
  resync(answer: (answer: WatchAnswer) => void): void
}
