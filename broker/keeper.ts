/**
 * What survives a restart: sessions (subscriptions, queues), retained messages, wills. aedes-persistence-level keeps them on the disk;
 * around it stands what it lacks: retained messages and filters found without reading the whole disk, writes of one client in their order,
 * queues with a limit, sessions without subscriptions, DUP, and commands that never wait.
 */
import { mkdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import AsyncLevelPersistence from 'aedes-persistence-level/asyncPersistence.js'
import type { ClientName, KeptSubscription, QueuedPacket, StoredPacket } from 'aedes-persistence-level/asyncPersistence.js'
import { Level } from 'level'
import { GatehouseError, asError } from '../services/kernel/errors.ts'
import type { Logger } from '../services/kernel/log.ts'
import { Chains } from './chains.ts'
import type { Counters } from './counters.ts'
import type { Limits } from './limits.ts'
import type { HouseMessage } from './options.ts'
import { Queues } from './queues.ts'
import { isCommand } from './topic-names.ts'
import { TopicTree } from './topic-tree.ts'

/** Rights, asked before something is put aside for a client. */
export interface Rights {
  /** Whether this filter of the client may stay. */
  maySubscribe(clientId: string, filter: string): boolean
  /** Whether the client, if it is here, may get this topic; true for one that is away: it is asked again when it comes. */
  mayReceive(clientId: string, topic: string): boolean
}

/**
 * Stands among a session's subscriptions, so that Aedes answers session-present also for a session that has none [MQTT-3.2.2-2]. It is refused when it is restored.
 */
export const SESSION_MARK = '$SYS/session'
const SESSION = 'session:'
const SUBSCRIPTIONS = 'subscriptions:'

export class Keeper {
  readonly #directory: string
  readonly #limits: Limits
  readonly #log: Logger
  readonly #rights: Rights
  readonly #counters: Counters
  readonly #chains = new Chains()
  readonly #retained = new TopicTree<StoredPacket>()
  readonly #filters = new TopicTree<Map<string, KeptSubscription>>()
  readonly #sessions = new Set<string>()
  #opened: { db: Level<string, Buffer>; disk: AsyncLevelPersistence; queues: Queues } | null = null

  constructor(directory: string, limits: Limits, log: Logger, rights: Rights, counters: Counters) {
    this.#directory = directory
    this.#limits = limits
    this.#log = log
    this.#rights = rights
    this.#counters = counters
  }

  /** Retained messages, kept also in memory. */
  get retainedCount(): number {
    return this.#retained.size
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    const db = new Level<string, Buffer>(this.#directory, { valueEncoding: 'buffer' })
    try {
      await db.open()
    } catch (thrown) {
      throw new GatehouseError('mqtt-store-unusable', `cannot open ${this.#directory}: is another Gatehouse running on it?`, { cause: thrown })
    }
    const queues = new Queues(db, this.#limits, (clientId, first) => {
      this.#counters.droppedQueued += 1
      if (first) this.#log.warn({ client: clientId }, 'the queue of a client is full: its oldest messages are dropped')
    })
    this.#opened = { db, disk: new AsyncLevelPersistence(db), queues }
  }

  async close(): Promise<void> {
    await this.#chains.idle()
    await this.#opened?.db.close()
    this.#opened = null
  }

  /** Called by Aedes, which insists on an async function. */
  async setup(broker: { readonly id: string }): Promise<void> {
    await this.#disk.setup(broker)
    for await (const packet of this.#disk.createRetainedStream('#') as AsyncIterable<StoredPacket>) this.#retained.set(packet.topic, packet)
    await this.#store.queues.load()
    for await (const key of this.#store.db.keys({ gte: SESSION, lt: 'session;' })) this.#sessions.add(decodeURIComponent(key.slice(SESSION.length)))
    const subscribers = new Set<string>()
    for await (const key of this.#store.db.keys({ gte: SUBSCRIPTIONS, lt: 'subscriptions;' })) {
      subscribers.add(decodeURIComponent(key.slice(SUBSCRIPTIONS.length, key.indexOf(':', SUBSCRIPTIONS.length))))
    }
    for (const id of subscribers) for (const kept of await this.#disk.subscriptionsByClient({ id })) this.#addFilter(id, kept)
  }

  // ── Retained messages ────────────────────────────────────────────────────────────────────────────────────────

  /** Keeps the message as the retained one of its topic, or removes that one when the payload is empty [MQTT-3.3.1-10]; resolves when it is written. */
  retain(packet: StoredPacket): Promise<void> {
    // A copy: the payload is a window into a chunk of the socket, which would stay in memory with it.
    const kept: StoredPacket = {
      cmd: 'publish', topic: packet.topic, payload: Buffer.from(packet.payload), qos: packet.qos, retain: true
    }
    if (kept.payload.length === 0) this.#retained.delete(kept.topic)
    else this.#retained.set(kept.topic, kept)
    return this.#chains.run(`retained ${kept.topic}`, () => this.#disk.storeRetained(kept))
  }

  /** Aedes asks for it after the acknowledgement; the adapter has called `retain` before it. */
  async storeRetained(): Promise<void> {}

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retainedBy(filters))
  }

  createRetainedStream(filter: string): Readable {
    return Readable.from(this.#retainedBy([filter]))
  }

  retainedTopics(filter: string): readonly string[] {
    return Array.from(this.#retained.matchedBy(filter), ({ topic }) => topic)
  }

  *#retainedBy(filters: readonly string[]): Generator<StoredPacket> {
    for (const filter of filters) yield* this.#retained.matchedBy(filter)
  }

  // ── Subscriptions of persistent sessions ─────────────────────────────────────────────────────────────────────

  async addSubscriptions(client: ClientName, subscriptions: readonly KeptSubscription[]): Promise<void> {
    // Aedes hands over the refused ones too, which would then fill the queue of a client that never gets them.
    const allowed = subscriptions.filter((one) => this.#rights.maySubscribe(client.id, one.topic))
    for (const one of allowed) this.#addFilter(client.id, one)
    await this.#chains.run(`subscriptions ${client.id}`, () => this.#disk.addSubscriptions(client, allowed))
  }

  async removeSubscriptions(client: ClientName, filters: readonly string[]): Promise<void> {
    for (const filter of filters) this.#removeFilter(client.id, filter)
    await this.#chains.run(`subscriptions ${client.id}`, () => this.#disk.removeSubscriptions(client, filters))
  }

  /** A kept filter that is not allowed any more. Never rejects: nobody waits for it. */
  async forgetFilter(client: ClientName, filter: string): Promise<void> {
    try {
      await this.removeSubscriptions(client, [filter])
    } catch (thrown) {
      this.#log.error({ client: client.id, err: asError(thrown) }, 'a subscription could not be removed')
    }
  }

  /** Asked once when a client comes back to its session: [MQTT-3.1.2-4]. A session begins here when there was none. */
  async subscriptionsByClient(client: ClientName): Promise<KeptSubscription[]> {
    const known = this.#sessions.has(client.id)
    if (!known) {
      this.#sessions.add(client.id)
      await this.#store.db.put(SESSION + encodeURIComponent(client.id), Buffer.alloc(0))
    }
    const kept = await this.#chains.run(`subscriptions ${client.id}`, () => this.#disk.subscriptionsByClient(client))
    return known ? [{ topic: SESSION_MARK, qos: 0 }, ...kept] : kept
  }

  /** Aedes calls it for a clean session: whatever was kept of the client ends [MQTT-3.1.2-6]. */
  async cleanSubscriptions(client: ClientName): Promise<void> {
    if (!this.#sessions.delete(client.id)) return
    const kept = await this.#chains.run(`subscriptions ${client.id}`, () => this.#disk.subscriptionsByClient(client))
    if (kept.length > 0) await this.removeSubscriptions(client, kept.map((one) => one.topic))
    await this.#chains.run(`queue ${client.id}`, () => this.#store.queues.clear(client.id))
    await this.#store.db.del(SESSION + encodeURIComponent(client.id))
  }

  /** Who has to get a copy put aside: one a client, with the greatest QoS of its matching filters. */
  async subscriptionsByTopic(topic: string): Promise<{ clientId: string; topic: string; qos: number }[]> {
    if (this.#filters.size === 0 || isCommand(topic)) return []
    const found = new Map<string, { clientId: string; topic: string; qos: number }>()
    for (const clients of this.#filters.matching(topic)) {
      for (const [clientId, { topic: filter, qos }] of clients) {
        if (qos > (found.get(clientId)?.qos ?? 0) && this.#rights.mayReceive(clientId, topic)) found.set(clientId, { clientId, topic: filter, qos })
      }
    }
    return [...found.values()]
  }

  #addFilter(clientId: string, kept: KeptSubscription): void {
    const clients = this.#filters.get(kept.topic) ?? new Map<string, KeptSubscription>()
    clients.set(clientId, kept)
    this.#filters.set(kept.topic, clients)
  }

  #removeFilter(clientId: string, filter: string): void {
    const clients = this.#filters.get(filter)
    clients?.delete(clientId)
    if (clients?.size === 0) this.#filters.delete(filter)
  }

  // ── Queues of persistent sessions ────────────────────────────────────────────────────────────────────────────

  async outgoingEnqueue(subscription: { readonly clientId: string }, packet: QueuedPacket): Promise<void> {
    const { clientId } = subscription
    if (isCommand(packet.topic ?? '')) return
    await this.#chains.run(`queue ${clientId}`, async () => {
      await this.#disk.outgoingEnqueue(subscription, packet)
      await this.#store.queues.added(clientId, packet)
    })
  }

  async outgoingEnqueueCombi(subscriptions: readonly { readonly clientId: string }[], packet: QueuedPacket): Promise<void> {
    if (subscriptions.length > 0) await Promise.all(subscriptions.map((one) => this.outgoingEnqueue(one, packet)))
  }

  /** A packet that is not in the queue (a command; one that was dropped) is sent all the same and not kept: Aedes would close the connection. */
  outgoingUpdate(client: ClientName, packet: QueuedPacket): Promise<void> {
    if (isCommand(packet.topic ?? '')) return Promise.resolve()
    return this.#chains.run(`queue ${client.id}`, async () => {
      try {
        await this.#disk.outgoingUpdate(client, packet)
      } catch (thrown) {
        if (asError(thrown).message !== 'no such packet') throw thrown
      }
    })
  }

  outgoingClearMessageId(client: ClientName, packet: QueuedPacket): Promise<QueuedPacket | undefined> {
    return this.#chains.run(`queue ${client.id}`, async () => {
      const cleared = await this.#disk.outgoingClearMessageId(client, packet)
      if (cleared) this.#store.queues.removed(client.id, cleared)
      return cleared
    })
  }

  outgoingStream(client: ClientName): Readable {
    return Readable.from(withDup(this.#disk.outgoingStream(client) as AsyncIterable<QueuedPacket>))
  }

  // ── QoS 2 on its way in, and wills ───────────────────────────────────────────────────────────────────────────

  incomingStorePacket(client: ClientName, packet: QueuedPacket): Promise<void> {
    return this.#disk.incomingStorePacket(client, packet)
  }

  incomingGetPacket(client: ClientName, packet: QueuedPacket): Promise<QueuedPacket> {
    return this.#disk.incomingGetPacket(client, packet)
  }

  incomingDelPacket(client: ClientName, packet: QueuedPacket): Promise<void> {
    return this.#disk.incomingDelPacket(client, packet)
  }

  cleanIncoming(client: ClientName): Promise<void> {
    return this.#disk.cleanIncoming(client)
  }

  async putWill(client: ClientName, packet: StoredPacket): Promise<void> {
    // Of a client that is gone already it would stay, and be published after the next restart.
    if (client.closed !== true) await this.#chains.run(`will ${client.id}`, () => this.#disk.putWill(client, packet))
  }

  /** Never rejects: Aedes does not catch it, and an unhandled rejection would end the process. */
  async delWill(client: ClientName): Promise<void> {
    try {
      await this.#chains.run(`will ${client.id}`, () => this.#disk.delWill(client))
    } catch (thrown) {
      this.#log.error({ client: client.id, err: asError(thrown) }, 'a will could not be removed')
    }
  }

  streamWill(brokers: Readonly<Record<string, number>>): Readable {
    return this.#disk.streamWill(brokers)
  }

  get #store(): { db: Level<string, Buffer>; disk: AsyncLevelPersistence; queues: Queues } {
    if (!this.#opened) throw new GatehouseError('mqtt-store-closed', 'the store of sessions is not open')
    return this.#opened
  }

  get #disk(): AsyncLevelPersistence {
    return this.#store.disk
  }
}

/** A packet that had a message id was sent before [MQTT-3.3.1-1]; PUBREL has no such flag [MQTT-3.6.1-1]. */
async function* withDup(packets: AsyncIterable<QueuedPacket>): AsyncGenerator<QueuedPacket> {
  for await (const packet of packets) {
    if (packet.cmd === 'publish') packet.dup = typeof packet.messageId === 'number'
    yield packet
  }
}

/** What the house publishes, as a packet. */
export function packetOf({ topic, payload, qos, retain }: HouseMessage): StoredPacket & { readonly dup: false } {
  return { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup: false }
}

export type { StoredPacket }
