import type { Millis } from '../../protocol/names.ts'
import type { Clock } from '../kernel/clock.ts'

/** From so many failures on, each makes the next try wait twice as long. */
interface Patience {
  readonly failures: number
  readonly first: Millis
  readonly longest: Millis
}
/** Of one user name from one address. Nobody's address is banned: a whole compound may sit behind one. */
const PAIR: Patience = { failures: 5, first: 2_000, longest: 15 * 60_000 }
/** Of one address, for names that never signed in from there. */
const ADDRESS: Patience = { failures: 30, first: 2_000, longest: 60_000 }
/** Of one browser, for the user who signed in with it before: whoever else tries that name, from wherever, does not count here. */
const BROWSER: Patience = { failures: 10, first: 1_000, longest: 60_000 }
/** Passwords of strangers (neither the browser nor the name from there is known) that are looked at: so many at once, and so many a second. Each costs 0.15 s of a core. */
const STRANGERS = 60
const STRANGERS_PER_SECOND = 5
/** Failures are forgotten after so long without another. */
const MEMORY = 60 * 60_000
/** Rows of each kind; about 2 MB. Those that failed or signed in longest ago are forgotten first. */
const MOST_REMEMBERED = 10_000

/** Who tries. `browser`: by what it showed to be known for this user; null where it is not. */
export interface Login {
  readonly address: string
  readonly user: string
  readonly browser: string | null
}
interface Failures {
  count: number
  last: Millis
  until: Millis
}
/** A try that may go on. It counts as a failure until it is said how it went: a hundred at once are no way round. */
export interface Try {
  readonly ok: true
  /** Who is to be served before strangers. */
  readonly known: boolean
  succeeded(): void
  /** The password was not looked at. */
  undone(): void
}
/** `wait`: ms until it is worth trying again. `all`: there are too many strangers just now, it is not about this one. */
export interface Refusal {
  readonly ok: false
  readonly wait: Millis
  readonly all: boolean
}

/** Slows down whoever tries passwords, without giving anybody the means to lock somebody else out. */
export class LoginThrottle {
  readonly #clock: Clock
  readonly #failures = new Map<string, Failures>()
  /** Names that signed in from an address. */
  readonly #good = new Map<string, true>()
  #strangers = STRANGERS
  #filledAt: Millis

  constructor(clock: Clock) {
    this.#clock = clock
    this.#filledAt = clock.elapsed()
  }

  /** Rows that are remembered. */
  get remembered(): number {
    return this.#failures.size + this.#good.size
  }

  begin({ address, user, browser }: Login): Try | Refusal {
    const now = this.#clock.elapsed()
    const pair = `pair ${address} ${user}`
    const known = browser !== null
    const stranger = !known && !this.#good.has(pair)
    const counted: [string, Patience][] = known ? [[`browser ${browser}`, BROWSER]] : stranger ? [[pair, PAIR], [`address ${address}`, ADDRESS]] : [[pair, PAIR]]
    const wait = Math.max(...counted.map(([key]) => (this.#failures.get(key)?.until ?? 0) - now))
    if (wait > 0) return { ok: false, wait, all: false }
    if (stranger) {
      this.#refill(now)
      if (this.#strangers < 1) return { ok: false, wait: 1000 / STRANGERS_PER_SECOND, all: true }
      this.#strangers -= 1
    }
    for (const [key, patience] of counted) this.#failed(key, patience, now)
    const undo = (): void => {
      for (const [key] of counted) this.#forgive(key)
      if (stranger) this.#strangers = Math.min(STRANGERS, this.#strangers + 1)
    }
    return {
      ok: true, known,
      undone: undo,
      succeeded: () => {
        undo()
        for (const [key] of counted) if (!key.startsWith('address ')) this.#failures.delete(key)
        remember(this.#good, pair, true)
      }
    }
  }

  #refill(now: Millis): void {
    const filled = Math.max(0, now - this.#filledAt) * STRANGERS_PER_SECOND / 1000
    this.#strangers = Math.min(STRANGERS, this.#strangers + filled)
    this.#filledAt = now
  }

  #failed(key: string, { failures, first, longest }: Patience, now: Millis): void {
    const former = this.#failures.get(key)
    const count = (former && now - former.last < MEMORY ? former.count : 0) + 1
    const delay = count < failures ? 0 : Math.min(longest, first * 2 ** Math.min(count - failures, 30))
    remember(this.#failures, key, { count, last: now, until: now + delay })
  }

  #forgive(key: string): void {
    const failures = this.#failures.get(key)
    if (!failures) return
    failures.count -= 1
    failures.until = 0
    if (failures.count <= 0) this.#failures.delete(key)
  }
}

/** Taken out and put in again: a Map keeps the order of insertion, so the first is the oldest. */
function remember<Value>(rows: Map<string, Value>, key: string, value: Value): void {
  rows.delete(key)
  rows.set(key, value)
  if (rows.size <= MOST_REMEMBERED) return
  for (const oldest of rows.keys()) {
    rows.delete(oldest)
    return
  }
}
