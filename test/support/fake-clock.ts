import type { Clock } from '../../services/kernel/clock.ts'

interface Timer {
  /** By what has elapsed. */
  due: number
  readonly period: number | null
  readonly callback: () => void
}

/** A clock that a test moves on by hand; timers fire in the order in which they are due, whatever the wall clock says. */
export class FakeClock implements Clock {
  /** What the wall clock showed when nothing had elapsed. */
  #start: number
  #elapsed = 0
  readonly #timers = new Set<Timer>()

  constructor(now = 1_700_000_000_000) {
    this.#start = now
  }

  now(): number {
    return this.#start + this.#elapsed
  }

  elapsed(): number {
    return this.#elapsed
  }

  after(delay: number, callback: () => void): () => void {
    return this.#add({ due: this.#elapsed + delay, period: null, callback })
  }

  every(period: number, callback: () => void): () => void {
    return this.#add({ due: this.#elapsed + period, period, callback })
  }

  /** Moves on by so many milliseconds and fires what is due on the way. */
  tick(millis: number): void {
    const end = this.#elapsed + millis
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#elapsed = Math.max(this.#elapsed, next.due)
      if (next.period === null) this.#timers.delete(next)
      else next.due += next.period
      next.callback()
    }
    this.#elapsed = end
  }

  /** Sets the wall clock, also back: what an operator or a time server does. */
  set(now: number): void {
    this.#start = now - this.#elapsed
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
