/** What comes out of the brain, entry by entry: data for the stores, for the people, and for whoever asked. */
import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { Summary } from '../../protocol/live.ts'
import type { DeviceId } from '../../protocol/names.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Changes, PresenceRecord } from '../store/ports.ts'

/** The answer to an action. `code` is stable and documented; the API turns it into a problem document. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly faults?: readonly Fault[] }

/** What a device is told on its `rejected` channel. */
export interface Rejection {
  readonly device: DeviceId
  readonly code: string
  readonly message: string
  readonly path: string
  readonly channel: string
  readonly boot: string | null
  readonly seq: number | null
  readonly receivedAt: number
}

/** A command that is to be handed to a connection now, if there is one. */
export interface Dispatch {
  readonly id: string
  readonly device: DeviceId
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  /** Told to the device; past it, the platform hands it over no more. */
  readonly expiresAt: number
  /** It holds: handed over whenever it is said so here. */
  readonly holding: boolean
}

/** How a compound stands, as the live link tells it. */
export type CompoundSummary = Summary

/** Everything that a run of entries led to. */
export interface Outcome {
  readonly changes: Changes
  /** In the order in which they happened. */
  readonly transitions: readonly { readonly alarm: Alarm; readonly transition: Transition }[]
  readonly replies: readonly { readonly position: number; readonly reply: Reply }[]
  readonly rejections: readonly Rejection[]
  /** In the order in which the devices are to get them. */
  readonly dispatches: readonly Dispatch[]
  readonly presence: readonly PresenceRecord[]
  /** Of compounds whose numbers changed. */
  readonly summaries: readonly CompoundSummary[]
}
