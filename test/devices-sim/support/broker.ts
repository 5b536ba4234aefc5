import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { generate, parser as createParser } from 'mqtt-packet'
import type { IConnectPacket, IPublishPacket, ISubscribePacket, Packet } from 'mqtt-packet'

/** One connection as the tiny broker sees it. */
export interface Guest {
  readonly socket: Socket
  readonly connect: IConnectPacket
}

/** A broker of a few lines whose manners a test can set: whom it lets in, and what it acknowledges. */
export class TinyBroker {
  readonly published: IPublishPacket[] = []
  readonly subscribed: ISubscribePacket[] = []
  readonly guests: Guest[] = []
  readonly said: string[] = []
  /** CONNACK code for a login. */
  admit: (connect: IConnectPacket) => number = () => 0
  acknowledges: (packet: IPublishPacket) => boolean = () => true
  sessionPresent = false
  port = 0
  readonly #sockets = new Set<Socket>()
  readonly #waiting: { readonly done: () => boolean; readonly resolve: () => void }[] = []
  readonly #server: Server = createServer((socket) => this.#serve(socket))

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  /** Resolves as soon as it holds; looked at whenever something arrives. */
  async until(done: () => boolean): Promise<void> {
    if (done()) return
    await new Promise<void>((resolve) => this.#waiting.push({ done, resolve }))
  }

  tell(guest: Guest, packet: Packet): void {
    guest.socket.write(generate(packet))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const parser = createParser({ protocolVersion: 4 })
    socket.on('data', (bytes: Buffer) => void parser.parse(bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.said.push('closed')
      this.#look()
    })
    parser.on('packet', (packet: Packet) => {
      this.#answer(socket, packet)
      this.#look()
    })
  }

  #answer(socket: Socket, packet: Packet): void {
    this.said.push(packet.cmd)
    if (packet.cmd === 'connect') {
      const returnCode = this.admit(packet)
      if (returnCode === 0) this.guests.push({ socket, connect: packet })
      socket.write(generate({ cmd: 'connack', returnCode, sessionPresent: this.sessionPresent }))
    } else if (packet.cmd === 'publish') {
      this.published.push(packet)
      if (packet.messageId !== undefined && this.acknowledges(packet)) socket.write(generate({ cmd: 'puback', messageId: packet.messageId }))
    } else if (packet.cmd === 'subscribe') {
      this.subscribed.push(packet)
      socket.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 1) }))
    } else if (packet.cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }))
  }

  #look(): void {
    for (const one of this.#waiting.splice(0)) {
      if (one.done()) one.resolve()
      else this.#waiting.push(one)
    }
  }
}
