import type { Connection } from './connection.ts'
import type { Counters } from './counters.ts'
import { Violation } from './guard.ts'
import { Place } from './in-order.ts'
import type { StoredPacket } from './keeper.ts'
import type { Settled } from './options.ts'
import type { Principal } from './ports.ts'
import { faultOfName, isSystemTopic } from './topic-names.ts'
import { GatehouseError, asError } from '../services/kernel/errors.ts'

/** A message on its way to the record. One object a message: this is the busiest place of the house. */
class Submission<P extends Principal> extends Place {
  readonly connection: Connection<P>
  readonly size: number
  readonly #counters: Counters
  readonly #callback: (error: Error | null) => void

  constructor(connection: Connection<P>, size: number, counters: Counters, callback: (error: Error | null) => void) {
    super()
    this.connection = connection
    this.size = size
    this.#counters = counters
    this.#callback = callback
  }

  settle(error: Error | null): void {
    this.connection.results.settle(this, error)
  }

  release(error: Error | null): void {
    this.connection.pendingBytes -= this.size
    if (error) this.#counters.unrecorded += 1
    else this.#counters.recorded += 1
    this.#callback(error)
  }
}

/** A message that was handed in; what may not be kept of its payload is taken out of it. */
type Handed = Omit<StoredPacket, 'payload' | 'retain'> & { payload: Buffer; retain: boolean }

/** Where messages of clients, last wills included, are handed in: rights, record, then — in the order of the messages — acknowledgement. */
export class Desk<P extends Principal> {
  readonly #options: Settled<P>
  readonly #retain: (packet: StoredPacket) => Promise<void>

  constructor(options: Settled<P>, retain: (packet: StoredPacket) => Promise<void>) {
    this.#options = options
    this.#retain = retain
  }

  /** `callback` with null: go on, acknowledge; with an error (a `Violation` when the client is to blame): the connection has to end. */
  take(connection: Connection<P>, principal: P, packet: Handed, callback: (error: Error | null) => void): void {
    const { counters, recorder, sealed, gate } = this.#options
    const { topic, qos } = packet
    const size = packet.payload.length
    counters.messagesIn += 1
    counters.bytesIn += size
    const refusal = this.#refusal(principal, topic)
    if (refusal) {
      counters.refusedMessages += 1
      callback(refusal)
      return
    }
    const payload = sealed(topic, packet.payload)
    if (payload !== packet.payload) packet.payload = Buffer.from(payload)
    // An empty one keeps nothing and takes away what is kept.
    const retain = packet.retain && (size === 0 || gate.mayRetain?.(principal, topic) !== false)
    packet.retain = retain
    const submission = new Submission(connection, size, counters, callback)
    connection.pendingBytes += size
    connection.results.take(submission)
    try {
      recorder.published({ principal, topic, payload, size, retain, qos }, (error) => {
        if (error) this.#unrecorded(principal, error, submission)
        else if (retain) void this.#settleRetained(principal, packet, submission)
        else submission.settle(null)
      })
    } catch (thrown) {
      this.#unrecorded(principal, asError(thrown), submission)
    }
  }

  /** The will of a connection that ended with an earlier process: the journal knows about that, the subscribers do not. */
  async takeLeftOver(packet: StoredPacket, callback: (error: Error | null) => void): Promise<void> {
    let failure: Error | null = isSystemTopic(packet.topic) ? new GatehouseError('system-topic', 'nobody publishes on $SYS') : null
    try {
      if (packet.retain && !failure) await this.#retain(packet)
    } catch (thrown) {
      failure = asError(thrown)
    }
    callback(failure)
  }

  async #settleRetained(principal: P, packet: StoredPacket, submission: Submission<P>): Promise<void> {
    try {
      await this.#retain(packet)
    } catch (thrown) {
      this.#unrecorded(principal, asError(thrown), submission)
      return
    }
    submission.settle(null)
  }

  #refusal(principal: P, topic: string): Error | null {
    const fault = faultOfName(topic, this.#options.limits.topicLevels)
    if (fault !== null) return new Violation('malformed-topic', fault)
    try {
      if (!isSystemTopic(topic) && this.#options.gate.mayPublish(principal, topic)) return null
      return new Violation('topic-refused', `it may not publish on ${topic.slice(0, 200)}`)
    } catch (thrown) {
      this.#options.log.error({ client: principal.id, err: asError(thrown) }, 'the gate failed')
      return new GatehouseError('gate-failed', 'the gate failed', { cause: thrown })
    }
  }

  #unrecorded(principal: P, error: Error, submission: Submission<P>): void {
    this.#options.log.warn({ client: principal.id, err: error }, 'a message could not be recorded: it is not acknowledged')
    submission.settle(error)
  }
}
