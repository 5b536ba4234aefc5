/** Time as the simulator needs it; tests hand in one that stands still. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number
  /** Calls back once after `delay` ms, or earlier when that is too long for it; returns a function that calls it off. */
  after(delay: number, callback: () => void): () => void
}

/** What is longer, a timer of Node takes for 1 ms; the agenda looks again when it comes early. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, Math.min(delay, LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  }
}

/** Something that is to happen. */
export interface Appointment {
  readonly due: number
  cancel(): void
}

interface Entry extends Appointment {
  readonly order: number
  run: (() => void) | null
}

/**
 * Everything that a fleet has in front of it, in one heap behind one timer: 50,000 devices cost no 50,000 timers. What is due at the same
 * millisecond happens in the order in which it was asked for, so that a run with the same seed is the same run.
 */
export class Agenda {
  readonly #clock: Clock
  readonly #heap: Entry[] = []
  #order = 0
  #timer: (() => void) | null = null
  #timerDue = Infinity
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now()
  }

  /** Runs it `delay` ms from now (at once in the next turn when that is 0 or less). */
  after(delay: number, run: () => void): Appointment {
    const entry: Entry = {
      due: this.#clock.now() + Math.max(0, delay),
      order: this.#order++,
      run,
      // Left in the heap until it is due: taking it out of the middle would cost more than it is worth.
      cancel() {
        entry.run = null
      }
    }
    if (!this.#closed) {
      this.#push(entry)
      this.#arm()
    }
    return entry
  }

  /** Ends everything; nothing runs any more. */
  close(): void {
    this.#closed = true
    this.#heap.length = 0
    this.#timer?.()
    this.#timer = null
  }

  #arm(): void {
    const first = this.#heap[0]
    if (!first || first.due >= this.#timerDue) return
    this.#timer?.()
    this.#timerDue = first.due
    this.#timer = this.#clock.after(Math.max(0, first.due - this.#clock.now()), () => this.#fire())
  }

  #fire(): void {
    this.#timer = null
    this.#timerDue = Infinity
    const now = this.#clock.now()
    for (let first = this.#heap[0]; first && first.due <= now; first = this.#heap[0]) {
      this.#pop()
      first.run?.()
    }
    this.#arm()
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (!above || !before(entry, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const left = heap[child]
      if (!left) break
      const right = heap[child + 1]
      let smaller = left
      if (right && before(right, left)) {
        smaller = right
        child++
      }
      if (!before(smaller, last)) break
      heap[at] = smaller
      at = child
    }
    heap[at] = last
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order)
}
