import type { Duplex } from 'node:stream'
import type { Counters } from './counters.ts'

/** Counts connections that have not logged in yet; those that have do not count, and no address is ever held responsible. */
export class Strangers {
  readonly #most: number
  readonly #counters: Counters

  constructor(most: number, counters: Counters) {
    this.#most = most
    this.#counters = counters
  }

  /** Null: there are too many, the connection was closed. Otherwise a function to call when it has logged in; its end is noticed by itself. */
  admit(socket: Duplex): (() => void) | null {
    // Without a listener, a reset in the time before the log-in would be an uncaught exception.
    socket.on('error', ignore)
    if (this.#counters.strangers >= this.#most) {
      this.#counters.turnedAway += 1
      socket.destroy()
      return null
    }
    this.#counters.strangers += 1
    let counted = true
    const letGo = (): void => {
      if (counted) this.#counters.strangers -= 1
      counted = false
    }
    socket.once('close', letGo)
    return letGo
  }
}

function ignore(): void {}
