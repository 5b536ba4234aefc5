import { Violation } from './guard.ts'
import { SESSION_MARK } from './keeper.ts'
import type { Settled } from './options.ts'
import type { Principal } from './ports.ts'
import { faultOfFilter, isSystemTopic } from './topic-names.ts'
import { asError } from '../services/kernel/errors.ts'

/** The gate's answers for subscribers, with what holds for everybody; a gate that throws grants nothing. */
export class Rights<P extends Principal> {
  readonly #options: Settled<P>

  constructor(options: Settled<P>) {
    this.#options = options
  }

  /** Whether the filter is granted; an error when the connection has to end: a malformed filter [MQTT-4.7.1-2], a gate that throws. */
  subscribe(principal: P, filter: string): boolean | Error {
    if (filter === SESSION_MARK) return false
    const fault = faultOfFilter(filter, this.#options.limits.topicLevels)
    if (fault !== null) return new Violation('malformed-filter', fault)
    if (isSystemTopic(filter) && !this.#options.systemTopicsReadable) return false
    try {
      return this.#options.gate.maySubscribe(principal, filter)
    } catch (thrown) {
      this.#report(principal, thrown)
      return asError(thrown)
    }
  }

  mayReceive(principal: P, topic: string): boolean {
    if (isSystemTopic(topic)) return this.#options.systemTopicsReadable
    try {
      return this.#options.gate.mayReceive(principal, topic)
    } catch (thrown) {
      this.#report(principal, thrown)
      return false
    }
  }

  /** What the subscriber gets to see of it; null: nothing. */
  shown(principal: P, topic: string, payload: Uint8Array): Uint8Array | null {
    const { gate } = this.#options
    if (!gate.shown) return payload
    try {
      return gate.shown(principal, topic, payload)
    } catch (thrown) {
      this.#report(principal, thrown)
      return null
    }
  }

  #report(principal: P, thrown: unknown): void {
    this.#options.log.error({ client: principal.id, err: asError(thrown) }, 'the gate failed')
  }
}
