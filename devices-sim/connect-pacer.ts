/** Lets so many connect at a time and the others wait in line: a platform counts connections that have not logged in yet. */
export class ConnectPacer {
  readonly #limit: number
  #busy = 0
  #line: ((release: () => void) => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Calls back when it is its turn, with a function to be called once when the connecting is over, well or not. */
  ask(turn: (release: () => void) => void): void {
    if (this.#busy >= this.#limit) this.#line.push(turn)
    else this.#give(turn)
  }

  #give(turn: (release: () => void) => void): void {
    this.#busy++
    let released = false
    turn(() => {
      if (released) return
      released = true
      this.#busy--
      const next = this.#line.shift()
      if (next) this.#give(next)
    })
  }
}
