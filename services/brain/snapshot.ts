import type { StatePiece } from '../store/ports.ts'

/**
 * The form of the pieces. To be counted up with every change of what is remembered between two entries (state of devices, of rules, of the book): what
 * another version wrote is not understood half, but judged anew.
 */
export const SNAPSHOT_FORMAT = 8
/** The piece that names the format. */
export const META = 'meta'

/** The format that these pieces were written in; null where there are none. */
export function formatOf(pieces: readonly StatePiece[]): number | null {
  const meta = pieces.find(({ key }) => key === META)?.value
  if (meta === undefined || meta === null) return pieces.length === 0 ? null : 1
  const { format = 1 } = JSON.parse(meta) as { readonly format?: number }
  return format
}

/**
 * Which pieces of the brain's state have another value than in the last snapshot. Values are immutable, so what is gathered here is a picture of one
 * moment, however long writing it takes. `undefined` stands for a piece that is gone.
 */
export class Pieces {
  #changed = new Map<string, unknown>()

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
