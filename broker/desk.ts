import type { Connection } from './connection.ts'
import { Violation } from './guard.ts'
import type { StoredPacket } from './keeper.ts'
import type { Settled } from './options.ts'
import type { Principal } from './ports.ts'
import { faultOfName, isSystemTopic } from './topic-names.ts'
import { GatehouseError, asError } from '../services/kernel/errors.ts'

/** Where messages of clients, last wills included, are handed in: rights, record, then — in the order of the messages — acknowledgement. */
export class Desk<P extends Principal> {
  readonly #options: Settled<P>
  readonly #retain: (packet: StoredPacket) => Promise<void>

  constructor(options: Settled<P>, retain: (packet: StoredPacket) => Promise<void>) {
    this.#options = options
    this.#retain = retain
  }

  /** `callback` with null: go on, acknowledge; with an error: the connection has to end. */
  take(connection: Connection<P>, principal: P, packet: StoredPacket, callback: (error: Error | null) => void): void {
    const { counters, recorder } = this.#options
    const { topic, payload, qos, retain } = packet
    const size = payload.length
    counters.messagesIn += 1
    counters.bytesIn += size
    const refusal = this.#refusal(principal, topic)
    if (refusal) {
      counters.refusedMessages += 1
      callback(refusal)
      return
    }
    connection.pendingBytes += size
    const settle = connection.results.take((error) => {
      connection.pendingBytes -= size
      if (error) counters.unrecorded += 1
      else counters.recorded += 1
      callback(error)
    })
    const recorded = (error: Error | null): void => {
      if (error) this.#unrecorded(principal, error, settle)
      else if (retain) void this.#settleRetained(principal, packet, settle)
      else settle(null)
    }
    try {
      recorder.published({ principal, topic, payload, retain, qos }, recorded)
    } catch (thrown) {
      this.#unrecorded(principal, asError(thrown), settle)
    }
  }

  async #settleRetained(principal: P, packet: StoredPacket, settle: (error: Error | null) => void): Promise<void> {
    try {
      await this.#retain(packet)
    } catch (thrown) {
      return this.#unrecorded(principal, asError(thrown), settle)
    }
    settle(null)
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

  #unrecorded(principal: P, error: Error, settle: (error: Error) => void): void {
    this.#options.log.warn({ client: principal.id, err: error }, 'a message could not be recorded: it is not acknowledged')
    settle(error)
  }
}
