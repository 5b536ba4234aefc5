import type { Millis } from '../../../protocol/names.ts'

/** Times of the last events, ascending, at most as many as the burst needs. Plain JSON data. */
export type Times = readonly Millis[]

/** Takes one more event in; keeps the last `count`. `time` never decreases. */
export function add(times: Times, time: Millis, count: number): Times {
  return [...times, time].slice(-count)
}

/** True when the last `count` events lie within `window` ms. */
export function isBurst(times: Times, count: number, window: Millis): boolean {
  const first = times[times.length - count]
  const last = times.at(-1)
  return first !== undefined && last !== undefined && last - first <= window
}

/** True when one of the events lies at most `window` ms before `time`. */
export function within(times: Times, time: Millis, window: Millis): boolean {
  return times.some((event) => event <= time && time - event <= window)
}
