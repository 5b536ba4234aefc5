import type { Clock } from '../../services/kernel/clock.ts'

interface Timer {
  due: number
  readonly period: number | null
  readonly callback: () => void
}

/** A clock that a test moves on by hand; timers fire in the order in which they are due. */
export class FakeClock implements Clock {
  #now: number
  #elapsed = 0
  readonly #timers = new Set<Timer>()

  constructor(now = 1_700_000_000_000) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  elapsed(): number {
    return this.#elapsed
  }

  after(delay: number, callback: () => void): () => void {
    return this.#add({ due: this.#now + delay, period: null, callback })
  }

  every(period: number, callback: () => void): () => void {
    return this.#add({ due: this.#now + period, period, callback })
  }

  /** Moves on by so many milliseconds and fires what is due on the way. */
  tick(millis: number): void {
    const end = this.#now + millis
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#goOnTo(Math.max(this.#now, next.due))
      if (next.period === null) this.#timers.delete(next)
      else next.due += next.period
      next.callback()
    }
    this.#goOnTo(end)
  }

  /** Sets the wall clock, also back, without firing anything: what an operator or a time server does. */
  set(now: number): void {
    this.#now = now
  }

  #goOnTo(now: number): void {
    this.#elapsed += Math.max(0, now - this.#now)
    this.#now = now
  }

  #next(end: number): Timer | null {
    let first: Timer | null = null
    for (const timer of this.#timers) if (timer.due <= end && (first === null || timer.due < first.due)) first = timer
    return first
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }
}
