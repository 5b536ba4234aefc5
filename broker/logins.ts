import type { Clock } from '../services/kernel/clock.ts'

/** Failures that are forgiven: a mistyped token costs nothing. */
const FORGIVEN = 2
const FIRST_DELAY = 250
/** A right password waits no longer than this, however many wrong ones came before it from the same address. */
const LONGEST_DELAY = 5000
/** Failures are forgotten after ten quiet minutes. */
const MEMORY = 10 * 60_000
/** About 2 MB; the oldest are forgotten first. */
const MOST_REMEMBERED = 10_000

interface Failures {
  count: number
  last: number
}

/**
 * Slows down those who fail to log in, per (address, client id): a whole compound may sit behind one address, so the address itself is never
 * held responsible. The wait comes before the password is looked at and is the same for a right one.
 */
export class Logins {
  readonly #clock: Clock
  readonly #failures = new Map<string, Failures>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Pairs of (address, client id) that are remembered. */
  get remembered(): number {
    return this.#failures.size
  }

  /** Milliseconds that a try has to wait. */
  delay(address: string, clientId: string): number {
    const failures = this.#failures.get(key(address, clientId))
    if (!failures || failures.count <= FORGIVEN || this.#clock.elapsed() - failures.last > MEMORY) return 0
    return Math.min(FIRST_DELAY * 2 ** Math.min(failures.count - FORGIVEN - 1, 10), LONGEST_DELAY)
  }

  failed(address: string, clientId: string): void {
    const name = key(address, clientId)
    const now = this.#clock.elapsed()
    const former = this.#failures.get(name)
    const count = former && now - former.last <= MEMORY ? former.count + 1 : 1
    // Taken out and put in again: a Map keeps the order of insertion, so the first is the one that failed longest ago.
    this.#failures.delete(name)
    this.#failures.set(name, { count, last: now })
    if (this.#failures.size > MOST_REMEMBERED) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest)
        break
      }
    }
  }

  succeeded(address: string, clientId: string): void {
    this.#failures.delete(key(address, clientId))
  }
}

/** Ids are as long as the wire allows (64 KiB); what is remembered of them is not. */
function key(address: string, clientId: string): string {
  return `${address} ${clientId.length > 80 ? `${clientId.slice(0, 72)}…${clientId.length}` : clientId}`
}
