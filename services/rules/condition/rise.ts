import type { Millis } from '../../../protocol/names.ts'

/**
 * The lowest values of a sliding window: times and values both ascending, the first value is the minimum (a monotonic queue). A steady or
 * falling value keeps one entry, a rising one at most `SLOTS`. Plain JSON data.
 */
export interface Lows {
  readonly times: readonly Millis[]
  readonly values: readonly number[]
}

export const NO_LOWS: Lows = { times: [], values: [] }

/** Values that come closer together than a 128th of the window share a slot, so that a chatty device cannot grow the queue. */
const SLOTS = 128

/** Takes a value in; `time` never decreases from call to call. `rise` is how far it lies above the lowest value of the last `window` ms. */
export function climb(lows: Lows, time: Millis, value: number, window: Millis): { readonly lows: Lows; readonly rise: number } {
  const { times, values } = lows
  let first = 0
  while (first < times.length && time - (times[first] ?? time) > window) first += 1
  let end = times.length
  while (end > first && (values[end - 1] ?? value) >= value) end -= 1
  const lowest = end > first ? (values[first] ?? value) : value
  const last = end > first ? times[end - 1] : undefined
  const slot = window / SLOTS
  const shared = last !== undefined && Math.floor(last / slot) === Math.floor(time / slot)
  const keptTimes = times.slice(first, end)
  const keptValues = values.slice(first, end)
  if (!shared) {
    keptTimes.push(time)
    keptValues.push(value)
  }
  return { lows: { times: keptTimes, values: keptValues }, rise: value - lowest }
}

/** Compares a rise with its limit; a billionth of tolerance, because 33.1 − 24.8 is a little less than 8.3 in binary. */
export function climbed(rise: number, limit: number): boolean {
  return rise >= limit - 1e-9
}
