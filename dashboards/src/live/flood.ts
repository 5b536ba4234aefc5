import type { Alarm } from '../../../protocol/alarm.ts'
import type { Millis } from '../../../protocol/names.ts'

/** More new alarms than one person can take in: begins beyond `begins` within `window` ms, is over below `ends` (EEMUA 191, ISA-18.2). */
export const FLOOD = { window: 600_000, begins: 10, ends: 5 } as const

export interface Flood {
  /** When each alarm of the window came, by its id: also those that are closed by now. */
  readonly arrivals: ReadonlyMap<string, Millis>
  readonly flooded: boolean
}

export const NO_FLOOD: Flood = { arrivals: new Map(), flooded: false }

/** Takes in what is open now and forgets what came before the window. Gives `before` back where nothing changed. */
export function followFlood(before: Flood, open: Iterable<Alarm>, now: Millis): Flood {
  const arrivals = new Map([...before.arrivals].filter(([, at]) => now - at < FLOOD.window))
  for (const { id, receivedAt } of open) if (now - receivedAt < FLOOD.window) arrivals.set(id, receivedAt)
  const flooded = before.flooded ? arrivals.size >= FLOOD.ends : arrivals.size > FLOOD.begins
  const isSame = flooded === before.flooded && arrivals.size === before.arrivals.size && [...arrivals.keys()].every((id) => before.arrivals.has(id))
  return isSame ? before : { arrivals, flooded }
}
