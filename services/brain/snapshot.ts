import type { StatePiece } from '../store/ports.ts'

/**
 * Which pieces of the brain's state have another value than in the last snapshot. Values are immutable, so what is gathered here is a picture of one
 * moment, however long writing it takes. `undefined` stands for a piece that is gone.
 */
export class Pieces {
  #changed = new Map<string, unknown>()

  get size(): number {
    return this.#changed.size
  }

  wrote(key: string, value: unknown): void {
    this.#changed.set(key, value)
  }

  /** What changed since the last time, and starts anew. */
  take(): Map<string, unknown> {
    const taken = this.#changed
    this.#changed = new Map()
    return taken
  }

  /** Puts back what was taken and could not be written; what changed since stays newer. */
  putBack(taken: ReadonlyMap<string, unknown>): void {
    this.#changed = new Map([...taken, ...this.#changed])
  }
}

/** Makes what the store keeps of pieces, at most `size` at a time: whoever writes them can look up in between. */
export function* slices(pieces: ReadonlyMap<string, unknown>, size: number): Generator<StatePiece[], undefined> {
  let slice: StatePiece[] = []
  for (const [key, value] of pieces) {
    slice.push({ key, value: value === undefined ? null : JSON.stringify(value) })
    if (slice.length < size) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}
