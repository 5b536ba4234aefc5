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
  /** Its connection ended and no newer one came yet. */
  readonly away: boolean
  /** It said so itself, or its gateway did: it is not there (for display; silence decides about the alarm). */
  readonly saidOffline: boolean
  /** It is offline and the rule has raised it. */
  readonly offline: boolean
  /** What became of its gateway; `up` for a device without one. */
  readonly gateway: GatewayState
  /** What is left of the silence time that it was given when its gateway came back, ms; null: it spoke since, or was given none. */
  readonly left: Millis | null
}

/** Limits of one device, ms. */
export interface Limits {
  readonly silence: Millis
  readonly settle: Millis
}

export const UNSEEN: Presence = {
  session: null, newest: 0, lastSeen: null, silentAt: null, lostAt: null, away: false, saidOffline: false, offline: false, gateway: 'up', left: null
}

/** What is shown: connected, or spoke within its limit; never while its gateway is offline. */
export function isOnline(presence: Presence): boolean {
  if (presence.offline || presence.gateway === 'offline' || presence.lastSeen === null) return false
  return presence.session !== null || !presence.saidOffline
}

/** What its children are to know of this gateway. */
export function gatewayState(presence: Presence): GatewayState {
  if (presence.offline) return 'offline'
  return presence.away ? 'lost' : 'up'
}

/** It logged in. That counts as speaking. */
export function connected(presence: Presence, session: number, now: Millis, limits: Limits): Presence {
  if (session < presence.newest) return presence
  // A child with a connection of its own needs no gateway to be heard.
  return {
    session, newest: session, lastSeen: now, silentAt: now + limits.silence,
    lostAt: null, away: false, saidOffline: false, offline: false, gateway: 'up', left: null
  }
}

/** A connection ended. Only the end of the newest one says anything: after a takeover the old one's end may come late. */
export function disconnected(
  presence: Presence, session: number, reason: 'said-goodbye' | 'lost' | 'taken-over', isGateway: boolean, now: Millis, limits: Limits
): Presence {
  if (session !== presence.session) return presence
  // Until now its connection was a sign of life.
  const silentAt = presence.offline ? null : now + limits.silence
  return {
    ...presence, session: null, silentAt,
    away: reason !== 'taken-over',
    lostAt: reason === 'lost' && isGateway && !presence.offline ? now : null
  }
}

/** It said something; `byItself`: over a connection of its own, not through its gateway. */
export function spoke(presence: Presence, now: Millis, byItself: boolean, limits: Limits): Presence {
  const gateway = byItself ? 'up' : presence.gateway
  return {
    ...presence,
    lastSeen: now,
    // Behind a gateway that is away nothing is expected; what still came in was on its way.
    silentAt: gateway === 'up' ? now + limits.silence : null,
    // What was on its way when the connection broke does not prove that the device is back; it ends an offline that was raised, though.
    away: presence.offline ? false : presence.away,
    saidOffline: false,
    offline: false,
    gateway,
    left: null
  }
}

/** `status` offline, by itself, by its last will or by its gateway. With a live connection it is an old connection's last will, late: shown only once that connection ends. */
export function saidOffline(presence: Presence): Presence {
  return presence.saidOffline ? presence : { ...presence, saidOffline: true }
}

/**
 * What became of its gateway. Back again, the device gets its silence time anew; but only once until it speaks, or a gateway that comes and goes would hide
 * for ever that a detector is dead.
 */
export function gatewayIs(presence: Presence, gateway: GatewayState, now: Millis, limits: Limits): Presence {
  if (presence.gateway === gateway || presence.session !== null) return presence
  if (presence.lastSeen === null || presence.offline) return { ...presence, gateway, silentAt: null }
  if (gateway === 'up') {
    const left = presence.left ?? limits.silence
    return { ...presence, gateway, silentAt: now + left, left }
  }
  const left = presence.left === null || presence.silentAt === null ? presence.left : presence.silentAt - now
  return { ...presence, gateway, silentAt: null, left }
}

/** The platform was not listening: silence gets its time anew. `started`: all connections are gone, and their numbers begin anew. */
export function grace(presence: Presence, started: boolean, now: Millis, limits: Limits): Presence {
  const silentAt = presence.silentAt === null ? null : now + limits.silence
  if (!started) return silentAt === null && presence.lostAt === null ? presence : { ...presence, silentAt, lostAt: presence.lostAt === null ? null : now, left: null }
  if (presence.lastSeen === null) return presence
  return { ...presence, session: null, newest: 0, silentAt, lostAt: null, away: !presence.offline, left: null }
}

/** When `due` has something to say; null when nothing is awaited. */
export function nextDue(presence: Presence, limits: Limits): Millis | null {
  const settled = presence.lostAt === null ? null : presence.lostAt + limits.settle
  if (settled === null) return presence.silentAt
  return presence.silentAt === null ? settled : Math.min(settled, presence.silentAt)
}

/** A time has come. `massLoss`: the gateway was lost together with many others; then its silence limit decides. */
export function due(presence: Presence, now: Millis, massLoss: boolean, limits: Limits): Presence {
  const silent = presence.silentAt !== null && presence.silentAt <= now
  const settled = presence.lostAt !== null && presence.lostAt + limits.settle <= now
  if (silent || (settled && !massLoss)) return { ...presence, offline: true, silentAt: null, lostAt: null }
  return settled ? { ...presence, lostAt: null } : presence
}
