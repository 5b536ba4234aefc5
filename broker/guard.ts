/** Stands before Aedes's parser gathers anything, and looks at what the parser and Aedes let pass. */
import type { EventEmitter } from 'node:events'
import { GatehouseError } from '../services/kernel/errors.ts'
import type { Connection } from './connection.ts'
import type { Limits } from './limits.ts'
import type { Principal } from './ports.ts'

/** What the guard needs of mqtt-packet's parser. */
export interface Parser extends EventEmitter {
  packet: { readonly length: number; readonly cmd?: string }
  _list: { readonly length: number; slice(from: number, to: number): Buffer }
  _pos: number
  _stateCounter: number
  parse(chunk: Buffer): number
  _parseLength(): boolean
  _parseString(): string | null
  _emitError(error: Error): boolean
}

/** A packet as the parser hands it over; only the fields that are looked at. */
export interface ArrivingPacket {
  readonly cmd: string
  readonly qos?: number
  readonly messageId?: number
  readonly username?: string
  readonly password?: Buffer
  readonly subscriptions?: readonly unknown[]
  readonly unsubscriptions?: readonly unknown[]
}

/** A broken rule of the protocol, with a stable code; it ends the connection. */
export class Violation extends GatehouseError {}

const REPLACEMENT = '\ufffd'

/**
 * Puts the guard before the parser of one connection. `arriving` holds the connections that are in the middle of a frame; `now` is milliseconds. Throws `aedes-unknown`
 * where Aedes listens to its parser in another way. The checks sit in the parser's own steps: a stream wrapped around the socket would cost a third of the throughput.
 */
export function guardParser<P extends Principal>(parser: Parser, connection: Connection<P>, limits: Limits, arriving: Set<Connection<P>>, now: () => number): void {
  let greeted = false
  let whole = 0

  const parseLength = parser._parseLength.bind(parser)
  parser._parseLength = () => {
    if (!parseLength()) return false
    const { length, cmd } = parser.packet
    if (!greeted && cmd !== 'connect') return parser._emitError(new Violation('not-a-connect', 'the first packet is no CONNECT')) // [MQTT-3.1.0-1]
    const most = greeted ? limits.frameBytes : limits.connectBytes
    const bytes = headerBytes(length) + length
    if (bytes > most) return parser._emitError(new Violation('frame-too-large', `a frame of ${bytes} bytes; ${most} are allowed`))
    return true
  }

  const parseString = parser._parseString.bind(parser)
  parser._parseString = () => {
    const start = parser._pos + 2
    const text = parseString()
    if (text === null) return null
    if (text.includes('\0')) return refuse(parser, 'U+0000 in a string') // [MQTT-1.5.3-2]
    // What can't be decoded becomes U+FFFD, which may also stand there by right: the bytes tell [MQTT-1.5.3-1].
    if (text.includes(REPLACEMENT) && !parser._list.slice(start, parser._pos).equals(Buffer.from(text))) return refuse(parser, 'a string that is not UTF-8')
    return text
  }

  const parse = parser.parse.bind(parser)
  parser.parse = (chunk) => {
    const before = whole
    const left = parse(chunk)
    if (left > 0 || parser._stateCounter > 0) {
      if (connection.frameSince === null || whole > before) {
        connection.frameSince = now()
        arriving.add(connection)
      }
    } else if (connection.frameSince !== null) {
      connection.frameSince = null
      arriving.delete(connection)
    }
    return left
  }

  const [take] = parser.listeners('packet')
  if (!take) throw new GatehouseError('aedes-unknown', 'this version of Aedes listens to its parser in another way')
  parser.removeAllListeners('packet')
  parser.on('packet', (packet: ArrivingPacket) => {
    whole += 1
    const fault = faultOf(packet)
    if (fault !== null) {
      parser._emitError(new Violation('malformed-packet', fault))
      return
    }
    greeted = true
    Reflect.apply(take, parser, [packet])
  })
}

/** Of the fixed header, where so many bytes follow it: one for the type, and one for each 7 bits of the length [MQTT-2.2.3]. */
function headerBytes(length: number): number {
  if (length < 128) return 2
  if (length < 16_384) return 3
  return length < 2_097_152 ? 4 : 5
}

function refuse(parser: Parser, why: string): null {
  parser._emitError(new Violation('malformed-text', why))
  return null
}

function faultOf(packet: ArrivingPacket): string | null {
  switch (packet.cmd) {
    case 'connect':
      return packet.password !== undefined && packet.username === undefined ? 'a password without a user name' : null // [MQTT-3.1.2-22]
    case 'publish':
      return packet.qos !== 0 && !isMessageId(packet.messageId) ? 'a packet identifier of 0' : null // [MQTT-2.3.1-1]
    case 'subscribe':
      if (!isMessageId(packet.messageId)) return 'a packet identifier of 0'
      return packet.subscriptions?.length ? null : 'a SUBSCRIBE without a filter' // [MQTT-3.8.3-3]
    case 'unsubscribe':
      if (!isMessageId(packet.messageId)) return 'a packet identifier of 0'
      return packet.unsubscriptions?.length ? null : 'an UNSUBSCRIBE without a filter' // [MQTT-3.10.3-2]
    default:
      return null
  }
}

function isMessageId(id: number | undefined): boolean {
  return id !== undefined && id > 0
}
