import { statfs } from 'node:fs/promises'
import type { Millis } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'

/** How often the free space is looked at, ms. */
const PERIOD = 60_000

/** Bytes free on the disk of a path. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** While InfluxDB is behind, days of the journal stay: until when has the disk room for that? From how fast its free space went since. */
export class DiskWatch {
  readonly #free: () => Promise<number>
  readonly #clock: Clock
  #first: { readonly at: Millis; readonly free: number } | null = null
  #fullAt: Millis | null = null
  #stop: (() => void) | null = null

  constructor(free: () => Promise<number>, clock: Clock) {
    this.#free = free
    this.#clock = clock
  }

  /** When the disk is full if all goes on as since it fell behind; null where it does not fill, or is not known yet. */
  get fullAt(): Millis | null {
    return this.#fullAt
  }

  /** It is behind from now on; nothing new where it is already. `say` is called once a minute, after each look. */
  begin(say: () => void): void {
    if (this.#stop) return
    const look = (): void => void this.#look().then(say, () => undefined)
    this.#stop = this.#clock.every(PERIOD, look)
    void this.#look().catch(() => undefined)
  }

  end(): void {
    this.#stop?.()
    this.#stop = null
    this.#first = null
    this.#fullAt = null
  }

  async #look(): Promise<void> {
    const sample = { at: this.#clock.now(), free: await this.#free() }
    if (!this.#stop) return
    this.#first ??= sample
    const gone = this.#first.free - sample.free
    this.#fullAt = gone > 0 ? sample.at + sample.free / gone * (sample.at - this.#first.at) : null
  }
}
