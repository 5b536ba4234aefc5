import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { Clock } from '../kernel/clock.ts'

export interface AlarmTransition {
  readonly alarm: Alarm
  readonly transition: Transition
}

/** Further occurrences of one alarm are told at most this often, in ms (the contract's number). */
const COUNT_PERIOD = 1000

/**
 * Passes transitions on at once and in order; further occurrences (`counted`) at most once a second and alarm, the newest of them.
 * Whoever hears `emit` never sees an older state of an alarm after a newer one.
 */
export class PacedTransitions {
  readonly #clock: Clock
  readonly #emit: (told: AlarmTransition) => void
  readonly #waiting = new Map<string, { latest: AlarmTransition | null; stop: () => void }>()

  constructor(clock: Clock, emit: (told: AlarmTransition) => void) {
    this.#clock = clock
    this.#emit = emit
  }

  take(told: AlarmTransition): void {
    const waiting = this.#waiting.get(told.alarm.id)
    if (told.transition.name !== 'counted') {
      if (waiting) waiting.latest = null
      this.#emit(told)
    } else if (waiting) {
      waiting.latest = told
    } else {
      this.#emit(told)
      this.#wait(told.alarm.id)
    }
  }

  stop(): void {
    for (const { stop } of this.#waiting.values()) stop()
    this.#waiting.clear()
  }

  #wait(alarm: string): void {
    const stop = this.#clock.after(COUNT_PERIOD, () => {
      const latest = this.#waiting.get(alarm)?.latest
      this.#waiting.delete(alarm)
      if (latest) {
        this.#emit(latest)
        this.#wait(alarm)
      }
    })
    this.#waiting.set(alarm, { latest: null, stop })
  }
}
