import type { Connection } from './connection.ts'
import type { Principal } from './ports.ts'

interface Seat<P extends Principal> {
  readonly connection: Connection<P>
  /** Resolves when nobody with this client id is left before it. */
  readonly free: Promise<void>
}

/**
 * One connection per client id: who comes later takes over [MQTT-3.1.4-2]. Aedes closes the former itself, but where two come at once, or one
 * comes while another is going, it loses track of who is there; here each waits until the one before it is gone entirely.
 */
export class Seats<P extends Principal> {
  readonly #seats = new Map<string, Seat<P>>()
  readonly #takeOver: (former: Connection<P>) => void

  constructor(takeOver: (former: Connection<P>) => void) {
    this.#takeOver = takeOver
  }

  get taken(): number {
    return this.#seats.size
  }

  /** Resolves when the connection may go on with its log-in. */
  async enter(clientId: string, connection: Connection<P>): Promise<void> {
    const former = this.#seats.get(clientId)
    const free = former ? this.#succeed(former) : Promise.resolve()
    this.#seats.set(clientId, { connection, free })
    connection.whenEnded(() => {
      if (this.#seats.get(clientId)?.connection === connection) void free.then(() => this.#leave(clientId, connection))
    })
    await free
  }

  async #succeed(former: Seat<P>): Promise<void> {
    await former.free
    const { connection } = former
    await new Promise<void>((settled) => connection.whenSettled(settled))
    if (!connection.ended) this.#takeOver(connection)
    await new Promise<void>((ended) => connection.whenEnded(ended))
  }

  #leave(clientId: string, connection: Connection<P>): void {
    if (this.#seats.get(clientId)?.connection === connection) this.#seats.delete(clientId)
  }
}
