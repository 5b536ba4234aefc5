import type { Socket } from 'socket.io'
import type { ClientToServer, ServerToClient } from '../../protocol/live.ts'
import type { Line } from './watch.ts'

/** More than this waiting for one client, in characters, and its events are skipped: about ten seconds of a busy pilot. */
const CONGESTED = 1024 * 1024

/** What Socket.io's engine buffers for a socket that does not read fast enough, made visible. */
export function lineOf<Inner extends Record<string, never>, Data>(
  socket: Socket<ClientToServer, ServerToClient, Inner, Data>
): Line & { onDrain(listener: () => void): void } {
  const { conn } = socket
  // Packets gather in the engine while the transport still writes the ones before.
  let waiting = 0
  conn.on('packetCreate', (packet: { data?: unknown }) => {
    if (typeof packet.data === 'string') waiting += packet.data.length
  })
  conn.on('drain', () => {
    waiting = 0
  })
  return {
    get congested() {
      return waiting > CONGESTED
    },
    send: (name, event) => void (socket.emit as (name: string, event: unknown) => boolean)(name, event),
    onDrain: (listener) => void conn.on('drain', listener)
  }
}
