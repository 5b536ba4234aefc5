/**
 * What survives a restart: sessions (subscriptions, queues), retained messages, wills. aedes-persistence-level keeps them on the disk;
 * around it stands what it lacks: answers from memory where a client only asks whether there is anything (a district that comes back asks 7,300 times), writes
 * that share their way to the disk, writes of one client in their order, sessions and queues with a limit, sessions without subscriptions, DUP, and commands
 * that never wait.
 */
import { mkdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import AsyncLevelPersistence from 'aedes-persistence-level/asyncPersistence.js'
import type { ClientName, KeptSubscription, QueuedPacket, StoredPacket } from 'aedes-persistence-level/asyncPersistence.js'
import { Level } from 'level'
import { GatehouseError, asError } from '../services/kernel/errors.ts'
import type { Clock } from '../services/kernel/clock.ts'
import type { Logger } from '../services/kernel/log.ts'
import { Chains } from './chains.ts'
import type { Counters } from './counters.ts'
import { Filters } from './filters.ts'
import { GroupedLevel } from './grouped-level.ts'
import type { Limits } from './limits.ts'
import type { HouseMessage } from './options.ts'
import { Queues } from './queues.ts'
import { Sessions } from './sessions.ts'
import type { SessionOwner } from './sessions.ts'
import { isCommand } from './topic-names.ts'
import { TopicTree } from './topic-tree.ts'
import { Wills } from './wills.ts'

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
const SUBSCRIPTIONS = 'subscriptions:'
const INCOMING = 'incoming:'

interface KeeperOptions {
  readonly directory: string
  readonly limits: Limits
  readonly log: Logger
  readonly counters: Counters
  readonly clock: Clock
}
interface Store {
  readonly db: GroupedLevel
  readonly disk: AsyncLevelPersistence
  readonly queues: Queues
  readonly sessions: Sessions
  readonly wills: Wills
}

export class Keeper {
  readonly #options: KeeperOptions
  readonly #rights: Rights
  readonly #chains = new Chains()
  readonly #retained = new TopicTree<StoredPacket>()
  readonly #filters = new Filters()
  /** Clients of which QoS 2 messages on their way in may be on the disk. */
  readonly #incoming = new Set<string>()
  #opened: Store | null = null

  constructor(options: KeeperOptions, rights: Rights) {
    this.#options = options
    this.#rights = rights
  }

  /** Persistent sessions; open only. */
  get sessions(): Sessions {
    return this.#store.sessions
  }

  /** None before it is open and after it is closed. */
  get sessionOwners(): readonly SessionOwner[] {
    return this.#opened?.sessions.owners() ?? []
  }

  /** How much is remembered of single clients, retained messages aside: it comes back to what it was when they are gone for good. */
  get remembered(): number {
    if (!this.#opened) return 0
    const { queues, sessions, wills } = this.#opened
    return sessions.size + this.#filters.size + this.#incoming.size + wills.size + this.#chains.size + queues.size
  }

  async open(): Promise<void> {
    const { directory, limits, log, counters, clock } = this.#options
    await mkdir(directory, { recursive: true })
    const db = new GroupedLevel(new Level<string, Buffer>(directory, { valueEncoding: 'buffer' }))
    try {
      await db.open()
    } catch (thrown) {
      throw new GatehouseError('mqtt-store-unusable', `cannot open ${directory}: is another Gatehouse running on it?`, { cause: thrown })
    }
    const disk = new AsyncLevelPersistence(db)
    const queues = new Queues(db, limits, (clientId, first) => {
      counters.droppedQueued += 1
      if (first) log.warn({ client: clientId }, 'the queue of a client is full: its oldest messages are dropped')
    })
    const sessions = new Sessions({ db, limits, clock, log, counters, clear: (clientId) => this.#clear(clientId) })
    this.#opened = { db, disk, queues, sessions, wills: new Wills(db, disk) }
  }

  async close(): Promise<void> {
    await this.#chains.idle()
    await this.#opened?.db.close()
    this.#opened = null
  }

  /** Called by Aedes, which insists on an async function. */
  async setup(broker: { readonly id: string }): Promise<void> {
    const { db, disk, queues, sessions, wills } = this.#store
    await disk.setup(broker)
    for await (const packet of disk.createRetainedStream('#') as AsyncIterable<StoredPacket>) this.#retained.set(packet.topic, packet)
    await queues.load()
    await sessions.load()
    await wills.load()
    for await (const key of db.keys({ gte: INCOMING, lt: 'incoming;' })) this.#incoming.add(clientOf(key, INCOMING))
    const subscribers = new Set<string>()
    for await (const key of db.keys({ gte: SUBSCRIPTIONS, lt: 'subscriptions;' })) subscribers.add(clientOf(key, SUBSCRIPTIONS))
    for (const id of subscribers) for (const kept of await disk.subscriptionsByClient({ id })) this.#filters.add(id, kept)
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
    return this.#disk.storeRetained(kept)
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
    for (const one of allowed) this.#filters.add(client.id, one)
    await this.#disk.addSubscriptions(client, allowed)
  }

  async removeSubscriptions(client: ClientName, filters: readonly string[]): Promise<void> {
    for (const filter of filters) this.#filters.remove(client.id, filter)
    await this.#disk.removeSubscriptions(client, filters)
  }

  /** A kept filter that is not allowed any more. Never rejects: nobody waits for it. */
  async forgetFilter(client: ClientName, filter: string): Promise<void> {
    if (filter === SESSION_MARK) return
    try {
      await this.removeSubscriptions(client, [filter])
    } catch (thrown) {
      this.#options.log.error({ client: client.id, err: asError(thrown) }, 'a subscription could not be removed')
    }
  }

  /** Asked once when a client comes back to its session: [MQTT-3.1.2-4]. */
  async subscriptionsByClient(client: ClientName): Promise<KeptSubscription[]> {
    const kept = this.#filters.of(client.id)
    return this.sessions.wasThere(client.id) ? [{ topic: SESSION_MARK, qos: 0 }, ...kept] : kept
  }

  /** Aedes calls it for a clean session: whatever was kept of the client ends [MQTT-3.1.2-6]. */
  cleanSubscriptions(client: ClientName): Promise<void> {
    return this.sessions.end(client.id)
  }

  /** Who has to get a copy put aside. */
  async subscriptionsByTopic(topic: string): Promise<{ clientId: string; topic: string; qos: number }[]> {
    return isCommand(topic) ? [] : this.#filters.matching(topic, (clientId) => this.#rights.mayReceive(clientId, topic))
  }

  async #clear(clientId: string): Promise<void> {
    const filters = this.#filters.of(clientId).map(({ topic }) => topic)
    await Promise.all([
      filters.length > 0 ? this.removeSubscriptions({ id: clientId }, filters) : null,
      this.#chains.run(`queue ${clientId}`, () => this.#store.queues.clear(clientId)),
      this.cleanIncoming({ id: clientId })
    ])
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
    if (!this.#store.queues.has(client.id)) return new Readable({ objectMode: true, read: endOf })
    return Readable.from(withDup(this.#queued(client)))
  }

  /** What waits for a client; what it acknowledged before it came back is not sent again. */
  async *#queued(client: ClientName): AsyncIterable<QueuedPacket> {
    await this.#chains.run(`queue ${client.id}`, () => Promise.resolve())
    yield* this.#disk.outgoingStream(client) as AsyncIterable<QueuedPacket>
  }

  // ── QoS 2 on its way in, and wills ───────────────────────────────────────────────────────────────────────────

  incomingStorePacket(client: ClientName, packet: QueuedPacket): Promise<void> {
    this.#incoming.add(client.id)
    return this.#disk.incomingStorePacket(client, packet)
  }

  incomingGetPacket(client: ClientName, packet: QueuedPacket): Promise<QueuedPacket> {
    return this.#disk.incomingGetPacket(client, packet)
  }

  incomingDelPacket(client: ClientName, packet: QueuedPacket): Promise<void> {
    return this.#disk.incomingDelPacket(client, packet)
  }

  async cleanIncoming(client: ClientName): Promise<void> {
    if (this.#incoming.delete(client.id)) await this.#disk.cleanIncoming(client)
  }

  putWill(client: ClientName, packet: StoredPacket): Promise<void> {
    return this.#store.wills.put(client, packet)
  }

  /** Never rejects: Aedes does not catch it, and an unhandled rejection would end the process. */
  async delWill(client: ClientName): Promise<void> {
    try {
      await this.#store.wills.remove(client)
    } catch (thrown) {
      this.#options.log.error({ client: client.id, err: asError(thrown) }, 'a will could not be removed')
    }
  }

  streamWill(brokers: Readonly<Record<string, number>>): Readable {
    return this.#disk.streamWill(brokers)
  }

  get #store(): Store {
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

/** A stream that has nothing. */
function endOf(this: Readable): void {
  this.push(null)
}

function clientOf(key: string, prefix: string): string {
  return decodeURIComponent(key.slice(prefix.length, key.indexOf(':', prefix.length)))
}

/** What the house publishes, as a packet. */
export function packetOf({ topic, payload, qos, retain }: HouseMessage): StoredPacket & { readonly dup: false } {
  return { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup: false }
}

export type { StoredPacket }
