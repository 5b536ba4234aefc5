import type { GroupedLevel } from './grouped-level.ts'
import type { Limits } from './limits.ts'

interface Queue {
  /** Bytes by disk key, oldest first. */
  readonly entries: Map<string, number>
  bytes: number
  /** Something was dropped since it last got shorter by an acknowledgement. */
  full: boolean
}
interface Numbered {
  readonly topic?: string
  readonly payload?: Buffer
  readonly brokerId?: string
  readonly brokerCounter?: number
}

const OUTGOING = 'outgoing:'
const OUTGOING_ID = 'outgoing-id:'

/** Keeps count of what waits for each client with a persistent session, and drops the oldest where it becomes too much. */
export class Queues {
  readonly #db: GroupedLevel
  readonly #limits: Limits
  readonly #dropped: (clientId: string, first: boolean) => void
  readonly #queues = new Map<string, Queue>()

  constructor(db: GroupedLevel, limits: Limits, dropped: (clientId: string, first: boolean) => void) {
    this.#db = db
    this.#limits = limits
    this.#dropped = dropped
  }

  /** Clients for whom something waits. */
  get size(): number {
    return this.#queues.size
  }

  has(clientId: string): boolean {
    return this.#queues.has(clientId)
  }

  /** Counts what is on the disk. */
  async load(): Promise<void> {
    for await (const [key, value] of this.#db.iterator({ gte: OUTGOING, lt: 'outgoing;' })) {
      const clientId = decodeURIComponent(key.slice(OUTGOING.length, key.indexOf(':', OUTGOING.length)))
      this.#add(clientId, key, value.length)
    }
  }

  /** The packet is on the disk now. */
  async added(clientId: string, packet: Numbered): Promise<void> {
    const queue = this.#add(clientId, keyOf(clientId, packet), (packet.payload?.length ?? 0) + (packet.topic?.length ?? 0))
    while (queue.entries.size > this.#limits.queuedMessages || queue.bytes > this.#limits.queuedBytes) {
      const oldest = queue.entries.keys().next().value
      if (oldest === undefined) return
      this.#forget(clientId, queue, oldest)
      this.#dropped(clientId, !queue.full)
      queue.full = true
      await this.#db.del(oldest)
    }
  }

  /** The packet was acknowledged and is off the disk. */
  removed(clientId: string, packet: Numbered): void {
    const queue = this.#queues.get(clientId)
    if (!queue) return
    this.#forget(clientId, queue, keyOf(clientId, packet))
    queue.full = false
  }

  async clear(clientId: string): Promise<void> {
    this.#queues.delete(clientId)
    const name = encodeURIComponent(clientId)
    await this.#db.clear({ gte: `${OUTGOING}${name}:`, lt: `${OUTGOING}${name};` })
    await this.#db.clear({ gte: `${OUTGOING_ID}${name}:`, lt: `${OUTGOING_ID}${name};` })
  }

  #add(clientId: string, key: string, bytes: number): Queue {
    let queue = this.#queues.get(clientId)
    if (!queue) {
      queue = { entries: new Map(), bytes: 0, full: false }
      this.#queues.set(clientId, queue)
    }
    queue.entries.set(key, bytes)
    queue.bytes += bytes
    return queue
  }

  #forget(clientId: string, queue: Queue, key: string): void {
    const bytes = queue.entries.get(key)
    if (bytes === undefined) return
    queue.entries.delete(key)
    queue.bytes -= bytes
    if (queue.entries.size === 0) this.#queues.delete(clientId)
  }
}

/** As aedes-persistence-level 9 writes it. */
function keyOf(clientId: string, packet: Numbered): string {
  return `${OUTGOING}${encodeURIComponent(clientId)}:${packet.brokerId}:${String(packet.brokerCounter).padStart(16, '0')}`
}
