import type { Link } from '../fleet/speaker.ts'
import type { LinkListener, Outgoing } from '../mqtt-link.ts'
import type { Heard, Order, State } from './wire.ts'

/** A connection that another process holds. */
export class RemoteLink implements Link {
  readonly #n: number
  readonly #will: () => { readonly topic: string; readonly payload: string }
  readonly #listener: LinkListener
  readonly #order: (order: Order) => void
  readonly #waiting = new Map<number, () => void>()
  #online = false
  #lost = false
  #given = 0
  #taken = 0
  #pendingThere = 0

  constructor(n: number, will: () => { readonly topic: string; readonly payload: string }, listener: LinkListener, order: (order: Order) => void) {
    this.#n = n
    this.#will = will
    this.#listener = listener
    this.#order = order
  }

  get online(): boolean {
    return this.#online
  }
  get lost(): boolean {
    return this.#lost
  }
  /** What is on its way to the other process counts as well. */
  get pending(): number {
    return this.#given - this.#taken + this.#pendingThere
  }

  start(): void {
    this.#order({ does: 'start', n: this.#n, will: this.#will() })
  }
  thaw(): void {
    this.#order({ does: 'thaw', n: this.#n, will: this.#will() })
  }
  stop(): void {
    this.#leave('stop')
  }
  cut(): void {
    this.#leave('cut')
  }
  freeze(): void {
    this.#leave('freeze')
  }

  publish(message: Outgoing): void {
    const body = message.body(false)
    const late = message.body(true)
    const told = message.acknowledged ? this.#given : null
    if (message.acknowledged) this.#waiting.set(this.#given, message.acknowledged)
    this.#given++
    this.#order({ does: 'publish', n: this.#n, topic: message.topic, retain: message.retain, body, late: late === body ? null : late, told })
  }

  /** How it is, says the process that holds it. */
  is([, online, lost, taken, pending]: State): void {
    this.#online = online
    this.#lost = lost
    this.#taken = taken
    this.#pendingThere = pending
  }

  heard(one: Heard): void {
    switch (one.what) {
      case 'connected':
        this.#online = true
        this.#listener.connected()
        break
      case 'refused':
        this.#listener.refused(one.code)
        break
      case 'received':
        this.#listener.received(one.topic, Buffer.from(one.payload))
        break
      case 'acknowledged':
        this.#waiting.get(one.told)?.()
        this.#waiting.delete(one.told)
        break
    }
  }

  #leave(does: 'stop' | 'cut' | 'freeze'): void {
    this.#online = false
    this.#lost = false
    this.#order({ does, n: this.#n })
  }
}
