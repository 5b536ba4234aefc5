import type { Clock } from '../../../devices-sim/agenda.ts'

interface Timer {
  readonly due: number
  readonly callback: () => void
}

/** A clock that moves when it is told to. */
export class StillClock implements Clock {
  #now: number
  readonly #timers = new Set<Timer>()

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(delay: number, callback: () => void): () => void {
    const timer = { due: this.#now + delay, callback }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Lets `span` ms go by; timers fire in the order of time. */
  pass(span: number): void {
    const end = this.#now + span
    for (;;) {
      const [next] = [...this.#timers].filter((one) => one.due <= end).toSorted((a, b) => a.due - b.due)
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.callback()
    }
    this.#now = end
  }
}
