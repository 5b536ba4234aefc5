import type { DeviceId } from '../../protocol/names.ts'
import { devicesIn, planFor } from '../casting.ts'
import type { Performance, Player } from '../player.ts'
import { NoActors } from '../scenarios/scenario.ts'
import type { Plan, Scenario, Stage } from '../scenarios/scenario.ts'

/** Why a scenario is not started. */
export type Refusal = 'alone' | 'no-actors'

/**
 * Starts and stops scenarios as a tester asks for them. No device plays twice in a run (but where nothing is called for): what an alarm
 * belongs to is never in doubt.
 */
export class Director {
  readonly #player: Pick<Player, 'play' | 'end' | 'playing' | 'performances'>
  readonly #stage: Omit<Stage, 'random' | 'taken' | 'at'>
  readonly #seed: number
  readonly #used = new Set<DeviceId>()
  readonly #alone = new WeakSet<Performance>()

  constructor(player: Pick<Player, 'play' | 'end' | 'playing' | 'performances'>, stage: Omit<Stage, 'random' | 'taken' | 'at'>, seed: number) {
    this.#player = player
    this.#stage = stage
    this.#seed = seed
  }

  /** @param at where; null: anywhere */
  start(scenario: Scenario, at: string | null): Refusal | null {
    const { playing } = this.#player
    if (playing.length > 0 && (scenario.exclusive || playing.some((one) => this.#alone.has(one)))) return 'alone'
    const plan = this.#cast(scenario, at)
    if (!plan) return 'no-actors'
    const performance = this.#player.play(scenario.name, plan, () => undefined)
    if (scenario.exclusive) this.#alone.add(performance)
    if (!scenario.exclusive || plan.expected.length > 0) for (const id of devicesIn(plan)) this.#used.add(id)
    return null
  }

  stop(scenario: string): void {
    for (const one of this.#player.playing) if (one.scenario === scenario) this.#player.end(one)
  }

  stopAll(): void {
    for (const one of this.#player.playing) this.#player.end(one)
  }

  #cast(scenario: Scenario, at: string | null): Plan | null {
    const before = this.#player.performances.filter((one) => one.scenario === scenario.name).length
    try {
      const plan = planFor(scenario, { ...this.#stage, at, taken: this.#used }, this.#seed + before)
      // One that chooses without looking at who is taken: it has had its turn.
      const again = !scenario.exclusive && [...devicesIn(plan)].some((id) => this.#used.has(id))
      return again ? null : plan
    } catch (thrown) {
      if (thrown instanceof NoActors) return null
      throw thrown
    }
  }
}
