import { parser as createParser } from 'mqtt-packet'
import type { Packet } from 'mqtt-packet'

/** A packet's length takes at most four bytes [MQTT-2.2.3]. */
const LENGTH_BYTES = 4

/**
 * Cuts what comes out of a socket into whole MQTT frames. All links share one parser: each of its own would gather in a stream of its
 * own, and 7,300 of those cost 30 MB.
 */
export class Frames {
  #rest: Buffer | null = null

  /** Hands over each packet that is complete now. @throws Error when it is no MQTT */
  take(bytes: Buffer, packet: (packet: Packet) => void): void {
    let data = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes
    this.#rest = null
    for (let size = frameSize(data); data.length > 0; size = frameSize(data)) {
      if (size === null || size > data.length) {
        this.#rest = data
        return
      }
      packet(parse(data.subarray(0, size)))
      data = data.subarray(size)
    }
  }
}

/** Bytes of the frame at the beginning; null when its length is not there yet. */
function frameSize(data: Buffer): number | null {
  let length = 0
  for (let at = 1; at <= LENGTH_BYTES; at++) {
    const byte = data[at]
    if (byte === undefined) return null
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return at + 1 + length
  }
  throw new Error('a packet without an end to its length')
}

const parser = createParser({ protocolVersion: 4 })
let parsed: Packet | null = null
let fault: Error | null = null
parser.on('packet', (packet: Packet) => {
  parsed = packet
})
parser.on('error', (error: Error) => {
  fault = error
})

function parse(frame: Buffer): Packet {
  parsed = null
  fault = null
  parser.parse(frame)
  if (fault !== null || parsed === null) throw fault ?? new Error('no MQTT packet')
  return parsed
}
