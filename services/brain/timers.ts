import type { Millis } from '../../protocol/names.ts'

interface Slot {
  readonly due: Millis
  readonly key: string
}

interface Timer {
  due: Millis
  /** Where its slot lies in the heap: never later than `due`. Other slots of the key are left over and mean nothing. */
  slot: Millis
}

/** Left-over slots that may pile up for each live one before the heap is built anew. */
const SLACK = 3
const SMALL = 1024

/**
 * Timers by key, fired in the order of (due, key) whatever the order in which they were set. Most timers are deadlines of silence that each
 * report pushes further away: pushing away touches no heap, the slot finds out when its old time comes.
 */
export class Timers {
  readonly #timers = new Map<string, Timer>()
  #heap: Slot[] = []

  get size(): number {
    return this.#timers.size
  }

  /** Sets the timer of `key` to `due` (ms since 1970), in place of where it stood; null calls it off. */
  set(key: string, due: Millis | null): void {
    if (due === null) {
      this.#timers.delete(key)
      return
    }
    const timer = this.#timers.get(key)
    if (timer && timer.slot <= due) {
      timer.due = due
      return
    }
    this.#timers.set(key, { due, slot: due })
    if (this.#heap.length > SMALL + this.#timers.size * SLACK) this.#rebuild()
    else this.#push({ due, key })
  }

  /** Takes the first timer that is due by `now` (inclusive), or null. It does not fire again unless it is set again. */
  take(now: Millis): Slot | null {
    for (let first = this.#heap[0]; first && first.due <= now; first = this.#heap[0]) {
      this.#pop()
      const timer = this.#timers.get(first.key)
      if (!timer || timer.slot !== first.due) continue
      if (timer.due === first.due) {
        this.#timers.delete(first.key)
        return first
      }
      timer.slot = timer.due
      this.#push({ due: timer.due, key: first.key })
    }
    return null
  }

  #rebuild(): void {
    const slots: Slot[] = []
    for (const [key, timer] of this.#timers) {
      timer.slot = timer.due
      slots.push({ due: timer.due, key })
    }
    this.#heap = slots.sort((a, b) => (before(a, b) ? -1 : 1))
  }

  #push(slot: Slot): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(slot)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (!above || !before(slot, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = slot
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      let below = heap[child]
      if (!below) break
      const right = heap[child + 1]
      if (right && before(right, below)) {
        child += 1
        below = right
      }
      if (!before(below, last)) break
      heap[at] = below
      at = child
    }
    heap[at] = last
  }
}

function before(a: Slot, b: Slot): boolean {
  return a.due < b.due || (a.due === b.due && a.key < b.key)
}
