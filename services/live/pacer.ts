import type { Clock } from '../kernel/clock.ts'

/** Calls back for a key at once when it has been quiet, else at most once a period; what is due is asked for when it is called. */
export class Pacer<Key> {
  readonly #clock: Clock
  readonly #period: number
  readonly #flush: (key: Key) => void
  readonly #resting = new Map<Key, { due: boolean; stop: () => void }>()

  /** `period` in ms. */
  constructor(clock: Clock, period: number, flush: (key: Key) => void) {
    this.#clock = clock
    this.#period = period
    this.#flush = flush
  }

  /** There is something to tell for this key. */
  due(key: Key): void {
    const resting = this.#resting.get(key)
    if (resting) {
      resting.due = true
      return
    }
    this.#rest(key)
    this.#flush(key)
  }

  stop(): void {
    for (const { stop } of this.#resting.values()) stop()
    this.#resting.clear()
  }

  #rest(key: Key): void {
    const stop = this.#clock.after(this.#period, () => {
      const due = this.#resting.get(key)?.due ?? false
      this.#resting.delete(key)
      if (due) this.due(key)
    })
    this.#resting.set(key, { due: false, stop })
  }
}
