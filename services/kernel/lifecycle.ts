import { asError } from './errors.ts'
import type { Logger } from './log.ts'

/** Something that is started once and stopped once. Its constructor does nothing. */
export interface Part {
  readonly name: string
  start(): Promise<void> | void
  stop(): Promise<void> | void
}

/** Starts parts in order and stops them in reverse, last in first out; a part that fails to stop does not keep the others running. */
export class Lifecycle {
  readonly #log: Logger
  readonly #running: Part[] = []

  constructor(log: Logger) {
    this.#log = log
  }

  /** Starts one part; when it fails, everything started before is stopped and the error is thrown. */
  async start(part: Part): Promise<void> {
    try {
      await part.start()
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#running.push(part)
    this.#log.debug({ part: part.name }, 'started')
  }

  async stop(): Promise<void> {
    for (let part = this.#running.pop(); part; part = this.#running.pop()) {
      try {
        await part.stop()
        this.#log.debug({ part: part.name }, 'stopped')
      } catch (thrown) {
        this.#log.error({ part: part.name, err: asError(thrown) }, 'did not stop cleanly')
      }
    }
  }
}
