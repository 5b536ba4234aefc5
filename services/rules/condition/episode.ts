import type { Millis } from '../../../protocol/names.ts'

/** From the moment at which a condition becomes true until everything has been calm for a quiet time. Plain JSON data. */
export interface Episode {
  /** The condition holds. */
  readonly on: boolean
  /** It was raised and is not cleared yet. */
  readonly open: boolean
  /** Calm since then; null while it is not. A value between the limit that raises and the one that clears is not calm. */
  readonly calmAt: Millis | null
}

export const NO_EPISODE: Episode = { on: false, open: false, calmAt: null }
const ON: Episode = { on: true, open: true, calmAt: null }

/** What a reading says about a condition. */
export interface Finding {
  readonly holds: boolean
  /** Nothing is left of it; only ever true where it does not hold. */
  readonly calm: boolean
  /** It happened once more, e.g. an alarm event: an occurrence even while the condition holds already. */
  readonly pulse: boolean
}

/** Follows a condition from reading to reading. `raised` where it became true (anew) or happened once more: an occurrence. */
export function follow(episode: Episode, { holds, calm, pulse }: Finding, at: Millis): { readonly episode: Episode; readonly raised: boolean } {
  if (holds) return { episode: episode.on ? episode : ON, raised: pulse || !episode.on }
  if (!episode.open && !pulse) return { episode, raised: false }
  return { episode: { on: false, open: true, calmAt: calm ? (episode.calmAt ?? at) : null }, raised: pulse }
}

/** When it clears if nothing more is heard; null while it is not calm or nothing is open. */
export function clearsAt(episode: Episode, quiet: Millis): Millis | null {
  return episode.calmAt === null ? null : episode.calmAt + quiet
}

/** The episode when `span` ms more have passed for the device than for us: its quiet time has been running that much longer. */
export function elapsed(episode: Episode, span: Millis): Episode {
  return episode.calmAt === null ? episode : { ...episode, calmAt: episode.calmAt - span }
}

/** Ends the episode when its quiet time is over by `now`. */
export function settle(episode: Episode, now: Millis, quiet: Millis): { readonly episode: Episode; readonly cleared: boolean } {
  const due = clearsAt(episode, quiet)
  return due !== null && due <= now ? { episode: NO_EPISODE, cleared: true } : { episode, cleared: false }
}
