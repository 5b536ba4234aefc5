import type { Millis } from '../../../protocol/names.ts'

/**
 * Since when something holds, on both clocks: receipt and the device's own timeline. Null while it does not. Plain JSON data.
 * `heard`: the time of receipt, where `at` was put off because the platform had not been listening.
 */
export type Since = { readonly at: Millis; readonly time: Millis; readonly heard?: Millis } | null

/** Follows a condition from reading to reading. */
export function hold(since: Since, holds: boolean, at: Millis, time: Millis): Since {
  if (!holds) return null
  return since ?? { at, time }
}

/** True when it has held for `span` ms by either clock: a slow clock of a device must not make an alarm late. */
export function sustained(since: Since, at: Millis, time: Millis, span: Millis): boolean {
  return since !== null && (at - since.at >= span || time - since.time >= span)
}

/** True when it was put off, and both clocks agree that it had held for `span` ms by now, when it ends. */
export function heldMeanwhile(since: Since, at: Millis, time: Millis, span: Millis): boolean {
  return since?.heard !== undefined && at - since.heard >= span && time - since.time >= span
}
