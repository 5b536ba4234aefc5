import type { ConnectionReason } from '../../protocol/connection.ts'
import type { Millis } from '../../protocol/names.ts'
import { isOnline } from './presence.ts'
import type { Presence } from './presence.ts'

/** What brought a change of presence about. `closed`: it ended its connection itself; `will`: its last will, or what it says over its own connection. */
export type Cause = 'connected' | 'closed' | 'lost' | 'taken-over' | 'heard' | 'said' | 'will' | 'gateway' | 'grace' | 'due'

/** The beginning of a stretch of time. */
export interface ConnectionChange {
  readonly online: boolean
  readonly why: ConnectionReason
}

/** What a change of presence is for the connection history: it went online or offline, or has a new connection. Null: nothing of it. */
export function connectionChange(before: Presence, after: Presence, cause: Cause, now: Millis): ConnectionChange | null {
  const [was, is] = [isOnline(before), isOnline(after)]
  if (cause === 'connected' && before.session !== after.session) return { online: true, why: whyConnected(before, was) }
  if (was === is) return null
  return is ? { online: true, why: cause === 'gateway' ? 'gateway-back' : 'heard' } : { online: false, why: whyOffline(before, cause, now) }
}

function whyConnected(before: Presence, was: boolean): ConnectionReason {
  // The end of the former connection is told before or after the beginning of the new one.
  if (before.session !== null || (was && !before.away && before.newest > 0)) return 'taken-over'
  return was && before.away && before.newest === 0 ? 'platform-restarted' : 'connected'
}

function whyOffline(before: Presence, cause: Cause, now: Millis): ConnectionReason {
  if (cause === 'due') return before.silentAt !== null && before.silentAt <= now ? 'silent' : 'lost'
  // Said over its own connection, and that is gone: so it was left behind as the last will.
  if (cause === 'will') return before.away ? 'lost' : 'said'
  if (cause === 'gateway') return 'gateway-lost'
  if (cause === 'grace') return 'platform-restarted'
  return cause === 'closed' || cause === 'lost' || cause === 'taken-over' ? cause : 'said'
}
