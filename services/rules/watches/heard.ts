import type { Millis } from '../../../protocol/names.ts'

/**
 * The device's time of the last reading about each rule of a list, by its place there. Nearly always one message speaks to the same rules as the one
 * before it, so their time is kept once for all of them. Plain JSON data.
 */
export interface Heard {
  /** Of the newest reading. */
  readonly at: Millis
  /** The rules it spoke to: bit n for the rule at place n. */
  readonly mask: number
  /** Of the others; 0: never. */
  readonly older: readonly Millis[]
}

export const UNHEARD: Heard = { at: 0, mask: 0, older: [] }

/** Null when nothing was read about the rule. */
export function heardAt({ at, mask, older }: Heard, index: number): Millis | null {
  return (mask & (1 << index)) !== 0 ? at : (older[index] || null)
}

/** A reading at `at` spoke to the rules of `mask`. */
export function hearing(heard: Heard, mask: number, at: Millis): Heard {
  const left = heard.mask & ~mask
  return { at, mask, older: left === 0 ? heard.older : settled(heard.older, left, heard.at) }
}

/** With another time for one rule. */
export function heardBy(heard: Heard, index: number, at: Millis | null): Heard {
  const bit = 1 << index
  return { at: heard.at, mask: heard.mask & ~bit, older: settled(heard.older, bit, at ?? 0) }
}

function settled(older: readonly Millis[], mask: number, at: Millis): Millis[] {
  const times = [...older]
  for (let index = 0; mask >> index !== 0; index += 1) {
    if ((mask & (1 << index)) !== 0) times[index] = at
    else times[index] ??= 0
  }
  return times
}
