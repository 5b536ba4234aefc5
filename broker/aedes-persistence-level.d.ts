/** The promise form of aedes-persistence-level 9, which Aedes 1 asks for; the package brings no types. */
declare module 'aedes-persistence-level/asyncPersistence.js' {
  import type { Readable } from 'node:stream'

  export interface ClientName {
    readonly id: string
    readonly closed?: boolean
  }
  export interface KeptSubscription {
    readonly topic: string
    readonly qos: number
  }
  export interface StoredPacket {
    readonly cmd: 'publish'
    readonly topic: string
    readonly payload: Buffer
    readonly qos: 0 | 1 | 2
    readonly retain: boolean
  }
  export interface QueuedPacket {
    readonly cmd: string
    readonly topic?: string
    readonly payload?: Buffer
    readonly messageId?: number | null
    readonly brokerId?: string
    readonly brokerCounter?: number
    dup?: boolean
  }

  interface Range {
    readonly gte: string
    readonly lt: string
  }
  type Operation = { readonly type: 'put'; readonly key: string; readonly value: Buffer } | { readonly type: 'del'; readonly key: string }
  /** What it calls of `level`. */
  export interface Database {
    get(key: string): Promise<Buffer | undefined>
    put(key: string, value: Buffer): Promise<void>
    del(key: string): Promise<void>
    batch(operations: readonly Operation[]): Promise<void>
    batch(): { del(key: string): void; write(): Promise<void> }
    values(range: Range): AsyncIterable<Buffer>
    clear(range: Range): Promise<void>
    close(): Promise<void>
  }

  export default class AsyncLevelPersistence {
    constructor(db: Database)
    setup(broker: { readonly id: string }): Promise<void>
    createRetainedStream(pattern: string): Readable
    storeRetained(packet: StoredPacket): Promise<void>
    addSubscriptions(client: ClientName, subscriptions: readonly KeptSubscription[]): Promise<void>
    removeSubscriptions(client: ClientName, topics: readonly string[]): Promise<void>
    subscriptionsByClient(client: ClientName): Promise<KeptSubscription[]>
    outgoingEnqueue(subscription: { readonly clientId: string }, packet: QueuedPacket): Promise<void>
    outgoingUpdate(client: ClientName, packet: QueuedPacket): Promise<void>
    outgoingClearMessageId(client: ClientName, packet: QueuedPacket): Promise<QueuedPacket | undefined>
    outgoingStream(client: ClientName): Readable
    incomingStorePacket(client: ClientName, packet: QueuedPacket): Promise<void>
    incomingGetPacket(client: ClientName, packet: QueuedPacket): Promise<QueuedPacket>
    incomingDelPacket(client: ClientName, packet: QueuedPacket): Promise<void>
    cleanIncoming(client: ClientName): Promise<void>
    putWill(client: ClientName, packet: StoredPacket): Promise<void>
    delWill(client: ClientName): Promise<StoredPacket | undefined>
    streamWill(brokers: Readonly<Record<string, number>>): Readable
  }
}
