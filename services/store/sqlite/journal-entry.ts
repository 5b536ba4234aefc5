/**
 * How a journal entry lies in its file and travels to the writer.
 * A row: position, at, type (a number), subject (`{compound}/{kind}/{device}/{channel}` of a message, else the device or
 * actor), via (null: the device itself), size (null: that of the body), body (a message's payload, else JSON).
 */
import type { CompoundId, DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { ActionEntry, DisconnectedEntry, JournalEntry, MessageEntry, NewEntry, StartedEntry } from '../ports.ts'

export const TYPE_NUMBERS = { message: 1, connected: 2, disconnected: 3, violation: 4, action: 5, started: 6, tick: 7 } as const satisfies Record<NewEntry['type'], number>
const TYPES = Object.fromEntries(Object.entries(TYPE_NUMBERS).map(([type, n]) => [n, type])) as Record<number, NewEntry['type'] | undefined>

/** A row as `setReturnArrays` gives it. The body of a message may be text, if that is all of it (`isExact`). */
export type JournalRow = [position: number, at: number, type: number, subject: string, via: string | null, size: number | null, body: Uint8Array | string | null, bytes: number | null]

/** Most bodies are short ASCII, and as text they take a third of the time: no buffer is made for each. False where bytes could have been lost, so that they have to be read as such. */
export function isExact([, , , , , , body, bytes]: JournalRow): boolean {
  // As long as its bytes it has no character of several; what is no UTF-8 is read as U+FFFD.
  return typeof body !== 'string' || body.length === bytes && !body.includes('\uFFFD')
}

// at 8, type 1, size 4 (NOT_GIVEN: that of the body), lengths of subject, via and body 4 each
const HEADER = 25
const NOT_GIVEN = 0xffffffff
const SMALLEST = 64 * 1024

/** Packs entries of one batch into one transferable buffer, on the main thread: no object is cloned on the way to the writer. */
export class BatchPacker {
  #buffer: Buffer<ArrayBuffer>
  #used = 0
  count = 0

  constructor(spare: ArrayBuffer | undefined) {
    this.#buffer = spare ? Buffer.from(spare) : Buffer.allocUnsafeSlow(SMALLEST)
  }

  get bytes(): number {
    return this.#used
  }

  add(entry: NewEntry, at: Millis): void {
    switch (entry.type) {
      case 'message': {
        const via = entry.via === entry.device ? '' : entry.via
        const size = entry.size === entry.body.length ? NOT_GIVEN : entry.size
        this.#write(at, 1, `${entry.compound}/${entry.kind}/${entry.device}/${entry.channel}`, via, size, entry.body)
        break
      }
      case 'connected': this.#writeJson(at, 2, entry.device, { session: entry.session, address: entry.address }); break
      case 'disconnected': this.#writeJson(at, 3, entry.device, { session: entry.session, reason: entry.reason }); break
      case 'violation': this.#writeJson(at, 4, entry.device, { code: entry.code, detail: entry.detail }); break
      case 'action': this.#writeJson(at, 5, entry.actor, entry.action); break
      case 'started': this.#writeJson(at, 6, '', entry.settings); break
      case 'tick': this.#write(at, 7, '', '', NOT_GIVEN, NOTHING); break
    }
    this.count += 1
  }

  /** The packed entries; the packer is spent. */
  take(): { buffer: ArrayBuffer; bytes: number; count: number } {
    return { buffer: this.#buffer.buffer, bytes: this.#used, count: this.count }
  }

  #writeJson(at: Millis, type: number, subject: string, value: unknown): void {
    this.#write(at, type, subject, '', NOT_GIVEN, Buffer.from(JSON.stringify(value)))
  }

  #write(at: Millis, type: number, subject: string, via: string, size: number, body: Uint8Array): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(HEADER + (subject.length + via.length) * 3 + body.length)
    const buffer = this.#buffer
    const start = this.#used
    const subjectLength = buffer.write(subject, start + HEADER)
    const viaLength = via === '' ? 0 : buffer.write(via, start + HEADER + subjectLength)
    buffer.set(body, start + HEADER + subjectLength + viaLength)
    buffer.writeDoubleLE(at, start)
    buffer[start + 8] = type
    buffer.writeUInt32LE(size, start + 9)
    buffer.writeUInt32LE(subjectLength, start + 13)
    buffer.writeUInt32LE(viaLength, start + 17)
    buffer.writeUInt32LE(body.length, start + 21)
    this.#used = start + HEADER + subjectLength + viaLength + body.length
  }

  #reserve(bytes: number): void {
    const needed = this.#used + bytes
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    larger.set(this.#buffer.subarray(0, this.#used))
    this.#buffer = larger
  }
}

const NOTHING = new Uint8Array(0)

/** Calls `insert` with the columns of each packed entry, in order. Bodies are views of the buffer. */
export function unpackBatch(
  packed: ArrayBuffer, bytes: number,
  insert: (at: number, type: number, subject: string, via: string | null, size: number | null, body: Uint8Array) => void
): void {
  const buffer = Buffer.from(packed, 0, bytes)
  let offset = 0
  while (offset < bytes) {
    const size = buffer.readUInt32LE(offset + 9)
    const subjectEnd = offset + HEADER + buffer.readUInt32LE(offset + 13)
    const viaEnd = subjectEnd + buffer.readUInt32LE(offset + 17)
    const end = viaEnd + buffer.readUInt32LE(offset + 21)
    insert(
      buffer.readDoubleLE(offset), buffer[offset + 8] ?? 0,
      buffer.toString('utf8', offset + HEADER, subjectEnd),
      viaEnd === subjectEnd ? null : buffer.toString('utf8', subjectEnd, viaEnd),
      size === NOT_GIVEN ? null : size,
      buffer.subarray(viaEnd, end)
    )
    offset = end
  }
}

/** The entry that a row holds. Throws a SyntaxError when the row was not written by this platform. */
export function entryOf(row: JournalRow): JournalEntry {
  const [position, at, typeNumber, subject, via, size, blob] = row
  const type = TYPES[typeNumber]
  if (type === 'message' && typeof blob === 'string') return new TextMessage(row, blob)
  const body = typeof blob === 'string' ? ENCODER.encode(blob) : blob ?? NOTHING
  switch (type) {
    case 'message': {
      const who = readSubject(subject)
      return { type, position, at, ...who, via: via === null ? who.device : via as DeviceId, body, size: size ?? body.length }
    }
    case 'connected': return { type, position, at, device: subject as DeviceId, ...json(body) as { session: number; address: string } }
    case 'disconnected': return { type, position, at, device: subject as DeviceId, ...json(body) as Pick<DisconnectedEntry, 'session' | 'reason'> }
    case 'violation': return { type, position, at, device: subject as DeviceId, ...json(body) as { code: string; detail: string } }
    case 'action': return { type, position, at, actor: subject, action: json(body) as ActionEntry['action'] }
    case 'started': return { type, position, at, settings: json(body) as StartedEntry['settings'] }
    case 'tick': return { type, position, at }
    case undefined: break
  }
  throw new SyntaxError(`journal position ${position} has the unknown type ${typeNumber}`)
}

function readSubject(subject: string): Pick<MessageEntry, 'device' | 'compound' | 'kind' | 'channel'> {
  const afterCompound = subject.indexOf('/')
  const afterKind = subject.indexOf('/', afterCompound + 1)
  const afterDevice = subject.indexOf('/', afterKind + 1)
  return {
    compound: subject.slice(0, afterCompound) as CompoundId,
    kind: subject.slice(afterCompound + 1, afterKind) as Kind,
    device: subject.slice(afterKind + 1, afterDevice) as DeviceId,
    channel: subject.slice(afterDevice + 1)
  }
}

const ENCODER = new TextEncoder()

/** A message whose bytes are made when somebody asks for them. */
class TextMessage implements MessageEntry {
  readonly type = 'message'
  readonly position: number
  readonly at: Millis
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly kind: Kind
  readonly channel: string
  readonly via: DeviceId
  readonly size: number
  readonly #text: string
  #body: Uint8Array | null = null

  constructor([position, at, , subject, via, size, , bytes]: JournalRow, text: string) {
    const { device, compound, kind, channel } = readSubject(subject)
    this.position = position
    this.at = at
    this.device = device
    this.compound = compound
    this.kind = kind
    this.channel = channel
    this.via = via === null ? device : via as DeviceId
    this.size = size ?? bytes ?? 0
    this.#text = text
  }

  get text(): string {
    return this.#text
  }

  get body(): Uint8Array {
    this.#body ??= ENCODER.encode(this.#text)
    return this.#body
  }
}

function json(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString())
}
