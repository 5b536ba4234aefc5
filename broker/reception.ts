import type { Connection } from './connection.ts'
import { Logins } from './logins.ts'
import type { Settled } from './options.ts'
import type { Principal } from './ports.ts'
import type { Seats } from './seats.ts'
import { isSystemTopic } from './topic-names.ts'
import { asError } from '../services/kernel/errors.ts'

/** A CONNECT as far as it matters here. */
export interface Arrival {
  readonly clientId: string
  /** The client sent no id: the broker made one. */
  readonly anonymous: boolean
  readonly clean: boolean
  readonly username: string | undefined
  readonly password: Uint8Array | undefined
  readonly willTopic: string | null
}

/** Makes room for a session that outlives its connection; false where the account has no more. */
export type BeginSession = (clientId: string, account: string | null) => Promise<boolean>

export type Welcome = { readonly ok: true } | { readonly ok: false; readonly code: 2 | 3 | 4 | 5; readonly why: string }

/** CONNACK return codes of MQTT 3.1.1, table 3.1. */
const IDENTIFIER_REJECTED = 2
const SERVER_UNAVAILABLE = 3
const NOT_AUTHORIZED = 5

/** Decides who comes in: the wait after failures, the gate, the right to its last will, and the seat that a former connection has to leave. */
export class Reception<P extends Principal> {
  readonly #options: Settled<P>
  readonly #seats: Seats<P>
  readonly #logins: Logins
  readonly #beginSession: BeginSession

  constructor(options: Settled<P>, seats: Seats<P>, beginSession: BeginSession) {
    this.#options = options
    this.#seats = seats
    this.#beginSession = beginSession
    this.#logins = new Logins(options.clock)
  }

  /** Client ids that are taken. */
  get seated(): number {
    return this.#seats.taken
  }

  /** Never rejects; whatever the gate throws is answered as "server unavailable". */
  async receive(connection: Connection<P>, arrival: Arrival): Promise<Welcome> {
    if (arrival.anonymous && !arrival.clean) return refuse(IDENTIFIER_REJECTED, 'no client id and no clean session') // [MQTT-3.1.3-8]
    let welcome = await this.#identify(connection, arrival)
    if (welcome.ok) {
      await this.#seats.enter(arrival.clientId, connection)
      welcome = await this.#lodge(connection, arrival)
    }
    if (!welcome.ok) {
      this.#options.counters.refusedLogins += 1
      this.#options.log.debug({ client: arrival.clientId, address: connection.address, code: welcome.code, why: welcome.why }, 'log-in refused')
    }
    return welcome
  }

  /** A session that outlives the connection needs room among those of its account. */
  async #lodge(connection: Connection<P>, { clientId, clean }: Arrival): Promise<Welcome> {
    if (clean) return { ok: true }
    if (connection.ended) return refuse(SERVER_UNAVAILABLE, 'it is gone')
    // Set before it begins: whoever goes meanwhile leaves it.
    connection.keepsSession = true
    try {
      if (await this.#beginSession(clientId, connection.principal?.account ?? null)) return { ok: true }
      connection.keepsSession = false
      return refuse(IDENTIFIER_REJECTED, 'its account has too many sessions, all of them in use')
    } catch (thrown) {
      this.#options.log.error({ client: clientId, err: asError(thrown) }, 'a session could not be begun')
      return refuse(SERVER_UNAVAILABLE, 'a session could not be begun')
    }
  }

  async #identify(connection: Connection<P>, arrival: Arrival): Promise<Welcome> {
    const { clock, counters, gate, log } = this.#options
    const { address } = connection
    const { clientId, username, password, willTopic } = arrival
    const delay = this.#logins.delay(address, clientId)
    if (delay > 0) {
      counters.slowedLogins += 1
      await new Promise<void>((due) => {
        clock.after(delay, due)
      })
    }
    try {
      const verdict = gate.authenticate({ clientId, username, password, address })
      if (!verdict.ok) {
        this.#logins.failed(address, clientId)
        return refuse(verdict.code, verdict.why)
      }
      this.#logins.succeeded(address, clientId)
      if (willTopic !== null && (isSystemTopic(willTopic) || !gate.mayPublish(verdict.principal, willTopic))) {
        return refuse(NOT_AUTHORIZED, `its last will is for ${willTopic}`)
      }
      connection.principal = verdict.principal
      return { ok: true }
    } catch (thrown) {
      log.error({ client: clientId, err: asError(thrown) }, 'the gate failed')
      return refuse(SERVER_UNAVAILABLE, 'the gate failed')
    }
  }
}

function refuse(code: 2 | 3 | 4 | 5, why: string): Welcome {
  return { ok: false, code, why }
}
