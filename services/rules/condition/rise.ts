import type { Millis } from '../../../protocol/names.ts'

/** The values of a sliding window, oldest first: time, value, time, value … One flat list, for each detector has two of them. Plain JSON data. */
export type Past = readonly number[]

export const NO_PAST: Past = []

/** Values that come closer together than a 128th of the window share a slot, so that a chatty device cannot fill the memory. */
const SLOTS = 128

/**
 * Takes a value in; `time` never decreases from call to call. `rise` is how far it lies above the oldest value that is at most `window` ms old: from end
 * to end, as rate-of-rise detectors measure, so that a single dip in between is not taken for a rise. 0 where there is no such value.
 */
export function climb(past: Past, time: Millis, value: number, window: Millis): { readonly past: Past; readonly rise: number } {
  let first = 0
  while (first < past.length && time - (past[first] ?? time) > window) first += 2
  if (first >= past.length) return { past: [time, value], rise: 0 }
  const kept = first === 0 ? past : past.slice(first)
  const slot = window / SLOTS
  const shared = Math.floor((past.at(-2) ?? time) / slot) === Math.floor(time / slot)
  return { past: shared ? kept : [...kept, time, value], rise: value - (kept[1] ?? value) }
}

/** Compares a rise with its limit; a billionth of tolerance, because 33.1 − 24.8 is a little less than 8.3 in binary. */
export function climbed(rise: number, limit: number): boolean {
  return rise >= limit - 1e-9
}
