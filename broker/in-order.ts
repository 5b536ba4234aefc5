/** Something that waits for its result and has its place in a line. */
export abstract class Place {
  next: Place | null = null
  settled = false
  error: Error | null = null

  /** Called once, when it is settled and everything before it has been released. */
  abstract release(error: Error | null): void
}

/**
 * Lets results out in the order in which their places were taken, whatever order they come in:
 * PUBACKs leave in the order of their PUBLISHes [MQTT-4.6.0-2], and one device's messages go on in the order in which it sent them.
 */
export class InOrder {
  #head: Place | null = null
  #tail: Place | null = null
  #size = 0

  /** Places taken and not let out yet. */
  get size(): number {
    return this.#size
  }

  take(place: Place): void {
    if (this.#tail) this.#tail.next = place
    else this.#head = place
    this.#tail = place
    this.#size += 1
  }

  /** The first result of a place counts; a later one does nothing. */
  settle(place: Place, error: Error | null): void {
    if (place.settled) return
    place.settled = true
    place.error = error
    for (let first = this.#head; first?.settled; first = this.#head) {
      this.#head = first.next
      if (!first.next) this.#tail = null
      this.#size -= 1
      first.release(first.error)
    }
  }
}
