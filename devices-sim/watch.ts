import { UserFault } from './faults.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { Cost } from './meter.ts'
import type { Judgement } from './oracle.ts'
import { OutageWatch } from './outages.ts'
import type { Platform } from './platform.ts'

const OUTAGE_MS = 100
const COST_MS = 5_000
const SO_FAR_MS = 2_000
const PEEK_MS = 1_000

/** Looks at the platform while a run lasts: whether it is there, what it costs, and, where somebody watches, what it made of it so far. */
export class Watch {
  readonly #fleet: Fleet
  readonly #platform: Platform
  readonly #peek: () => Promise<void>
  readonly #judge: (() => Promise<Judgement>) | null
  readonly #outages = new OutageWatch()
  #timers: NodeJS.Timeout[] = []
  #before = 0
  readonly #asking = new Set<string>()
  /** Of the platform, when it was asked last; null: it does not say. */
  cost: Cost | null = null
  soFar: Judgement | null = null

  /** @param peek sees which alarms are there @param judge null: nobody watches */
  constructor(fleet: Fleet, platform: Platform, peek: () => Promise<void>, judge: (() => Promise<Judgement>) | null) {
    this.#fleet = fleet
    this.#platform = platform
    this.#peek = peek
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
    void this.#askCost()
  }

  /** From now on, alarms are of interest. */
  lookAtAlarms(): void {
    const judge = this.#judge
    this.#timers.push(setInterval(() => void this.#ask('alarms', this.#peek), PEEK_MS))
    if (!judge) return
    this.#timers.push(setInterval(() => void this.#ask('so far', async () => {
      this.soFar = await judge()
    }), SO_FAR_MS))
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

  /** One question of a kind at a time, and none while nobody is there to answer. */
  async #ask(what: string, question: () => Promise<void>): Promise<void> {
    if (this.#asking.has(what) || this.away) return
    this.#asking.add(what)
    try {
      await question()
    } catch (thrown) {
      // Away for longer than a call waits: what was known last stays on the screen, which says so by itself.
      if (!(thrown instanceof UserFault)) throw thrown
    } finally {
      this.#asking.delete(what)
    }
  }
}
