import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { LinkMaker } from '../fleet/fleet.ts'
import { ownCost } from '../meter.ts'
import type { Cost } from '../meter.ts'
import { createTally } from '../tally.ts'
import type { Tally } from '../tally.ts'
import { RemoteLink } from './remote-link.ts'
import type { Beginning, News, Order } from './wire.ts'

const WORKER = join(import.meta.dirname, 'link-worker.ts')
/** How long a process may take to say goodbye. */
const GOODBYE_MS = 5_000

interface Holder {
  readonly child: ChildProcess
  readonly links: RemoteLink[]
  orders: Order[]
  tally: Tally
  cost: Cost
}

/**
 * Connections in processes of their own, for more of them than one process may have open files. What devices do and what is true stays in
 * this one; the others only hold the sockets, and end with it however it ends.
 */
export class LinkPool {
  readonly #holders: Holder[]
  readonly #tokens: ReadonlyMap<string, string>
  readonly #tally: Tally
  readonly #placeOf = new Map<string, { readonly holder: Holder; readonly n: number }[]>()
  #made = 0
  #closing = false

  /** @param tally of all of them together */
  constructor(beginning: Beginning, tokens: ReadonlyMap<string, string>, tally: Tally) {
    this.#tokens = tokens
    this.#tally = tally
    this.#holders = Array.from({ length: beginning.processes }, () => this.#hire(beginning))
  }

  get processes(): number {
    return this.#holders.length
  }

  /** Makes connections, shared out one after the other. */
  readonly make: LinkMaker = ({ about, subscriptions, will, listener }) => {
    const holder = this.#holders[this.#made++ % this.#holders.length]
    if (!holder) throw new RangeError('a pool of no processes')
    const n = holder.links.length
    const link = new RemoteLink(n, will, listener, (order) => this.#order(holder, order))
    holder.links.push(link)
    this.#placeOf.set(about.id, [...(this.#placeOf.get(about.id) ?? []), { holder, n }])
    this.#order(holder, { does: 'make', n, about, token: this.#tokens.get(about.id) ?? '', subscriptions })
    return link
  }

  /** A device has a new token. */
  renewed(id: string, token: string): void {
    for (const { holder, n } of this.#placeOf.get(id) ?? []) this.#order(holder, { does: 'token', n, token })
  }

  /** All processes together. */
  cost(): Cost {
    const all = [ownCost(), ...this.#holders.map((one) => one.cost)]
    return { cpu: all.reduce((sum, one) => sum + one.cpu, 0), memory: all.reduce((sum, one) => sum + one.memory, 0) }
  }

  /** Ends the processes as soon as they have sent what they were given. */
  async close(): Promise<void> {
    this.#closing = true
    await Promise.all(this.#holders.map(async (holder) => {
      const { child } = holder
      if (!child.connected) return
      this.#flush(holder)
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      const timer = setTimeout(() => child.kill('SIGKILL'), GOODBYE_MS)
      child.disconnect()
      await ended
      clearTimeout(timer)
    }))
  }

  #hire(beginning: Beginning): Holder {
    const child = fork(WORKER, { serialization: 'advanced', execArgv: process.execArgv })
    const holder: Holder = { child, links: [], orders: [], tally: createTally(), cost: { cpu: 0, memory: 0 } }
    child.on('message', (news) => this.#hear(holder, news as News))
    child.once('exit', (code, signal) => this.#lose(holder, signal ?? `code ${code}`))
    // What cannot be sent any more is lost with the process, which is noticed by its end.
    child.on('error', () => undefined)
    child.send(beginning)
    return holder
  }

  #order(holder: Holder, order: Order): void {
    holder.orders.push(order)
    // One message a turn: thousands are ordered at once.
    if (holder.orders.length === 1) setImmediate(() => this.#flush(holder))
  }

  #flush(holder: Holder): void {
    const { orders, child } = holder
    holder.orders = []
    if (orders.length > 0 && child.connected) child.send(orders, () => undefined)
  }

  #hear(holder: Holder, { heard, states, tally, cost }: News): void {
    this.#add(holder, tally)
    holder.cost = cost
    for (const state of states) holder.links[state[0]]?.is(state)
    for (const one of heard) holder.links[one.n]?.heard(one)
  }

  #add(holder: Holder, tally: Tally): void {
    const { lastError, ...counts } = tally
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) this.#tally[name] += tally[name] - holder.tally[name]
    if (lastError !== holder.tally.lastError) this.#tally.lastError = lastError
    holder.tally = tally
  }

  #lose(holder: Holder, how: string): void {
    if (this.#closing) return
    this.#add(holder, { ...holder.tally, connected: 0, inFlight: 0 })
    this.#tally.lastError = `a process of the simulator with ${holder.links.length} connections has ended (${how})`
    for (const link of holder.links) link.is([0, false, false, 0, 0])
  }
}
