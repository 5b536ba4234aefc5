import type { Published, Recorder } from '../../broker/ports.ts'
import { MAX_OBJECT_BYTES } from '../../protocol/limits.ts'
import { channelOf, maxBytes, parseTopic } from '../../protocol/topics.ts'
import { GatehouseError } from '../kernel/errors.ts'
import type { Client } from '../registry/gate.ts'
import type { Journal, MessageEntry, Pictures } from '../store/ports.ts'
import { EXCERPT, isJpeg } from './report.ts'

/**
 * Entries that may be committed and not yet judged before acknowledgements wait. About half a second of the brain at full load: enough
 * to smooth a burst, little enough that an acknowledged smoke alarm is judged at once.
 */
const UNJUDGED_LIMIT = 20_000

interface Held {
  readonly position: number
  readonly done: (error: Error | null) => void
}

/** Turns what the broker took into journal entries, and lets it be acknowledged when the entry is on the disk. */
export class JournalRecorder implements Recorder<Client> {
  readonly #journal: Journal
  readonly #pictures: Pictures
  readonly #held: Held[] = []
  #judged = 0

  constructor(journal: Journal, pictures: Pictures) {
    this.#journal = journal
    this.#pictures = pictures
  }

  /** Acknowledgements that wait because the brain is behind. */
  get held(): number {
    return this.#held.length
  }

  /** Overload slows acknowledgements down: told how far the brain is, lets go of what had to wait for it. */
  judgedUpTo(position: number): void {
    this.#judged = position
    let released = 0
    for (const held of this.#held) {
      if (held.position - position > UNJUDGED_LIMIT) break
      held.done(null)
      released += 1
    }
    this.#held.splice(0, released)
  }

  published({ principal, topic, payload, size }: Published<Client>, done: (error: Error | null) => void): void {
    const parsed = parseTopic(topic)
    if (!parsed || principal.type !== 'device') return done(new GatehouseError('not-a-device-topic', `${topic} is no topic of a device`))
    const channel = channelOf(parsed.kind, parsed.channel)
    const tooLarge = size > (channel ? maxBytes(channel, payload) : MAX_OBJECT_BYTES)
    const ref = channel?.name === 'snapshot' ? channel.ref : null
    // A report that is too large is refused, but an alarm in it is judged all the same: it is kept whole (a frame has its limit).
    const whole = ref === null && (!tooLarge || channel?.name === 'telemetry' || channel?.name === 'event')
    const entry: MessageEntry = {
      type: 'message',
      device: parsed.device,
      compound: parsed.compound,
      kind: parsed.kind,
      channel: parsed.channel,
      via: principal.id,
      body: whole ? payload : payload.subarray(0, EXCERPT),
      size
    }
    // What is no picture is on record like any other message; intake refuses it.
    if (ref === null || tooLarge || !isJpeg(payload)) {
      this.#journal.append(entry, (error, position) => this.#stored(error, position, done))
      return
    }
    // Entry and file are written side by side, so that the entry keeps its place in the device's order; stored means both.
    let open = 2
    let failure: Error | null = null
    let stored = 0
    const part = (error: Error | null, position = 0): void => {
      failure ??= error
      stored ||= position
      open -= 1
      if (open === 0) this.#stored(failure, stored, done)
    }
    this.#journal.append(entry, part)
    this.#pictures.save(parsed.device, ref, payload, part)
  }

  connected(client: Client, session: number, address: string): void {
    if (client.type === 'device') this.#journal.append({ type: 'connected', device: client.id, session, address }, ignore)
  }

  disconnected(client: Client, session: number, reason: 'said-goodbye' | 'lost' | 'taken-over'): void {
    if (client.type === 'device') this.#journal.append({ type: 'disconnected', device: client.id, session, reason }, ignore)
  }

  violated(client: Client, code: string, detail: string): void {
    if (client.type === 'device') this.#journal.append({ type: 'violation', device: client.id, code, detail }, ignore)
  }

  #stored(error: Error | null, position: number, done: (error: Error | null) => void): void {
    if (error === null && (this.#held.length > 0 || position - this.#judged > UNJUDGED_LIMIT)) this.#held.push({ position, done })
    else done(error)
  }
}

/** Nobody waits for it, and a disk that takes nothing more is reported by the journal itself. */
function ignore(): void {}
