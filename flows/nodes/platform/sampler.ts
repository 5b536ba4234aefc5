const SECOND = 1000

/** Lets at most so many through a second; of what has to wait, the newest of each key is kept and the rest counted. */
export class Sampler<Item> {
  readonly #perSecond: number
  readonly #emit: (item: Item) => void
  readonly #leftOut: (count: number) => void
  readonly #waiting = new Map<string, Item>()
  #through = 0
  #lost = 0
  #told = 0
  #timer: NodeJS.Timeout | null = null

  /** `leftOut` is told how many were left out in a second, when that is another number than in the second before. */
  constructor(perSecond: number, emit: (item: Item) => void, leftOut: (count: number) => void) {
    this.#perSecond = perSecond
    this.#emit = emit
    this.#leftOut = leftOut
  }

  take(key: string, item: Item): void {
    this.#timer ??= setTimeout(() => this.#second(), SECOND)
    if (this.#through < this.#perSecond) {
      this.#through += 1
      this.#emit(item)
      return
    }
    // Taken out first, so that it stands behind what waited longer.
    if (this.#waiting.delete(key)) this.#lost += 1
    this.#waiting.set(key, item)
    // No more than a second's worth waits: a flow that is always too slow must not lag further and further behind.
    if (this.#waiting.size > this.#perSecond) {
      const [oldest] = this.#waiting.keys()
      this.#waiting.delete(oldest ?? '')
      this.#lost += 1
    }
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#waiting.clear()
  }

  #second(): void {
    this.#timer = null
    this.#through = 0
    if (this.#lost !== this.#told) this.#leftOut(this.#lost)
    this.#told = this.#lost
    this.#lost = 0
    // Looked once more, to say that nothing is left out any longer.
    if (this.#told > 0) this.#timer = setTimeout(() => this.#second(), SECOND)
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const [key, item] of waiting) this.take(key, item)
  }
}
