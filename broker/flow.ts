/** Reads no faster than the house records, and lets nobody who does not read hold up the others. */
import type { Duplex } from 'node:stream'
import type { Connection } from './connection.ts'
import type { Limits } from './limits.ts'
import type { Principal } from './ports.ts'
import type { Turns } from './turns.ts'
import type { Clock } from '../services/kernel/clock.ts'

/** What is steered of Aedes's client. */
export interface SteeredClient {
  readonly closed: boolean
  readonly connected: boolean
  readonly conn: Duplex
  _paused?: boolean
  /** Packets that are being worked on. */
  _parsingBatch: number
  _nextBatch: (error?: Error | null) => void
  readonly _parser: { parse(chunk: Buffer): number }
  emit(event: 'error', error: Error): boolean
}
export interface SlowClient {
  readonly conn: Duplex
  readonly _pendingDrains: ((error: Error | null, client: unknown) => void)[]
  waitForDrain(callback: (error: Error | null, client: unknown) => void): void
}

/**
 * Takes the reading of the socket over from Aedes, whose own count of packets in work is lowered by each `readable` event, so that a client
 * which never stops is read ahead without end.
 */
export function steerReading<P extends Principal>(client: SteeredClient, connection: Connection<P>, limits: Limits, turns: Turns, stopping: () => boolean): void {
  const socket = client.conn
  let waiting = false
  let inLine = false

  const read = (): void => {
    waiting = true
    if (client._paused || client.closed || stopping()) return
    // Until the session is restored, what came right behind the CONNECT waits in Aedes: nothing may overtake it.
    const most = client.connected ? limits.pendingMessages : 0
    if (client._parsingBatch > most || connection.pendingBytes > limits.pendingBytes) return
    waiting = false
    const chunk: unknown = socket.read()
    if (chunk instanceof Buffer) client._parser.parse(chunk)
  }

  client._parsingBatch = 0
  client._nextBatch = (error) => {
    if (error) {
      client.emit('error', error)
      return
    }
    if (client._paused) return
    if (client._parsingBatch > 0) client._parsingBatch -= 1
    if (waiting) read()
  }
  const theirs = socket.listeners('readable')
  socket.on('readable', () => {
    if (inLine) return
    inLine = true
    turns.take(() => {
      inLine = false
      read()
    })
  })
  for (const listener of theirs) socket.off('readable', listener as () => void)
}

/**
 * Lets the end of a socket wait for its turn: what follows from it (the close itself, its last will, the journal's entry, its subscriptions) costs ten times what
 * finding it out costs, and a network that goes down ends thousands in one turn.
 */
export function endInTurn(socket: Duplex & { readonly _handle?: Handle | null }, turns: Pick<Turns, 'take'>): void {
  const end = socket._destroy.bind(socket)
  socket._destroy = (error, callback) => {
    silence(socket._handle)
    turns.take(() => end(error, callback))
  }
}

/** What a socket of Node stands on; WebSockets have none. */
interface Handle {
  onread: () => void
  readStop?: () => void
}

/** Bytes that still reach a destroyed socket, whose handle is open until its turn, are taken by Node for the number of an error: it throws where nobody catches. */
function silence(handle: Handle | null | undefined): void {
  if (!handle) return
  handle.readStop?.()
  // A TLS handle hands on what it has deciphered even then.
  handle.onread = () => undefined
}

/**
 * A subscriber that does not read holds up whoever publishes to it for `patience` at most: from then on its messages pile up, and beyond
 * `backlogBytes` it is closed. (Aedes closes it after `drainTime` in any case.)
 */
export function steerWriting(client: SlowClient, limits: Limits, clock: Clock, closed: () => void): void {
  const socket = client.conn
  const wait = client.waitForDrain.bind(client)
  let stuck = false
  let callOff: (() => void) | null = null

  const impatient = (): void => {
    callOff = null
    stuck = true
    for (const callback of client._pendingDrains.splice(0)) setImmediate(callback, null, client)
  }
  const relieved = (): void => {
    stuck = false
    callOff?.()
    callOff = null
  }
  client.waitForDrain = (callback) => {
    if (socket.writableLength > limits.backlogBytes && !socket.destroyed) {
      closed()
      socket.destroy(new Error('the client does not read what is sent to it'))
    }
    if (stuck || socket.destroyed) {
      setImmediate(callback, null, client)
      return
    }
    callOff ??= clock.after(limits.patience, impatient)
    wait(callback)
  }
  socket.on('drain', relieved)
  socket.on('close', relieved)
}
