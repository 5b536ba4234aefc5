/** Runs what has the same key one after the other; different keys do not wait for each other. */
export class Chains {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Keys of which something runs. */
  get size(): number {
    return this.#last.size
  }

  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const former = this.#last.get(key)
    const result = former ? former.then(work, work) : work()
    this.#last.set(key, result)
    const clear = (): void => {
      if (this.#last.get(key) === result) this.#last.delete(key)
    }
    result.then(clear, clear)
    return result
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.allSettled(this.#last.values())
  }
}
