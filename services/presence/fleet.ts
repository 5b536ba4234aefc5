import type { Millis } from '../../protocol/names.ts'

/** Gateways lost lately, over all compounds this process holds. Plain JSON data. */
export interface Fleet {
  /** Times of the last losses, ascending; at most `MASS_LOSS.count` of them. */
  readonly lost: readonly Millis[]
  /** The last stretch of time in which so many were lost that it was a power cut or our own network; null when there was none. */
  readonly mass: { readonly from: Millis; readonly until: Millis } | null
}

export const EMPTY_FLEET: Fleet = { lost: [], mass: null }

/** Ten gateways within ten seconds: no ten gateways break at once (design choice). */
export const MASS_LOSS = { count: 10, within: 10_000 } as const

/** To be called for each `disconnected` entry of a gateway with the reason `lost`, before the gateway is judged. */
export function gatewayLost(fleet: Fleet, now: Millis): Fleet {
  const lost = [...fleet.lost, now].slice(-MASS_LOSS.count)
  const first = lost[0] ?? now
  if (lost.length < MASS_LOSS.count || now - first > MASS_LOSS.within) return { lost, mass: fleet.mass }
  const joins = fleet.mass !== null && first <= fleet.mass.until + MASS_LOSS.within
  return { lost, mass: { from: joins && fleet.mass ? fleet.mass.from : first, until: now } }
}

/** True when a gateway lost at `at` was one of many. */
export function inMassLoss(fleet: Fleet, at: Millis): boolean {
  return fleet.mass !== null && at >= fleet.mass.from && at <= fleet.mass.until
}
