/** What is done in one turn of the event loop at most: after so many steps, or so many ms of them, the loop goes round first. */
const STEPS = 16
const MILLIS = 4

/**
 * A line in which the work of many connections waits when it comes all at once: 7,300 sockets that end in one turn must not hold up the one that brings a smoke
 * alarm. Without a crowd a step is done at once; in one it waits for its turn, first come, first served, so that the steps of one connection keep their order.
 */
export class Turns {
  #left = STEPS
  #until = 0
  #line: (() => void)[] = []
  #scheduled = false

  /** Steps that wait. */
  get waiting(): number {
    return this.#line.length
  }

  /** `step` must not throw. */
  take(step: () => void): void {
    if (!this.#scheduled) this.#begin()
    if (this.#line.length > 0 || !this.#mayGoOn()) this.#line.push(step)
    else this.#do(step)
  }

  #begin(): void {
    this.#scheduled = true
    this.#left = STEPS
    this.#until = performance.now() + MILLIS
    setImmediate(() => this.#next())
  }

  #next(): void {
    this.#scheduled = false
    if (this.#line.length === 0) return
    this.#begin()
    const line = this.#line
    let done = 0
    for (let step = line[done]; step && this.#mayGoOn(); step = line[done]) {
      done += 1
      this.#do(step)
    }
    this.#line = line.slice(done)
  }

  #mayGoOn(): boolean {
    return this.#left > 0 && performance.now() < this.#until
  }

  #do(step: () => void): void {
    this.#left -= 1
    step()
  }
}
