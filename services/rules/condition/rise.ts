import type { Millis } from '../../../protocol/names.ts'

/** The values of a sliding window, oldest first. Plain JSON data. */
export interface Past {
  readonly times: readonly Millis[]
  readonly values: readonly number[]
}

export const NO_PAST: Past = { times: [], values: [] }

/** Values that come closer together than a 128th of the window share a slot, so that a chatty device cannot fill the memory. */
const SLOTS = 128

/**
 * Takes a value in; `time` never decreases from call to call. `rise` is how far it lies above the oldest value that is at most `window` ms old: from end
 * to end, as rate-of-rise detectors measure, so that a single dip in between is not taken for a rise. 0 where there is no such value.
 */
export function climb({ times, values }: Past, time: Millis, value: number, window: Millis): { readonly past: Past; readonly rise: number } {
  let first = 0
  while (first < times.length && time - (times[first] ?? time) > window) first += 1
  const last = times.at(-1)
  const slot = window / SLOTS
  const shared = last !== undefined && first < times.length && Math.floor(last / slot) === Math.floor(time / slot)
  const past = shared ? { times: times.slice(first), values: values.slice(first) } : { times: [...times.slice(first), time], values: [...values.slice(first), value] }
  return { past, rise: value - (past.values[0] ?? value) }
}

/** Compares a rise with its limit; a billionth of tolerance, because 33.1 − 24.8 is a little less than 8.3 in binary. */
export function climbed(rise: number, limit: number): boolean {
  return rise >= limit - 1e-9
}
