import { UserFault } from './faults.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { Cost } from './meter.ts'
import type { Judgement } from './oracle.ts'
import { OutageWatch } from './outages.ts'
import type { Platform } from './platform.ts'

const OUTAGE_MS = 100
const COST_MS = 5_000
const SO_FAR_MS = 2_000

/** Looks at the platform while a run lasts: whether it is there, what it costs, and, where somebody watches, what it made of it so far. */
export class Watch {
  readonly #fleet: Fleet
  readonly #platform: Platform
  readonly #judge: (() => Promise<Judgement>) | null
  readonly #outages = new OutageWatch()
  #timers: NodeJS.Timeout[] = []
  #before = 0
  #asking = false
  /** Of the platform, when it was asked last; null: it does not say. */
  cost: Cost | null = null
  soFar: Judgement | null = null

  /** @param judge null: nobody watches */
  constructor(fleet: Fleet, platform: Platform, judge: (() => Promise<Judgement>) | null) {
    this.#fleet = fleet
    this.#platform = platform
    this.#judge = judge
  }

  get outages(): OutageWatch['outages'] {
    return this.#outages.outages
  }

  get away(): boolean {
    return this.outages.at(-1)?.to === Infinity
  }

  start(): void {
    this.#before = Date.now()
    this.#timers = [setInterval(() => this.#lookAtLinks(), OUTAGE_MS), setInterval(() => void this.#askCost(), COST_MS)]
    const judge = this.#judge
    if (judge) this.#timers.push(setInterval(() => void this.#askSoFar(judge), SO_FAR_MS))
    void this.#askCost()
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
  }

  #lookAtLinks(): void {
    const now = Date.now()
    this.#outages.look(this.#fleet.speakers, now, this.#before)
    this.#before = now
  }

  async #askCost(): Promise<void> {
    this.cost = await this.#platform.cost()
  }

  async #askSoFar(judge: () => Promise<Judgement>): Promise<void> {
    if (this.#asking || this.away) return
    this.#asking = true
    try {
      this.soFar = await judge()
    } catch (thrown) {
      // Away for longer than a call waits: what was known last stays on the screen, which says so by itself.
      if (!(thrown instanceof UserFault)) throw thrown
    } finally {
      this.#asking = false
    }
  }
}
