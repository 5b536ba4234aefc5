import type { Millis } from '../../protocol/names.ts'

/** What is known of a gateway: it is there; its connection is gone and it has time to come back; it is offline. */
export type GatewayState = 'up' | 'lost' | 'offline'

/** What is known about a device being there. Plain JSON data. */
export interface Presence {
  /** The number of its newest connection; null when it has none of its own. */
  readonly session: number | null
  /** The highest number of a connection since the platform started: the end of an older one says nothing. */
  readonly newest: number
  /** Time of receipt of its last message or connection; null when it never spoke since its enrolment. */
  readonly lastSeen: Millis | null
  /** It is silent from then on unless it speaks; null: nothing is expected of it (never seen, offline already, behind a gateway that is away). */
  readonly silentAt: Millis | null
  /** When its connection was lost, while it may still come back; gateways only. */
  readonly lostAt: Millis | null
  /** It said so itself, or its gateway did: it is not there (for display; silence decides about the alarm). */
  readonly saidOffline: boolean
  /** It is offline and the rule has raised it. */
  readonly offline: boolean
  /** What became of its gateway; `up` for a device without one. */
  readonly gateway: GatewayState
}

/** Limits of one device, ms. */
export interface Limits {
  readonly silence: Millis
  readonly settle: Millis
}

export const UNSEEN: Presence = {
  session: null, newest: 0, lastSeen: null, silentAt: null, lostAt: null, saidOffline: false, offline: false, gateway: 'up'
}

/** What is shown: connected, or spoke within its limit; never while its gateway is offline. */
export function isOnline(presence: Presence): boolean {
  if (presence.offline || presence.gateway === 'offline' || presence.lastSeen === null) return false
  return presence.session !== null || !presence.saidOffline
}
