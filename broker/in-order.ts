interface Place {
  next: Place | null
  settled: boolean
  error: Error | null
  readonly release: (error: Error | null) => void
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

  /** Takes a place; the function that comes back settles it (a second call of it does nothing). */
  take(release: (error: Error | null) => void): (error: Error | null) => void {
    const place: Place = { next: null, settled: false, error: null, release }
    if (this.#tail) this.#tail.next = place
    else this.#head = place
    this.#tail = place
    this.#size += 1
    return (error) => {
      if (place.settled) return
      place.settled = true
      place.error = error
      if (this.#head === place) this.#flush()
    }
  }

  #flush(): void {
    for (let place = this.#head; place?.settled; place = this.#head) {
      this.#head = place.next
      if (!place.next) this.#tail = null
      this.#size -= 1
      place.release(place.error)
    }
  }
}
