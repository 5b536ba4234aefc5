import type { Tally } from './tally.ts'

/** CPU seconds since the start and resident bytes. */
export interface Cost {
  readonly cpu: number
  readonly memory: number
}

/** How it goes, between two readings. `share` is of one core: 1 is all of it. */
export interface Reading {
  readonly sentPerSecond: number
  readonly acknowledgedPerSecond: number
  readonly own: { readonly share: number; readonly memory: number }
  /** Null: it does not say. */
  readonly platform: { readonly share: number; readonly memory: number } | null
}

/** What this process costs. */
export function ownCost(): Cost {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1e6, memory: process.memoryUsage.rss() }
}

/** Makes rates and shares of what only ever grows. */
export class Meter {
  readonly #tally: Tally
  readonly #own: () => Cost
  readonly #platform: () => Cost | null
  #last = { at: 0, sent: 0, acknowledged: 0, cpu: 0 }
  #lastPlatform: { readonly at: number; readonly cost: Cost } | null = null
  #platformShare: number | null = null
  #since: { readonly at: number; readonly cpu: number } | null = null
  #platformSum = { cpu: 0, seconds: 0 }

  /** @param platform the same object as long as the platform was not asked anew */
  constructor(tally: Tally, own: () => Cost, platform: () => Cost | null) {
    this.#tally = tally
    this.#own = own
    this.#platform = platform
  }

  /** Since the last time. */
  read(): Reading {
    const { sent, acknowledged } = this.#tally
    const at = performance.now()
    const seconds = Math.max(0.001, (at - this.#last.at) / 1_000)
    const own = this.#own()
    const reading = {
      sentPerSecond: (sent - this.#last.sent) / seconds,
      acknowledgedPerSecond: (acknowledged - this.#last.acknowledged) / seconds,
      own: { share: Math.max(0, (own.cpu - this.#last.cpu) / seconds), memory: own.memory },
      platform: this.#readPlatform(at)
    }
    this.#last = { at, sent, acknowledged, cpu: own.cpu }
    this.#since ??= { at, cpu: own.cpu }
    return reading
  }

  /** Since the first reading: shares of one core, and memory now. */
  overall(): Pick<Reading, 'own' | 'platform'> {
    const own = this.#own()
    const since = this.#since ?? { at: 0, cpu: 0 }
    const { cpu, seconds } = this.#platformSum
    const platform = this.#platform()
    return {
      own: { share: (own.cpu - since.cpu) / Math.max(1, (performance.now() - since.at) / 1_000), memory: own.memory },
      platform: platform && seconds > 0 ? { share: cpu / seconds, memory: platform.memory } : null
    }
  }

  #readPlatform(at: number): Reading['platform'] {
    const cost = this.#platform()
    if (!cost) return null
    const before = this.#lastPlatform
    if (before?.cost !== cost) {
      // It counts from zero again after a restart.
      if (before && cost.cpu >= before.cost.cpu) {
        const [cpu, seconds] = [cost.cpu - before.cost.cpu, Math.max(0.001, (at - before.at) / 1_000)]
        this.#platformShare = cpu / seconds
        this.#platformSum = { cpu: this.#platformSum.cpu + cpu, seconds: this.#platformSum.seconds + seconds }
      } else this.#platformShare = null
      this.#lastPlatform = { at, cost }
    }
    return this.#platformShare === null ? null : { share: this.#platformShare, memory: cost.memory }
  }
}

/** Both costs in one line. */
export function costLine({ own, platform }: Pick<Reading, 'own' | 'platform'>): string {
  const ours = `simulator ${percent(own.share)} of a core, ${megabytes(own.memory)}`
  return platform ? `${ours}; platform ${percent(platform.share)} of a core, ${megabytes(platform.memory)}` : ours
}

/** Bytes for people. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

/** A share of one core for people. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
