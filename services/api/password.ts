import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** N = 2^15, r = 8, p = 3: one of the equivalent settings of OWASP's Password Storage Cheat Sheet; 32 MiB and about 0.15 s a try. */
const COST = { N: 2 ** 15, r: 8, p: 3 }
const HASH_BYTES = 32
/** libuv's pool has four threads; files and DNS need some of them while somebody tries passwords. */
const AT_ONCE = 2
/** Tries that may be under way or wait their turn (about 5 s of work); whoever comes later is told to try again. A few places are kept for those who are known. */
const WAITING = 64
const KEPT_PLACES = 16

/** Checks and makes password hashes (`scrypt$N$r$p$salt$hash`, base64), off the main thread and a few at a time. */
export class Passwords {
  #running = 0
  /** Tries that were let in and are not answered yet. */
  #inside = 0
  readonly #waiting: (() => void)[] = []
  #decoy: Promise<string> | null = null

  /** The hash of a password, with a salt of its own. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16)
    const hash = await this.#derive(password, salt, COST)
    return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$')
  }

  /**
   * Whether the password is the one behind `stored`. For an unknown user (`null`) it takes as long and says no, so that nobody
   * learns from the time it takes which users there are. `busy` when too many are waiting already. `known`: goes before all others that wait.
   */
  async verify(password: string, stored: string | null, known = false): Promise<'right' | 'wrong' | 'busy'> {
    if (this.#inside >= WAITING - (known ? 0 : KEPT_PLACES)) return 'busy'
    this.#inside += 1
    try {
      return await this.#compare(password, stored, known)
    } finally {
      this.#inside -= 1
    }
  }

  async #compare(password: string, stored: string | null, known: boolean): Promise<'right' | 'wrong'> {
    this.#decoy ??= this.hash(randomBytes(16).toString('base64'))
    const decoy = await this.#decoy
    const parsed = parse(stored ?? decoy)
    if (!parsed) return 'wrong'
    const given = await this.#derive(password, parsed.salt, parsed.cost, known)
    return given.length === parsed.hash.length && timingSafeEqual(given, parsed.hash) && stored !== null ? 'right' : 'wrong'
  }

  async #derive(password: string, salt: Buffer, cost: typeof COST, first = false): Promise<Buffer> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => void (first ? this.#waiting.unshift(resolve) : this.#waiting.push(resolve)))
    else this.#running += 1
    try {
      // The same password typed on another keyboard may come as another sequence of code points.
      return await derive(password.normalize('NFC'), salt, cost)
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const maxmem = 256 * cost.N * cost.r
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { ...cost, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function parse(stored: string): { cost: typeof COST; salt: Buffer; hash: Buffer } | null {
  const [scheme, N, r, p, salt, hash] = stored.split('$')
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return null
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}
