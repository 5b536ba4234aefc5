import { connect as connectTcp } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { generate } from 'mqtt-packet'
import type { IPublishPacket, Packet } from 'mqtt-packet'
import type { Agenda, Appointment } from './agenda.ts'
import type { ConnectPacer } from './connect-pacer.ts'
import { textOf } from './faults.ts'
import { Frames } from './frames.ts'
import type { Random } from './random.ts'
import type { Tally } from './tally.ts'

export interface LinkTarget {
  readonly host: string
  readonly port: number
  /** Null: plain TCP. `ca`: PEM text of a certificate that signs the platform's, when the machine does not know it. */
  readonly tls: { readonly ca: string | null } | null
}

export interface Outgoing {
  readonly topic: string
  readonly retain: boolean
  /** Made when it is first sent; `late` when that is long after it was handed over (the device was cut off from the platform). */
  readonly body: (late: boolean) => string | Buffer
  /** Called when the platform has acknowledged it. */
  readonly acknowledged?: () => void
}

export interface LinkListener {
  /** Logged in. Called before anything that waited is sent. */
  connected(): void
  /** Thrown out; it comes back by itself. */
  lost(): void
  /** CONNACK refused the login (4 bad user name or password, 5 not authorized); it goes on trying. */
  refused(code: number): void
  received(topic: string, payload: Buffer): void
}

export interface LinkOptions {
  /** Client id and user name. */
  readonly id: string
  readonly target: LinkTarget
  readonly localAddress: string | null
  readonly password: () => string
  readonly will: () => { readonly topic: string; readonly payload: string }
  readonly subscriptions: readonly string[]
  readonly agenda: Agenda
  readonly random: Random
  readonly pacer: ConnectPacer
  readonly tally: Tally
  readonly listener: LinkListener
}

const KEEP_ALIVE_S = 60
/** A ping when nothing was sent for so long; also how often a link is looked at. */
const QUIET_MS = 25_000
/** Nothing from the platform for so long after a ping, or no CONNACK: the connection is dead. */
const PATIENCE_MS = 30_000
const WINDOW = 16
/** What a device keeps while it is cut off; beyond that the oldest goes. */
const QUEUE_LIMIT = 500
const LATE_MS = 30_000
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 30_000

type Waiting = { readonly message: Outgoing; readonly since: number }
type Unacknowledged = { readonly message: Outgoing; readonly payload: string | Buffer }

/**
 * A lean MQTT 3.1.1 client: one persistent session, QoS 1 out with a window, resending with DUP what was not acknowledged. Its timers
 * live on the shared agenda, so 7,300 of them are cheap. Its constructor does nothing.
 */
export class MqttLink {
  readonly id: string
  readonly #options: LinkOptions
  #socket: Socket | null = null
  #online = false
  #wanted = false
  #lost = false
  #failures = 0
  #releasePace: (() => void) | null = null
  #timer: Appointment | null = null
  #nextId = 1
  #lastSent = 0
  #lastHeard = 0
  #pinged = false
  /** A socket that nobody looks after any more. */
  #frozen: Socket | null = null
  readonly #unacknowledged = new Map<number, Unacknowledged>()
  #queue: Waiting[] = []

  constructor(options: LinkOptions) {
    this.id = options.id
    this.#options = options
  }

  get online(): boolean {
    return this.#online
  }
  /** Thrown out, and not yet back. */
  get lost(): boolean {
    return this.#lost
  }

  /** Messages that the platform has not acknowledged yet. */
  get pending(): number {
    return this.#unacknowledged.size + this.#queue.length
  }

  /** Connects, and stays connected until `stop` or `cut`. */
  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#failures = 0
    this.#connectSoon(0)
  }

  /** Says goodbye (no last will) and stays away. What is unacknowledged is kept for the next `start`. */
  stop(): void {
    this.#wanted = false
    this.#lost = false
    if (this.#online) this.#write({ cmd: 'disconnect' })
    this.#bury()
    const socket = this.#socket
    this.#forget()
    socket?.end()
    // A peer that never closes its half would keep the process alive.
    socket?.setTimeout(2_000, () => socket.destroy())
  }

  /** As if the power were cut: the socket is reset without a word. What is unacknowledged is kept for the next `start`. */
  cut(): void {
    this.#wanted = false
    this.#lost = false
    const socket = this.#socket
    this.#forget()
    if (socket?.connecting) socket.destroy()
    else socket?.resetAndDestroy()
  }

  /** As if its end of the connection had vanished: the socket stays open, nothing is said or heard. */
  freeze(): void {
    this.#wanted = false
    this.#lost = false
    this.#frozen = this.#socket
    this.#frozen?.pause()
    this.#forget()
  }

  /** Comes back with a new connection; the old one is left to the platform until the new one is there. */
  thaw(): void {
    this.start()
  }

  publish(message: Outgoing): void {
    if (this.#online && this.#queue.length === 0 && this.#unacknowledged.size < WINDOW) {
      this.#send(message, false)
      return
    }
    this.#queue.push({ message, since: this.#options.agenda.now() })
    if (this.#queue.length > QUEUE_LIMIT) {
      this.#queue.shift()
      this.#options.tally.dropped++
    }
  }

  #connectSoon(delay: number): void {
    this.#timer?.cancel()
    this.#timer = this.#options.agenda.after(delay, () => {
      this.#timer = null
      this.#options.pacer.ask((release) => {
        if (!this.#wanted || this.#socket) {
          release()
          return
        }
        this.#releasePace = release
        this.#open()
      })
    })
  }

  #open(): void {
    const { target, localAddress, agenda, random, tally } = this.#options
    const address = { host: target.host, port: target.port, ...(localAddress ? { localAddress } : {}) }
    const socket = target.tls
      ? connectTls({ ...address, servername: /^[\d.:]+$/.test(target.host) ? '' : target.host, ...(target.tls.ca ? { ca: target.tls.ca } : {}) })
      : connectTcp({ ...address, noDelay: true })
    this.#socket = socket
    const frames = new Frames()
    const hear = (packet: Packet): void => {
      if (this.#socket === socket) this.#handle(packet)
    }
    socket.on('data', (bytes: Buffer) => {
      this.#lastHeard = agenda.now()
      this.#pinged = false
      try {
        frames.take(bytes, hear)
      } catch (thrown) {
        tally.lastError = textOf(thrown)
        socket.destroy()
      }
    })
    socket.once(target.tls ? 'secureConnect' : 'connect', () => {
      if (this.#socket === socket) this.#introduce()
    })
    socket.on('error', (error: Error) => {
      tally.lastError = error.message
    })
    socket.on('close', () => {
      if (this.#socket !== socket) return
      const welcomed = this.#online
      this.#forget()
      if (!this.#wanted) return
      this.#lost ||= welcomed
      if (welcomed) this.#options.listener.lost()
      tally.reconnects++
      const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++)
      this.#connectSoon(delay * random.between(0.5, 1.5))
    })
    this.#timer = agenda.after(PATIENCE_MS, () => socket.destroy())
  }

  #introduce(): void {
    const { id, password, will } = this.#options
    this.#write({
      cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: false, clientId: id, keepalive: KEEP_ALIVE_S,
      username: id, password: Buffer.from(password()), will: { ...will(), qos: 1, retain: true }
    })
  }

  #handle(packet: Packet): void {
    // SUBACK and PINGRESP need nothing more than having been heard.
    if (packet.cmd === 'puback') this.#settled(packet.messageId ?? 0)
    else if (packet.cmd === 'publish') {
      if (packet.qos === 1 && packet.messageId !== undefined) this.#write({ cmd: 'puback', messageId: packet.messageId })
      this.#options.listener.received(packet.topic, Buffer.from(packet.payload))
    } else if (packet.cmd === 'connack') {
      if (packet.returnCode === 0) this.#welcomed(packet.sessionPresent)
      else {
        this.#options.tally.refused++
        this.#options.listener.refused(packet.returnCode ?? 0)
        this.#socket?.destroy()
      }
    }
  }

  #welcomed(sessionPresent: boolean): void {
    const { tally, listener, subscriptions } = this.#options
    this.#releasePace?.()
    this.#releasePace = null
    this.#online = true
    this.#lost = false
    this.#failures = 0
    tally.connected++
    if (!sessionPresent && subscriptions.length > 0) {
      this.#write({ cmd: 'subscribe', messageId: this.#freeId(), subscriptions: subscriptions.map((topic) => ({ topic, qos: 1 as const })) })
    }
    for (const [messageId, { message, payload }] of this.#unacknowledged) {
      tally.inFlight++
      tally.resent++
      this.#write(publishPacket(messageId, message, payload, true))
    }
    this.#bury()
    listener.connected()
    this.#fill()
    this.#watch()
  }

  #settled(messageId: number): void {
    const entry = this.#unacknowledged.get(messageId)
    if (!entry) return
    this.#unacknowledged.delete(messageId)
    this.#options.tally.acknowledged++
    this.#options.tally.inFlight--
    entry.message.acknowledged?.()
    this.#fill()
  }

  #fill(): void {
    const now = this.#options.agenda.now()
    let taken = 0
    while (this.#online && taken < this.#queue.length && this.#unacknowledged.size < WINDOW) {
      const next = this.#queue[taken++]
      if (next) this.#send(next.message, now - next.since > LATE_MS)
    }
    if (taken > 0) this.#queue = this.#queue.slice(taken)
  }

  #send(message: Outgoing, late: boolean): void {
    const messageId = this.#freeId()
    const payload = message.body(late)
    this.#unacknowledged.set(messageId, { message, payload })
    this.#options.tally.sent++
    this.#options.tally.inFlight++
    this.#write(publishPacket(messageId, message, payload, false))
  }

  #bury(): void {
    this.#frozen?.destroy()
    this.#frozen = null
  }

  #freeId(): number {
    do this.#nextId = (this.#nextId % 65_535) + 1
    while (this.#unacknowledged.has(this.#nextId))
    return this.#nextId
  }

  #watch(): void {
    this.#timer?.cancel()
    this.#timer = this.#options.agenda.after(QUIET_MS, () => {
      const now = this.#options.agenda.now()
      if (this.#pinged && now - this.#lastHeard > PATIENCE_MS) this.#socket?.destroy()
      else {
        if (now - this.#lastSent >= QUIET_MS) {
          this.#pinged = true
          this.#write({ cmd: 'pingreq' })
        }
        this.#watch()
      }
    })
  }

  #write(packet: Packet): void {
    this.#lastSent = this.#options.agenda.now()
    this.#socket?.write(generate(packet))
  }

  #forget(): void {
    if (this.#online) {
      this.#options.tally.connected--
      this.#options.tally.inFlight -= this.#unacknowledged.size
    }
    this.#online = false
    this.#socket = null
    this.#pinged = false
    this.#timer?.cancel()
    this.#timer = null
    this.#releasePace?.()
    this.#releasePace = null
  }
}

function publishPacket(messageId: number, message: Outgoing, payload: string | Buffer, dup: boolean): IPublishPacket {
  return { cmd: 'publish', topic: message.topic, payload, qos: 1, retain: message.retain, dup, messageId }
}
