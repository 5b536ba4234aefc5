import { asError } from '../services/kernel/errors.ts'
import type { Clock } from '../services/kernel/clock.ts'
import type { Logger } from '../services/kernel/log.ts'
import type { Counters } from './counters.ts'
import type { GroupedLevel } from './grouped-level.ts'
import type { Limits } from './limits.ts'

interface Session {
  /** Whose it is; null: nobody's but the client's own, it lives until the client or the house ends it. */
  readonly account: string | null
  /** Since when nobody is connected to it; null: somebody is. */
  awaySince: number | null
  /** No client was told yet that there is one. */
  fresh: boolean
}

/** What is known of a session from outside. */
export interface SessionOwner {
  readonly clientId: string
  readonly account: string | null
}

export interface SessionsParts {
  readonly db: GroupedLevel
  readonly limits: Limits
  readonly clock: Clock
  readonly log: Logger
  readonly counters: Counters
  /** Takes away what is kept for a client: subscriptions, queue, QoS 2 messages on their way in. */
  readonly clear: (clientId: string) => Promise<void>
}

const SESSION = 'session:'
/** Of an earlier version, which did not note whose a session is: it expires unless its client comes and says so. */
const UNKNOWN = ''

/**
 * Which persistent sessions there are, and whose. An account chooses its client ids, so without an end and a number its sessions and their queues would fill the
 * disk; a device has one session, which lives as long as the device.
 */
export class Sessions {
  readonly #parts: SessionsParts
  readonly #sessions = new Map<string, Session>()
  readonly #accounts = new Map<string, Set<string>>()

  constructor(parts: SessionsParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Those of before a restart; nobody is connected. */
  async load(): Promise<void> {
    const now = this.#parts.clock.now()
    for await (const [key, value] of this.#parts.db.iterator({ gte: SESSION, lt: 'session;' })) {
      const { account, awaySince } = parse(value)
      this.#put(decodeURIComponent(key.slice(SESSION.length)), { account, awaySince: awaySince ?? now, fresh: false })
    }
  }

  owners(): SessionOwner[] {
    return Array.from(this.#sessions, ([clientId, { account }]) => ({ clientId, account }))
  }

  /**
   * The client is about to come, and keeps a session. False: it may have none, all that its account may have are in use. Where there are too many, the one to
   * which nobody came back for the longest time gives way. Resolves when that is on the disk.
   */
  async begin(clientId: string, account: string | null): Promise<boolean> {
    const { counters, log } = this.#parts
    const room = this.#roomFor(clientId, account)
    if (room === 'none') return false
    const session = this.#sessions.get(clientId)
    if (session?.account === account) {
      session.awaySince = null
      return true
    }
    this.#forget(clientId)
    this.#put(clientId, { account, awaySince: null, fresh: session?.fresh ?? true })
    const written = this.#write(clientId, account, null)
    if (room !== 'free') {
      counters.endedSessions += 1
      log.warn({ client: room.former, account, successor: clientId }, 'an account has too many sessions: the one that was away longest is ended')
      await this.end(room.former)
    }
    await written
    return true
  }

  /** False the first time that it is asked of a session: its client hears only now that there is one. */
  wasThere(clientId: string): boolean {
    const session = this.#sessions.get(clientId)
    if (!session) return false
    const there = !session.fresh
    session.fresh = false
    return there
  }

  /** The client went. Only of what may expire it is written down. Never rejects: nobody waits for it. */
  async left(clientId: string): Promise<void> {
    const session = this.#sessions.get(clientId)
    if (!session) return
    session.awaySince = this.#parts.clock.now()
    if (session.account === null) return
    try {
      await this.#write(clientId, session.account, session.awaySince)
    } catch (thrown) {
      this.#parts.log.error({ client: clientId, err: asError(thrown) }, 'it could not be noted since when a session is left')
    }
  }

  /** Ends those of accounts to which nobody came back in time. Never rejects: what could not be taken off the disk is gone from memory, and expires after a restart. */
  async endExpired(): Promise<void> {
    const { clock, counters, limits, log } = this.#parts
    const latest = clock.now() - limits.sessionTime
    const expired: string[] = []
    for (const ids of this.#accounts.values()) {
      for (const id of ids) if ((this.#sessions.get(id)?.awaySince ?? Infinity) <= latest) expired.push(id)
    }
    for (const clientId of expired) {
      counters.endedSessions += 1
      log.info({ client: clientId }, 'nobody came back to a session in time: it is ended')
      try {
        await this.end(clientId)
      } catch (thrown) {
        log.error({ client: clientId, err: asError(thrown) }, 'a session could not be taken off the disk')
      }
    }
  }

  /** Ends a session with all that is kept for it; does nothing where there is none. */
  async end(clientId: string): Promise<void> {
    if (!this.#forget(clientId)) return
    await Promise.all([this.#parts.db.del(SESSION + encodeURIComponent(clientId)), this.#parts.clear(clientId)])
  }

  /** `former`: the session of the account that has to go first; `none`: all of them are in use. */
  #roomFor(clientId: string, account: string | null): 'free' | 'none' | { readonly former: string } {
    const ids = account === null ? undefined : this.#accounts.get(account)
    if (!ids || ids.has(clientId) || ids.size < this.#parts.limits.sessionsPerAccount) return 'free'
    let room: 'none' | { former: string } = 'none'
    let longest = Infinity
    for (const former of ids) {
      const since = this.#sessions.get(former)?.awaySince ?? Infinity
      if (since < longest) [room, longest] = [{ former }, since]
    }
    return room
  }

  #write(clientId: string, account: string | null, awaySince: number | null): Promise<void> {
    return this.#parts.db.put(SESSION + encodeURIComponent(clientId), Buffer.from(JSON.stringify({ account, awaySince })))
  }

  #put(clientId: string, session: Session): void {
    this.#sessions.set(clientId, session)
    this.#parts.counters.sessions = this.#sessions.size
    if (session.account === null) return
    const ids = this.#accounts.get(session.account) ?? new Set()
    ids.add(clientId)
    this.#accounts.set(session.account, ids)
  }

  #forget(clientId: string): boolean {
    const session = this.#sessions.get(clientId)
    if (!session) return false
    this.#sessions.delete(clientId)
    this.#parts.counters.sessions = this.#sessions.size
    const { account } = session
    const ids = account === null ? undefined : this.#accounts.get(account)
    ids?.delete(clientId)
    if (account !== null && ids?.size === 0) this.#accounts.delete(account)
    return true
  }
}

function parse(value: Buffer): { readonly account: string | null; readonly awaySince: number | null } {
  if (value.length === 0) return { account: UNKNOWN, awaySince: null }
  const { account, awaySince } = JSON.parse(value.toString()) as Partial<Session>
  return { account: account === undefined ? UNKNOWN : account, awaySince: awaySince ?? null }
}
