import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import { GatehouseError, asError } from '../services/kernel/errors.ts'
import type { Logger } from '../services/kernel/log.ts'
import type { Listen } from './options.ts'
import type { Strangers } from './strangers.ts'

/** Takes a connection that may log in; `loggedIn` has to be called when it is no stranger any more. */
export type Accept = (socket: Duplex, address: string, loggedIn: () => void) => void

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Listens for MQTT over TCP; port 0 picks a free one. Fails with `mqtt-cannot-listen`. */
export async function listenTcp(listen: Listen, accept: Accept, strangers: Strangers, log: Logger): Promise<Listener> {
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const letGo = strangers.admit(socket)
    if (letGo) accept(socket, socket.remoteAddress ?? '', letGo)
  })
  return open(server, listen, log)
}

/** Listens for MQTT over TLS. A handshake that fails costs that connection alone. */
export async function listenTls(listen: Listen & { readonly key: string; readonly cert: string }, accept: Accept, strangers: Strangers, log: Logger, handshakeTime: number): Promise<Listener> {
  const shakingHands = new Map<string, { readonly socket: Socket; readonly letGo: () => void }>()
  const server = createTlsServer({ key: listen.key, cert: listen.cert, handshakeTimeout: handshakeTime, noDelay: true, keepAlive: true }, (socket) => {
    const name = nameOf(socket)
    const shaken = shakingHands.get(name)
    shakingHands.delete(name)
    if (shaken) accept(socket, socket.remoteAddress ?? '', shaken.letGo)
    else socket.destroy()
  })
  server.on('connection', (socket: Socket) => {
    const letGo = strangers.admit(socket)
    if (!letGo) return
    const name = nameOf(socket)
    shakingHands.set(name, { socket, letGo })
    socket.once('close', () => {
      if (shakingHands.get(name)?.socket === socket) shakingHands.delete(name)
    })
  })
  server.on('tlsClientError', (error, socket) => {
    log.debug({ address: socket.remoteAddress, err: error }, 'a TLS handshake failed')
    socket.destroy()
  })
  const listener = await open(server, listen, log)
  return {
    port: listener.port,
    async close() {
      const closed = listener.close()
      for (const { socket } of shakingHands.values()) socket.destroy()
      await closed
    }
  }
}

/** The peer's end of a connection: the TLS socket and the one below it have it in common. */
function nameOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

async function open(server: Server, { host, port }: Listen, log: Logger): Promise<Listener> {
  try {
    await new Promise<void>((listening, failed) => {
      server.once('error', failed)
      // A compound after a power cut: hundreds of connections within one turn.
      server.listen({ host, port, backlog: 4096 }, listening)
    })
  } catch (thrown) {
    throw new GatehouseError('mqtt-cannot-listen', `cannot listen on ${host}:${port}: ${asError(thrown).message}`, { cause: thrown })
  }
  server.on('error', (error) => log.error({ err: error }, 'a listener met an error'))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => new Promise<void>((closed) => server.close(() => closed()))
  }
}
