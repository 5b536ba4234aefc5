/** Aedes behind one door: it is made, steered and stopped here, and nobody else in the house runs it. What it asks on the way is answered in `hooks.ts`. */
import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { GatehouseError, asError } from '../services/kernel/errors.ts'
import { Connection, recordsBack } from './connection.ts'
import { Desk } from './desk.ts'
import { endInTurn, steerReading, steerWriting } from './flow.ts'
import { Violation, guardParser } from './guard.ts'
import { Guests } from './guests.ts'
import type { Guest } from './guests.ts'
import { Hooks } from './hooks.ts'
import { FORGETFUL, UNACCEPTABLE_PROTOCOL, dropWill } from './innards.ts'
import type { AedesClient, Innards } from './innards.ts'
import { Keeper, packetOf } from './keeper.ts'
import type { HouseMessage, Settled } from './options.ts'
import type { Principal } from './ports.ts'
import { Reception } from './reception.ts'
import { Register } from './register.ts'
import { Rights } from './rights.ts'
import { Seats } from './seats.ts'
import type { SessionOwner } from './sessions.ts'
import { faultOfName } from './topic-names.ts'
import { Turns } from './turns.ts'

interface Steered {
  registerClient(client: AedesClient): void
}

const NOBODY = { anonymous: false, clean: true, willTopic: null }

export class Door<P extends Principal> {
  readonly #options: Settled<P>
  readonly #keeper: Keeper
  readonly #register: Register<P>
  readonly #rights: Rights<P>
  readonly #desk: Desk<P>
  readonly #reception: Reception<P>
  readonly #hooks: Hooks<P>
  readonly #guests = new Guests<P>()
  /** Those in the middle of a frame. */
  readonly #arriving = new Set<Connection<P>>()
  readonly #turns = new Turns()
  #aedes: Aedes | null = null
  #sessions = 0
  #stopping = false
  #stopSweep: (() => void) | null = null

  constructor(options: Settled<P>) {
    this.#options = options
    this.#rights = new Rights(options)
    this.#register = new Register(options)
    this.#keeper = new Keeper(options, {
      maySubscribe: (id, filter) => this.#guests.ofPresent(id, (principal) => this.#rights.subscribe(principal, filter) === true),
      mayReceive: (id, topic) => this.#guests.ofPresent(id, (principal) => this.#rights.mayReceive(principal, topic))
    })
    this.#desk = new Desk(options, (packet) => this.#keeper.retain(packet))
    this.#reception = new Reception(options, new Seats((former) => this.#takeOver(former)), (id, account) => this.#keeper.sessions.begin(id, account))
    this.#hooks = new Hooks({
      options, guests: this.#guests, keeper: this.#keeper, rights: this.#rights, desk: this.#desk, reception: this.#reception,
      failed: (client, error) => this.#failed(client, error)
    })
  }

  get connectedCount(): number {
    return this.#guests.presentCount
  }

  /** How much is remembered of single clients: for tests, which hold that it comes back to what it was. */
  get remembered(): number {
    return this.#guests.size + this.#arriving.size + this.#turns.waiting + this.#reception.seated + this.#keeper.remembered
  }

  readonly isConnected = (id: string): boolean => this.#guests.present(id) !== undefined

  readonly retainedTopics = (filter: string): readonly string[] => this.#keeper.retainedTopics(filter)

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
      preConnect: (client, packet, callback) => this.#hooks.greet(client, packet, callback),
      authenticate: (client, username, password, callback) => this.#hooks.authenticate(client, username, password, callback),
      authorizePublish: (client, packet, callback) => this.#hooks.authorizePublish(client, packet, callback),
      authorizeSubscribe: (client, subscription, callback) => this.#hooks.authorizeSubscribe(client, subscription, callback),
      authorizeForward: (client, packet) => this.#hooks.authorizeForward(client, packet)
    })
    const emitter: EventEmitter = aedes
    emitter.on('error', (error: unknown) => log.error({ err: asError(error) }, 'the broker met an error'))
    aedes.on('client', (client) => {
      const guest = this.#guests.of(client)
      if (guest) guest.registered = true
    })
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
    const guests = this.#guests.all()
    await recordsBack(guests.map(({ connection }) => connection), this.#options)
    for (const guest of guests) {
      guest.connection.ending ??= 'stopping'
      dropWill(guest.innards)
    }
    const ended = guests.map(({ connection }) => new Promise<void>((done) => connection.whenEnded(done)))
    for (const { client, innards } of guests) {
      client.close()
      innards.conn.destroy()
    }
    await new Promise<void>((closed) => aedes.close(() => closed()))
    await Promise.all(ended)
    await this.#keeper.close()
    this.#aedes = null
  }

  /** Takes a connection in; it has not logged in yet. `loggedIn` is told once. */
  accept(socket: Duplex, address: string, loggedIn: () => void): void {
    // Aedes listens only once it has the socket: one that fails while it waits for its turn would be an uncaught exception.
    socket.on('error', ignore)
    endInTurn(socket, this.#turns)
    this.#turns.take(() => this.#welcomeIn(socket, address, loggedIn))
  }

  #welcomeIn(socket: Duplex, address: string, loggedIn: () => void): void {
    const aedes = this.#aedes
    if (!aedes || this.#stopping || socket.destroyed) {
      socket.destroy()
      return
    }
    const { clock, counters, limits } = this.#options
    this.#sessions += 1
    const connection = new Connection<P>(socket, address, this.#sessions)
    const client = aedes.handle(socket)
    const innards = client as unknown as Innards
    const guest: Guest<P> = { client, innards, connection, arrival: NOBODY, registered: false }
    this.#guests.add(guest)
    connection.whenSettled(loggedIn)
    innards.duplicates = FORGETFUL
    innards._parser.prependListener('error', (error: Error) => this.#unreadable(guest, error))
    guardParser(innards._parser, connection, limits, this.#arriving, () => clock.elapsed())
    steerReading(innards, connection, limits, this.#turns, () => this.#stopping)
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
    const guest = this.#guests.present(id)
    // One whose end waits for its turn takes nothing more.
    if (!guest || guest.connection.socket.destroyed || !this.#guests.ofPresent(id, (principal) => this.#rights.mayReceive(principal, message.topic))) return false
    await new Promise<void>((done, failed) => guest.client.publish(packetOf(message), (error) => (error ? failed(error) : done())))
    return true
  }

  disconnect(meant: (principal: P) => boolean): void {
    for (const { connection } of this.#guests.all()) {
      if (!connection.principal || !meant(connection.principal)) continue
      connection.ending ??= 'dismissed'
      connection.socket.destroy()
    }
  }

  sessions(): readonly SessionOwner[] {
    return this.#keeper.sessionOwners
  }

  async endSession(clientId: string): Promise<void> {
    const guest = this.#guests.present(clientId)
    if (guest) {
      guest.connection.ending ??= 'dismissed'
      guest.connection.socket.destroy()
      await new Promise<void>((ended) => guest.connection.whenEnded(ended))
    }
    // Somebody else came meanwhile, and it is theirs.
    if (!this.#guests.present(clientId)) await this.#keeper.sessions.end(clientId)
  }

  // ── Coming and going ─────────────────────────────────────────────────────────────────────────────────────────

  #announce(client: AedesClient): void {
    const guest = this.#guests.of(client)
    if (!guest || guest.connection.ended || guest.connection.announced) return
    this.#guests.welcome(guest)
    this.#register.came(guest.connection)
  }

  #gone(client: AedesClient): void {
    const guest = this.#guests.of(client)
    if (guest) this.#end(guest)
  }

  #end(guest: Guest<P>): void {
    const { client, connection, innards } = guest
    if (connection.ended) return
    this.#guests.remove(guest)
    if (connection.keepsSession) void this.#keeper.sessions.left(client.id)
    this.#register.went(connection, innards._disconnected)
  }

  #takeOver(former: Connection<P>): void {
    const guest = this.#guests.on(former)
    if (!guest) return
    former.ending = 'taken-over'
    this.#options.counters.takeovers += 1
    const will = this.#options.willOnTakeover === 'publish' && !guest.innards._disconnected ? guest.innards.will : null
    dropWill(guest.innards)
    if (!will || !former.principal) return guest.client.close()
    const packet = packetOf(will)
    this.#desk.take(former, former.principal, packet, (error) => {
      if (!error) this.#aedes?.publish(packet, ignore)
      guest.client.close()
    })
  }

  /** Every error of a connection comes by here, resets and timeouts too; only violations are put on record. */
  #failed(client: AedesClient, error: Error): void {
    const guest = this.#guests.of(client)
    this.#options.log.debug({ client: client.id, address: guest?.connection.address, err: error }, 'a connection failed')
    if (guest && error instanceof Violation) this.#register.broke(guest.connection, client.id, error)
  }

  #unreadable({ client, connection, innards }: Guest<P>, error: Error): void {
    if (!connection.announced && error.message === 'Invalid protocol version') innards.conn.write(UNACCEPTABLE_PROTOCOL)
    this.#register.broke(connection, client.id, error)
  }

  /** Ends connections whose frame does not get whole. */
  #sweep(): void {
    void this.#keeper.sessions.endExpired()
    const latest = this.#options.clock.elapsed() - this.#options.limits.frameTime
    for (const connection of this.#arriving) {
      if (connection.frameSince === null || connection.frameSince > latest) continue
      this.#register.broke(connection, connection.principal?.id ?? null, new Violation('frame-too-slow', 'a frame did not arrive whole in time'))
      connection.socket.destroy()
    }
  }
}

function ignore(): void {}
