import type { Connection } from './connection.ts'
import { Violation } from './guard.ts'
import type { Settled } from './options.ts'
import type { Principal, Recorder } from './ports.ts'
import { GatehouseError, asError } from '../services/kernel/errors.ts'

/** Reports who comes, goes and breaks the protocol: each connection that was reported as connected is reported as disconnected once. */
export class Register<P extends Principal> {
  readonly #options: Settled<P>

  constructor(options: Settled<P>) {
    this.#options = options
  }

  came(connection: Connection<P>): void {
    this.#options.counters.connections += 1
    this.#tell(connection, (recorder, principal) => recorder.connected(principal, connection.session, connection.address))
    connection.announce()
  }

  went(connection: Connection<P>, saidGoodbye: boolean): void {
    if (connection.announced) {
      this.#options.counters.connections -= 1
      const reason = connection.ending === 'taken-over' ? 'taken-over' : saidGoodbye ? 'said-goodbye' : 'lost'
      this.#tell(connection, (recorder, principal) => recorder.disconnected(principal, connection.session, reason))
    }
    connection.end()
  }

  /** Puts a broken rule on record with its device, once a connection. Errors of the house itself are none. */
  broke(connection: Connection<P>, clientId: string | null, error: Error): void {
    const code = error instanceof Violation ? error.code : error instanceof GatehouseError ? null : 'malformed-packet'
    if (code === null || connection.violated) return
    connection.violated = true
    this.#options.counters.violations += 1
    this.#options.log.info({ client: clientId, address: connection.address, code, why: error.message }, 'a connection broke the protocol')
    this.#tell(connection, (recorder, principal) => recorder.violated(principal, code, error.message))
  }

  #tell({ principal }: Connection<P>, tell: (recorder: Recorder<P>, principal: P) => void): void {
    if (!principal) return
    try {
      tell(this.#options.recorder, principal)
    } catch (thrown) {
      this.#options.log.error({ client: principal.id, err: asError(thrown) }, 'the recorder failed')
    }
  }
}
