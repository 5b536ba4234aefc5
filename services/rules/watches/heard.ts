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
  /** The rules whose last reading was not calm; bits as in `mask`. */
  readonly uneasy: number
}

export const UNHEARD: Heard = { at: 0, mask: 0, older: [], uneasy: 0 }

/** Null when nothing was read about the rule. */
export function heardAt({ at, mask, older }: Heard, index: number): Millis | null {
  return (mask & (1 << index)) !== 0 ? at : (older[index] || null)
}

/** False when the last reading about the rule said that nothing is left of it, or when there was none. */
export function isUneasy({ uneasy }: Heard, index: number): boolean {
  return (uneasy & (1 << index)) !== 0
}

/** A reading at `at` spoke to the rules of `mask`; to those of `uneasy` it was not calm. */
export function hearing(heard: Heard, mask: number, at: Millis, uneasy: number): Heard {
  const left = heard.mask & ~mask
  return { at, mask, older: left === 0 ? heard.older : settled(heard.older, left, heard.at), uneasy: (heard.uneasy & ~mask) | uneasy }
}

/** With what another one heard about one rule. */
export function heardBy(heard: Heard, index: number, other: Heard): Heard {
  const bit = 1 << index
  const { at, mask, older, uneasy } = heard
  return { at, mask: mask & ~bit, older: settled(older, bit, heardAt(other, index) ?? 0), uneasy: (uneasy & ~bit) | (other.uneasy & bit) }
}

function settled(older: readonly Millis[], mask: number, at: Millis): Millis[] {
  const times = [...older]
  for (let index = 0; mask >> index !== 0; index += 1) {
    if ((mask & (1 << index)) !== 0) times[index] = at
    else times[index] ??= 0
  }
  return times
}
