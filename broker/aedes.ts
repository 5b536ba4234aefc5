/**
 * Aedes behind one door: nobody else in the house imports it. It neither awaits nor catches its hooks, so each of them is wrapped here:
 * whatever is thrown ends the one connection that it came from.
 */
import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import type { AedesPublishPacket, AuthenticateError, Client as AedesClient, ConnectPacket, PublishPacket, Subscription } from 'aedes'
import { GatehouseError, asError } from '../services/kernel/errors.ts'
import { Connection } from './connection.ts'
import { Desk } from './desk.ts'
import { steerReading, steerWriting } from './flow.ts'
import type { SlowClient, SteeredClient } from './flow.ts'
import { Violation, guardParser } from './guard.ts'
import type { Parser } from './guard.ts'
import { Keeper, SESSION_MARK } from './keeper.ts'
import type { StoredPacket } from './keeper.ts'
import type { HouseMessage, Settled } from './options.ts'
import type { Principal } from './ports.ts'
import { Reception } from './reception.ts'
import type { Arrival } from './reception.ts'
import { Seats } from './seats.ts'
import { faultOfFilter, faultOfName, isSystemTopic } from './topic-names.ts'

/** What a client of a protocol that is not spoken here gets [MQTT-3.1.2-2]: CONNACK with code 1. */
const UNACCEPTABLE_PROTOCOL = Buffer.from([0x20, 2, 0, 1])

/** What Aedes 1.2 keeps to itself and is steered here all the same. */
interface Innards extends Omit<SteeredClient, '_parser'>, SlowClient {
  readonly conn: Duplex
  readonly _parser: Parser
  readonly _disconnected: boolean
  readonly _inboundInflight: ReadonlySet<number>
  readonly connackSent: boolean
  duplicates: Readonly<Record<string, number>>
  will: PublishPacket | null
  _will: PublishPacket | null
}
interface Steered {
  registerClient(client: AedesClient): void
}
interface Guest<P extends Principal> {
  readonly client: AedesClient
  readonly innards: Innards
  readonly connection: Connection<P>
  /** What came in its CONNECT. */
  arrival: { readonly anonymous: boolean; readonly clean: boolean; readonly willTopic: string | null }
  /** Aedes counts it among its clients and will say when it is gone. */
  registered: boolean
}

/** Finds nothing and remembers nothing: Aedes's filter of repetitions drops a packet that a later one has overtaken. */
const FORGETFUL: Readonly<Record<string, number>> = new Proxy({}, { get: () => 0, set: () => true, deleteProperty: () => true })

const NOBODY = { anonymous: false, clean: true, willTopic: null }

export class Door<P extends Principal> {
  readonly #options: Settled<P>
  readonly #keeper: Keeper
  readonly #desk: Desk<P>
  readonly #reception: Reception<P>
  readonly #guests = new Map<AedesClient, Guest<P>>()
  /** Those who got their CONNACK, by client id. */
  readonly #present = new Map<string, Guest<P>>()
  /** Those in the middle of a frame. */
  readonly #arriving = new Set<Connection<P>>()
  #aedes: Aedes | null = null
  #sessions = 0
  #stopping = false
  #stopSweep: (() => void) | null = null

  constructor(options: Settled<P>) {
    const { counters, directory, gate, limits, log } = options
    this.#options = options
    this.#keeper = new Keeper(directory, limits, log, {
      maySubscribe: (id, filter) => this.#allows(id, (principal) => gate.maySubscribe(principal, filter)),
      mayReceive: (id, topic) => this.#allows(id, (principal) => gate.mayReceive(principal, topic))
    }, counters)
    this.#desk = new Desk(options, (packet) => this.#keeper.retain(packet))
    this.#reception = new Reception(options, new Seats((former) => this.#takeOver(former)))
  }

  get connectedCount(): number {
    return this.#present.size
  }

  isConnected(id: string): boolean {
    return this.#present.has(id)
  }

  async start(): Promise<void> {
    const { clock, limits, log } = this.#options
    await this.#keeper.open()
    const aedes = new Aedes({
      // Sorts by time: it stands in the keys of queued messages, which come out in the order of their keys.
      id: `g${String(clock.now()).padStart(15, '0')}`,
      persistence: this.#keeper,
      // Unlimited: with a limit, as many deliveries to clients that do not read would hold up all others. `steerWriting` bounds each client instead.
      concurrency: 0,
      connectTimeout: limits.connectTime,
      drainTimeout: limits.drainTime,
      maxTopicLevels: limits.topicLevels,
      preConnect: (client, packet, callback) => this.#greet(client, packet, callback),
      authenticate: (client, username, password, callback) => this.#authenticate(client, username, password, callback),
      authorizePublish: (client, packet, callback) => this.#authorizePublish(client, packet, callback),
      authorizeSubscribe: (client, subscription, callback) => this.#authorizeSubscribe(client, subscription, callback),
      authorizeForward: (client, packet) => this.#authorizeForward(client, packet)
    })
    const emitter: EventEmitter = aedes
    emitter.on('error', (error: unknown) => log.error({ err: asError(error) }, 'the broker met an error'))
    aedes.on('client', (client) => this.#registered(client))
    aedes.on('connackSent', (packet, client) => {
      if (packet.returnCode === 0) this.#announce(client)
    })
    aedes.on('clientDisconnect', (client) => this.#gone(client))
    aedes.on('clientError', (client, error) => this.#failed(client, error))
    aedes.on('connectionError', (client, error) => this.#failed(client, error))
    // One that went while it was logging in must not be put on the list: it would never leave it, and throw out its successor.
    const steered = aedes as unknown as Steered
    const register = steered.registerClient.bind(aedes)
    steered.registerClient = (client) => {
      if (!client.closed) register(client)
    }
    await aedes.listen()
    this.#aedes = aedes
    this.#stopSweep = clock.every(Math.max(50, Math.floor(limits.frameTime / 4)), () => this.#sweep())
  }

  /** Lets records that are under way come back, then closes everybody. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#stopSweep?.()
    const aedes = this.#aedes
    if (!aedes) return
    await this.#recordsBack()
    for (const guest of this.#guests.values()) {
      guest.connection.ending ??= 'stopping'
      dropWill(guest.innards)
    }
    const ended = Array.from(this.#guests.values(), ({ connection }) => new Promise<void>((done) => connection.whenEnded(done)))
    for (const { client, innards } of this.#guests.values()) {
      client.close()
      innards.conn.destroy()
    }
    await new Promise<void>((closed) => aedes.close(() => closed()))
    await Promise.all(ended)
    await this.#keeper.close()
    this.#aedes = null
  }

  /** Takes a connection in; it has not logged in yet. `loggedIn` and `closed` are told once. */
  accept(socket: Duplex, address: string, loggedIn: () => void): void {
    const aedes = this.#aedes
    if (!aedes || this.#stopping) {
      socket.destroy()
      return
    }
    const { clock, counters, limits } = this.#options
    this.#sessions += 1
    const connection = new Connection<P>(socket, address, this.#sessions)
    const client = aedes.handle(socket)
    const innards = client as unknown as Innards
    const guest: Guest<P> = { client, innards, connection, arrival: NOBODY, registered: false }
    this.#guests.set(client, guest)
    connection.whenSettled(loggedIn)
    innards.duplicates = FORGETFUL
    innards._parser.prependListener('error', (error: Error) => this.#violated(guest, error))
    guardParser(innards._parser, connection, limits, this.#arriving, () => clock.now())
    steerReading(innards, connection, limits, () => this.#stopping)
    steerWriting(innards, limits, clock, () => {
      counters.slowClients += 1
    })
    socket.once('close', () => {
      this.#arriving.delete(connection)
      if (!guest.registered) this.#end(guest)
    })
  }

  async publish(message: HouseMessage): Promise<void> {
    const aedes = this.#aedes
    if (!aedes) throw new GatehouseError('broker-stopped', 'the broker does not run')
    const fault = faultOfName(message.topic, this.#options.limits.topicLevels)
    if (fault !== null) throw new GatehouseError('bad-topic', `${JSON.stringify(message.topic)}: ${fault}`)
    const packet = packetOf(message)
    if (packet.retain) await this.#keeper.retain(packet)
    await new Promise<void>((done, failed) => aedes.publish(packet, (error) => (error ? failed(error) : done())))
  }

  async publishTo(id: string, message: HouseMessage): Promise<boolean> {
    const guest = this.#present.get(id)
    if (!guest || !this.#allows(id, (principal) => this.#options.gate.mayReceive(principal, message.topic))) return false
    await new Promise<void>((done, failed) => guest.client.publish(packetOf(message), (error) => (error ? failed(error) : done())))
    return true
  }

  disconnect(id: string): void {
    for (const { connection } of this.#guests.values()) {
      if (connection.principal?.id !== id) continue
      connection.ending ??= 'dismissed'
      connection.socket.destroy()
    }
  }

  // ── Hooks ────────────────────────────────────────────────────────────────────────────────────────────────────

  #greet(client: AedesClient, packet: ConnectPacket, callback: (error: Error | null, success: boolean) => void): void {
    const guest = this.#guests.get(client)
    if (!guest) return callback(new GatehouseError('unknown-client', 'a client that did not come through the door'), false)
    const { will } = packet
    if (will) {
      const fault = faultOfName(will.topic, this.#options.limits.topicLevels)
      if (fault !== null) {
        const violation = new Violation('malformed-will', fault)
        this.#violated(guest, violation)
        return callback(violation, false)
      }
      // A copy: it stays as long as the connection, and must not hold the chunk of the socket that it came in.
      will.payload = Buffer.from(will.payload)
    }
    guest.arrival = { anonymous: packet.clientId === '', clean: packet.clean !== false, willTopic: will?.topic ?? null }
    callback(null, true)
  }

  #authenticate(client: AedesClient, username: string | undefined, password: Buffer | undefined, callback: (error: AuthenticateError | null, success: boolean | null) => void): void {
    const guest = this.#guests.get(client)
    if (!guest) return callback(null, false)
    void this.#welcome(guest, client, { ...guest.arrival, clientId: client.id, username, password }, callback)
  }

  async #welcome(guest: Guest<P>, client: AedesClient, arrival: Arrival, callback: (error: AuthenticateError | null, success: boolean | null) => void): Promise<void> {
    const welcome = await this.#reception.receive(guest.connection, arrival)
    try {
      if (welcome.ok) callback(null, true)
      else callback(Object.assign(new Error(welcome.why), { returnCode: welcome.code }), false)
    } catch (thrown) {
      this.#failed(client, asError(thrown))
      guest.connection.socket.destroy()
    }
  }

  #authorizePublish(client: AedesClient | null, packet: PublishPacket, callback: (error?: Error | null) => void): void {
    packet.dup = false // [MQTT-3.3.1-3]: the flag of the sender says nothing to the subscriber.
    const guest = client && this.#guests.get(client)
    if (!guest) {
      // The will of a connection that ended with an earlier process: the journal knows about that, the subscribers do not.
      void this.#retainLeftOver(packet, callback)
      return
    }
    const { connection, innards } = guest
    const { principal } = connection
    if (!principal) return callback(new GatehouseError('not-logged-in', 'a message before the log-in'))
    if (connection.ending === 'stopping' && innards.will === packet) return callback(new GatehouseError('stopping', 'the broker stops'))
    // A repetition of a QoS 2 message that is already recorded; Aedes answers it with PUBREC.
    if (packet.qos === 2 && packet.messageId !== undefined && innards._inboundInflight.has(packet.messageId)) return callback(null)
    this.#desk.take(connection, principal, storedOf(packet), (error) => {
      if (error) this.#violated(guest, error)
      callback(error)
    })
  }

  #authorizeSubscribe(client: AedesClient, subscription: Subscription, callback: (error: Error | null, subscription?: Subscription | null) => void): void {
    const guest = this.#guests.get(client)
    const principal = guest?.connection.principal
    if (!guest || !principal || subscription.topic === SESSION_MARK) return callback(null, null)
    const fault = faultOfFilter(subscription.topic, this.#options.limits.topicLevels)
    if (fault !== null) {
      const violation = new Violation('malformed-filter', fault)
      this.#violated(guest, violation)
      return callback(violation)
    }
    let allowed = false
    try {
      allowed = (this.#options.systemTopicsReadable || !isSystemTopic(subscription.topic)) && this.#options.gate.maySubscribe(principal, subscription.topic)
    } catch (thrown) {
      this.#options.log.error({ client: client.id, err: asError(thrown) }, 'the gate failed')
      return callback(asError(thrown))
    }
    // One that was allowed when the session was kept and is not any more.
    if (!allowed && !guest.innards.connackSent) void this.#keeper.removeSubscriptions(client, [subscription.topic]).catch((thrown: unknown) => this.#failed(client, asError(thrown)))
    callback(null, allowed ? subscription : null)
  }

  #authorizeForward(client: AedesClient, packet: AedesPublishPacket): AedesPublishPacket | null {
    const guest = this.#guests.get(client)
    const principal = guest?.connection.principal
    // Before its CONNACK a client gets nothing [MQTT-3.2.0-1]; what is queued for it follows then.
    if (!principal || !guest.innards.connackSent) return null
    if (isSystemTopic(packet.topic)) return this.#options.systemTopicsReadable ? packet : null
    try {
      return this.#options.gate.mayReceive(principal, packet.topic) ? packet : null
    } catch (thrown) {
      this.#options.log.error({ client: client.id, err: asError(thrown) }, 'the gate failed')
      return null
    }
  }

  // ── Coming and going ─────────────────────────────────────────────────────────────────────────────────────────

  #registered(client: AedesClient): void {
    const guest = this.#guests.get(client)
    if (guest) guest.registered = true
  }

  #announce(client: AedesClient): void {
    const guest = this.#guests.get(client)
    if (!guest || guest.connection.ended || guest.connection.announced) return
    const { connection } = guest
    this.#present.set(client.id, guest)
    this.#options.counters.connections += 1
    connection.announce()
    this.#tell((recorder, principal) => recorder.connected(principal, connection.session, connection.address), connection)
  }

  #gone(client: AedesClient): void {
    const guest = this.#guests.get(client)
    if (guest) this.#end(guest)
  }

  #end(guest: Guest<P>): void {
    const { client, connection, innards } = guest
    if (connection.ended) return
    this.#guests.delete(client)
    if (this.#present.get(client.id) === guest) this.#present.delete(client.id)
    if (connection.announced) {
      this.#options.counters.connections -= 1
      const reason = connection.ending === 'taken-over' ? 'taken-over' : innards._disconnected ? 'said-goodbye' : 'lost'
      this.#tell((recorder, principal) => recorder.disconnected(principal, connection.session, reason), connection)
    }
    connection.end()
  }

  #takeOver(former: Connection<P>): void {
    for (const guest of this.#guests.values()) {
      if (guest.connection !== former) continue
      former.ending = 'taken-over'
      this.#options.counters.takeovers += 1
      const will = this.#options.willOnTakeover === 'publish' && !guest.innards._disconnected ? guest.innards.will : null
      dropWill(guest.innards)
      if (will && former.principal) {
        this.#desk.take(former, former.principal, storedOf(will), (error) => {
          if (!error) this.#aedes?.publish({ ...will, cmd: 'publish', dup: false }, ignore)
          guest.client.close()
        })
      } else guest.client.close()
      return
    }
  }

  #failed(client: AedesClient, error: Error): void {
    const guest = this.#guests.get(client)
    this.#options.log.debug({ client: client.id, address: guest?.connection.address, err: error }, 'a connection failed')
  }

  /** Puts a broken rule on record with its device, once a connection. */
  #violated(guest: Guest<P>, error: Error): void {
    const { connection, innards } = guest
    if (!connection.announced && error.message === 'Invalid protocol version') innards.conn.write(UNACCEPTABLE_PROTOCOL)
    const code = error instanceof Violation ? error.code : error instanceof GatehouseError ? null : 'malformed-packet'
    if (code === null || connection.violated) return
    connection.violated = true
    this.#options.counters.violations += 1
    this.#options.log.info({ client: guest.client.id, address: connection.address, code, why: error.message }, 'a connection broke the protocol')
    this.#tell((recorder, principal) => recorder.violated(principal, code, error.message), connection)
  }

  #tell(tell: (recorder: Settled<P>['recorder'], principal: P) => void, { principal }: Connection<P>): void {
    if (!principal) return
    try {
      tell(this.#options.recorder, principal)
    } catch (thrown) {
      this.#options.log.error({ client: principal.id, err: asError(thrown) }, 'the recorder failed')
    }
  }

  #allows(id: string, ask: (principal: P) => boolean): boolean {
    const principal = this.#present.get(id)?.connection.principal
    if (!principal) return true
    try {
      return ask(principal)
    } catch (thrown) {
      this.#options.log.error({ client: id, err: asError(thrown) }, 'the gate failed')
      return false
    }
  }

  async #retainLeftOver(packet: PublishPacket, callback: (error?: Error | null) => void): Promise<void> {
    let failure: Error | null = isSystemTopic(packet.topic) ? new GatehouseError('system-topic', 'nobody publishes on $SYS') : null
    try {
      if (packet.retain && !failure) await this.#keeper.retain(storedOf(packet))
    } catch (thrown) {
      failure = asError(thrown)
    }
    callback(failure)
  }

  /** Ends connections whose frame does not get whole. */
  #sweep(): void {
    const latest = this.#options.clock.now() - this.#options.limits.frameTime
    for (const guest of this.#guests.values()) {
      const { frameSince } = guest.connection
      if (frameSince === null || frameSince > latest) continue
      this.#violated(guest, new Violation('frame-too-slow', 'a frame did not arrive whole in time'))
      guest.connection.socket.destroy()
    }
  }

  async #recordsBack(): Promise<void> {
    const { clock, limits } = this.#options
    const end = clock.now() + limits.stopTime
    const pending = (): boolean => [...this.#guests.values()].some(({ connection }) => connection.results.size > 0)
    while (pending() && clock.now() < end) await new Promise<void>((done) => void clock.after(5, done))
    // Two turns: Aedes writes an acknowledgement one turn after it was allowed to.
    for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((done) => void setImmediate(done))
  }
}

function dropWill(innards: Innards): void {
  innards.will = null
  innards._will = null
}

function packetOf(message: HouseMessage): PublishPacket & StoredPacket {
  const payload = Buffer.from(message.payload)
  return { cmd: 'publish', topic: message.topic, payload, qos: message.qos, retain: message.retain, dup: false }
}

function storedOf(packet: PublishPacket): StoredPacket {
  return packet as PublishPacket & StoredPacket
}

function ignore(): void {}
