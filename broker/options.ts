import type { Server } from 'node:http'
import { systemClock } from '../services/kernel/clock.ts'
import type { Clock } from '../services/kernel/clock.ts'
import type { Logger } from '../services/kernel/log.ts'
import type { Counters } from './counters.ts'
import { createCounters } from './counters.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import type { Limits } from './limits.ts'
import type { Gate, Principal, Recorder } from './ports.ts'
import type { SessionOwner } from './sessions.ts'

export interface Listen {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
}

export interface BrokerOptions<P extends Principal> {
  readonly gate: Gate<P>
  readonly recorder: Recorder<P>
  readonly log: Logger
  /** Where sessions, retained messages and wills are kept, e.g. `DATA_DIR/mqtt`; made when it is not there. */
  readonly directory: string
  readonly tcp?: Listen
  /** Key and certificate as PEM text. */
  readonly tls?: Listen & { readonly key: string; readonly cert: string }
  readonly limits?: Partial<Limits>
  readonly clock?: Clock
  /**
   * What becomes of the last will of a connection that is taken over. `discard` (default): the device is still here, so its will would be untrue, and a
   * retained `offline` would stay. `publish`: as [MQTT-3.1.2-8] has it, before the new connection gets its CONNACK.
   */
  readonly willOnTakeover?: 'discard' | 'publish'
  /** Whether clients may subscribe to `$SYS` (the gate is asked as well). Default false. Publishing there always closes the connection. */
  readonly systemTopicsReadable?: boolean
  /**
   * What of a client's message may be recorded, kept and passed on: asked before anything of it is. The same bytes where all of it may (left out: always). Must not throw.
   */
  readonly sealed?: (topic: string, payload: Uint8Array) => Uint8Array
}

/** The options with everything filled in. */
export interface Settled<P extends Principal> {
  readonly gate: Gate<P>
  readonly recorder: Recorder<P>
  readonly log: Logger
  readonly directory: string
  readonly limits: Limits
  readonly clock: Clock
  readonly willOnTakeover: 'discard' | 'publish'
  readonly systemTopicsReadable: boolean
  readonly sealed: (topic: string, payload: Uint8Array) => Uint8Array
  readonly counters: Counters
}

export function settle<P extends Principal>(options: BrokerOptions<P>): Settled<P> {
  const { gate, recorder, log, directory } = options
  return {
    gate, recorder, log, directory,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    willOnTakeover: options.willOnTakeover ?? 'discard',
    systemTopicsReadable: options.systemTopicsReadable ?? false,
    sealed: options.sealed ?? ((_topic, payload) => payload),
    counters: createCounters()
  }
}

/** What the house publishes. */
export interface HouseMessage {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
}

/** Where the broker listens; port 0 is the real one here. */
export interface Listening {
  readonly tcp: number | null
  readonly tls: number | null
}

export interface Broker<P extends Principal = Principal> {
  /** Opens the store and listens. Fails with `mqtt-store-unusable` or `mqtt-cannot-listen`. */
  start(): Promise<Listening>
  /** Stops listening, waits for records that are under way (their acknowledgements go out), closes everybody, closes the store. Wills are not published. */
  stop(): Promise<void>
  /** MQTT over WebSocket (subprotocol `mqtt`) on a path of this server; other paths' upgrades are left alone. Returns a function that takes it off. */
  attachWebSocket(server: Server, path: string): () => void
  /** To all subscribers; resolves when it is handed to them and, if retained, written. Not recorded. */
  publish(message: HouseMessage): Promise<void>
  /** To one client if it is connected and may get it; false when not. QoS 1 is sent once to this connection and not kept for a later one when it is a command. */
  publishTo(id: string, message: HouseMessage): Promise<boolean>
  /** Ends the connections of the principals that are meant: removed, or their token renewed. A client id may be a client's own choice, so it tells nothing here. */
  disconnect(meant: (principal: P) => boolean): void
  /** Persistent sessions, of clients that are here and of those that are away. */
  sessions(): readonly SessionOwner[]
  /** Ends the session of somebody who is not to come back, with what is queued for it; its connection first, if there is one. */
  endSession(clientId: string): Promise<void>
  /** The topics that match this filter and hold a retained message, e.g. to empty those that are no longer true. */
  retainedTopics(filter: string): readonly string[]
  isConnected(id: string): boolean
  readonly connectedCount: number
  /** How much is remembered of single clients, retained messages aside; back to what it was when they are gone. */
  readonly remembered: number
  readonly counters: Readonly<Counters>
}
