/** A source of numbers that gives the same ones for the same seed, on every machine. */
export interface Random {
  /** From 0 (included) to 1 (not included). */
  next(): number
  /** From `low` to `high`. */
  between(low: number, high: number): number
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  /** Bell-shaped noise with mean 0 (sum of three uniform numbers, so it never runs away). */
  noise(spread: number): number
  /** One of them; they must not be empty. */
  pick<T>(from: readonly T[]): T
}

/** FNV-1a, 32 bits: spreads a name over the state of the generator. */
function hash(text: string, start: number): number {
  let value = start >>> 0
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded by a number and a name: each device has its own stream, so what one does never shifts
 * what another does.
 */
export function createRandom(seed: number, name: string): Random {
  return new Sfc32(seed, name)
}

// A class and not an object of closures: a fleet has 55,000 of them.
class Sfc32 implements Random {
  #a: number
  #b: number
  #c: number
  #d = 1

  constructor(seed: number, name: string) {
    this.#a = hash(name, 0x811c9dc5)
    this.#b = hash(name, seed >>> 0)
    this.#c = seed >>> 0
    // The first numbers still show the seed; the author lets twelve go by.
    for (let i = 0; i < 12; i++) this.next()
  }

  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next())
  }
  noise(spread: number): number {
    return ((this.next() + this.next() + this.next()) / 1.5 - 1) * spread
  }
  pick<T>(from: readonly T[]): T {
    const chosen = from[Math.floor(this.next() * from.length)]
    if (chosen === undefined) throw new RangeError('there is nothing to pick from')
    return chosen
  }
}
