import type { Duplex } from 'node:stream'
import { InOrder } from './in-order.ts'
import type { Settled } from './options.ts'
import type { Principal } from './ports.ts'

/** Why a connection is ended by the house. */
export type Ending = 'taken-over' | 'dismissed' | 'stopping'

/** One network connection, from its first byte to its end. */
export class Connection<P extends Principal> {
  readonly socket: Duplex
  readonly address: string
  /** Rises by one per connection of this process. */
  readonly session: number
  /** Who it is, once it has logged in. */
  principal: P | null = null
  /** Its session outlives it. */
  keepsSession = false
  /** Its CONNACK is out: it is reported as connected, and has to be reported as disconnected. */
  announced = false
  ended = false
  ending: Ending | null = null
  /** Results of its messages, in the order of the messages. */
  readonly results = new InOrder()
  /** Bytes of its messages that are not recorded yet. */
  pendingBytes = 0
  /** When the frame that is arriving began, by what elapses; null between frames. */
  frameSince: number | null = null
  /** A broken rule of the protocol is on record already. */
  violated = false
  readonly #whenSettled: (() => void)[] = []
  readonly #whenEnded: (() => void)[] = []

  constructor(socket: Duplex, address: string, session: number) {
    this.socket = socket
    this.address = address
    this.session = session
  }

  /** Calls back when its log-in has come to a result: CONNACK sent, or the connection ended. */
  whenSettled(callback: () => void): void {
    if (this.announced || this.ended) callback()
    else this.#whenSettled.push(callback)
  }

  /** Calls back when it is gone and everything about it is cleared away. */
  whenEnded(callback: () => void): void {
    if (this.ended) callback()
    else this.#whenEnded.push(callback)
  }

  announce(): void {
    this.announced = true
    run(this.#whenSettled)
  }

  end(): void {
    this.ended = true
    run(this.#whenSettled)
    run(this.#whenEnded)
  }
}

function run(callbacks: (() => void)[]): void {
  for (const callback of callbacks.splice(0)) callback()
}

/** Resolves when no record of these connections is under way any more and its acknowledgement is written, or `stopTime` is over. */
export async function recordsBack<P extends Principal>(connections: readonly Connection<P>[], { clock, limits }: Settled<P>): Promise<void> {
  const end = clock.elapsed() + limits.stopTime
  while (connections.some(({ results }) => results.size > 0) && clock.elapsed() < end) await new Promise<void>((done) => void clock.after(5, done))
  // Two turns: Aedes writes an acknowledgement one turn after it was allowed to.
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((done) => void setImmediate(done))
}
