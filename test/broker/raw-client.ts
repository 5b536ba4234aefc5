import { once } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate, parser } from 'mqtt-packet'
import type { IConnackPacket, IConnectPacket, IPublishPacket, ISubackPacket, Packet } from 'mqtt-packet'

/** Generous: only a hang fails it. */
const DEADLINE = 10_000

interface Waiting {
  readonly wanted: (packet: Packet) => boolean
  readonly found: (packet: Packet) => void
}

/** An MQTT client that sends exactly what a test says and remembers everything that came. */
export class RawClient {
  readonly stream: Duplex
  readonly packets: Packet[] = []
  readonly closed: Promise<void>
  isClosed = false
  readonly #unread: Packet[] = []
  readonly #waiting: Waiting[] = []

  constructor(stream: Duplex) {
    this.stream = stream
    const packets = parser()
    packets.on('packet', (packet: Packet) => this.#take(packet))
    stream.on('data', (chunk: Buffer) => packets.parse(chunk))
    stream.setMaxListeners(0)
    stream.on('error', () => {})
    stream.on('end', () => stream.destroy())
    this.closed = new Promise((closed) => {
      stream.once('close', () => {
        this.isClosed = true
        closed()
      })
    })
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host, noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Connects and logs in; `id` is user name too. */
  static async connected(port: number, id: string, options: Partial<IConnectPacket> = {}): Promise<RawClient> {
    const client = await RawClient.open(port)
    const { returnCode } = await client.connect(id, options)
    if (returnCode !== 0) throw new Error(`CONNACK ${returnCode}`)
    return client
  }

  connect(id: string, options: Partial<IConnectPacket> = {}): Promise<IConnackPacket> {
    this.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0, clientId: id, username: id, password: Buffer.from('right'), ...options })
    return this.next<IConnackPacket>('connack')
  }

  send(packet: Packet): void {
    this.stream.write(generate(packet))
  }

  raw(bytes: Uint8Array): void {
    this.stream.write(bytes)
  }

  publish(topic: string, payload: string | Buffer, options: Partial<IPublishPacket> = {}): void {
    this.send(publishPacket(topic, payload, options))
  }

  async subscribe(filter: string, qos: 0 | 1 | 2 = 1, messageId = 1): Promise<number> {
    this.send({ cmd: 'subscribe', messageId, subscriptions: [{ topic: filter, qos }] })
    const { granted } = await this.next<ISubackPacket>('suback')
    return granted[0] as number
  }

  acknowledge(packet: Packet): void {
    if (packet.messageId !== undefined) this.send({ cmd: 'puback', messageId: packet.messageId })
  }

  /** The next packet of this kind that nobody has asked for yet. */
  next<Kind extends Packet>(cmd: Packet['cmd'], wanted: (packet: Kind) => boolean = () => true): Promise<Kind> {
    const fits = (packet: Packet): boolean => packet.cmd === cmd && wanted(packet as Kind)
    const at = this.#unread.findIndex(fits)
    if (at >= 0) return Promise.resolve(this.#unread.splice(at, 1)[0] as Kind)
    return new Promise<Kind>((found, failed) => {
      const timer = setTimeout(() => failed(new Error(`no ${cmd} came`)), DEADLINE)
      this.#waiting.push({
        wanted: fits,
        found: (packet) => {
          clearTimeout(timer)
          found(packet as Kind)
        }
      })
      this.stream.once('close', () => {
        clearTimeout(timer)
        failed(new Error(`closed before a ${cmd} came`))
      })
    })
  }

  /** Resolves when everything that the broker sent before now is here: a PINGREQ has been answered. */
  async ping(): Promise<void> {
    this.send({ cmd: 'pingreq' })
    await this.next('pingresp')
  }

  of<Kind extends Packet>(cmd: Packet['cmd']): Kind[] {
    return this.packets.filter((packet): packet is Kind => packet.cmd === cmd)
  }

  /** Resolves when the broker has closed; fails when it does not. */
  async closedByBroker(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, failed) => {
      timer = setTimeout(() => failed(new Error('the broker did not close the connection')), DEADLINE)
    })
    await Promise.race([this.closed, late]).finally(() => clearTimeout(timer))
  }

  async goodbye(): Promise<void> {
    this.send({ cmd: 'disconnect' })
    await this.closed
  }

  async destroy(): Promise<void> {
    this.stream.destroy()
    await this.closed
  }

  #take(packet: Packet): void {
    this.packets.push(packet)
    const at = this.#waiting.findIndex(({ wanted }) => wanted(packet))
    if (at >= 0) this.#waiting.splice(at, 1)[0]!.found(packet)
    else this.#unread.push(packet)
  }
}

export function publishPacket(topic: string, payload: string | Buffer, options: Partial<IPublishPacket> = {}): IPublishPacket {
  const packet: IPublishPacket = { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, ...options }
  if (packet.qos > 0 && packet.messageId === undefined) packet.messageId = 1
  return packet
}
