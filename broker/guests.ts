import type { Connection } from './connection.ts'
import type { AedesClient, Innards } from './innards.ts'
import type { Principal } from './ports.ts'

/** One connection as the adapter knows it: what Aedes made of it, and what the house knows about it. */
export interface Guest<P extends Principal> {
  readonly client: AedesClient
  readonly innards: Innards
  readonly connection: Connection<P>
  /** What came in its CONNECT. */
  arrival: { readonly anonymous: boolean; readonly clean: boolean; readonly willTopic: string | null }
  /** Aedes counts it among its clients and will say when it is gone. */
  registered: boolean
}

/** Everybody who is connected, found without looking at everybody else. */
export class Guests<P extends Principal> {
  readonly #byClient = new Map<AedesClient, Guest<P>>()
  readonly #byConnection = new Map<Connection<P>, Guest<P>>()
  /** Those who got their CONNACK, by client id. */
  readonly #present = new Map<string, Guest<P>>()

  /** Those who got their CONNACK. */
  get presentCount(): number {
    return this.#present.size
  }

  /** Entries of any kind; none when nobody is connected. */
  get size(): number {
    return this.#byClient.size + this.#byConnection.size + this.#present.size
  }

  all(): Guest<P>[] {
    return [...this.#byClient.values()]
  }

  of(client: AedesClient): Guest<P> | undefined {
    return this.#byClient.get(client)
  }

  on(connection: Connection<P>): Guest<P> | undefined {
    return this.#byConnection.get(connection)
  }

  present(id: string): Guest<P> | undefined {
    return this.#present.get(id)
  }

  /** True for somebody who is not here: it is asked again when they come. */
  ofPresent(id: string, ask: (principal: P) => boolean): boolean {
    const principal = this.#present.get(id)?.connection.principal
    return principal ? ask(principal) : true
  }

  add(guest: Guest<P>): void {
    this.#byClient.set(guest.client, guest)
    this.#byConnection.set(guest.connection, guest)
  }

  welcome(guest: Guest<P>): void {
    this.#present.set(guest.client.id, guest)
  }

  remove(guest: Guest<P>): void {
    const { client, connection } = guest
    this.#byClient.delete(client)
    this.#byConnection.delete(connection)
    if (this.#present.get(client.id) === guest) this.#present.delete(client.id)
  }
}
