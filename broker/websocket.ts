import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, createWebSocketStream } from 'ws'
import type { Accept } from './listeners.ts'
import type { Strangers } from './strangers.ts'

/** The name of the subprotocol [MQTT-6.0.0-3] [MQTT-6.0.0-4]. */
const SUBPROTOCOL = 'mqtt'
/** A text frame: unacceptable data (RFC 6455, 7.4.1). */
const UNSUPPORTED_DATA = 1003

/**
 * MQTT over WebSocket on one path of an HTTP server. A message of more than `frameBytes` closes the connection; MQTT packets may be cut into
 * messages anywhere [MQTT-6.0.0-2]. Other paths are not touched. Returns a function that takes it off.
 */
export function attachWebSocket(server: Server, path: string, accept: Accept, strangers: Strangers, frameBytes: number): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytes + 5,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false)
  })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) !== path) return
    if (!offers(request)) {
      // Closed as a whole: who does not close its own half would keep it, and is no stranger who is counted.
      socket.on('error', ignore).end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nthe WebSocket subprotocol mqtt is needed\n', () => socket.destroy())
      return
    }
    const letGo = strangers.admit(socket)
    if (!letGo) return
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (_data, isBinary) => {
        if (!isBinary) webSocket.close(UNSUPPORTED_DATA, 'binary frames only') // [MQTT-6.0.0-1]
      })
      accept(createWebSocketStream(webSocket), request.socket.remoteAddress ?? '', letGo)
    })
  }
  server.on('upgrade', upgrade)
  return () => {
    server.off('upgrade', upgrade)
    sockets.close()
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function offers(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL)
}

function ignore(): void {}
