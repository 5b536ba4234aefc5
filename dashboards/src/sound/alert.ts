import type { Millis } from '../../../protocol/names.ts'

/** How long a mute lasts, ms: long enough for a telephone call, short enough that nobody forgets it. */
export const MUTE_FOR = 5 * 60_000

/** A person asked for quiet: until when, and which alarms were heard by then. */
export interface Mute {
  readonly until: Millis
  readonly heard: ReadonlySet<string>
}

/** Quiet for five minutes for the alarms that sound now. An alarm that comes after it sounds all the same. */
export function mute(sounding: Iterable<string>, now: Millis): Mute {
  return { until: now + MUTE_FOR, heard: new Set(sounding) }
}

/** The unacknowledged critical alarms that have to be heard now. */
export function audible(waiting: readonly string[], muted: Mute | null, now: Millis): readonly string[] {
  if (!muted || now >= muted.until) return waiting
  return waiting.filter((id) => !muted.heard.has(id))
}
