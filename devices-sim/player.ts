import type { Agenda } from './agenda.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { Plan, Scenario, Stage, Step } from './scenarios/scenario.ts'
import { createRandom } from './random.ts'

/** A scenario on its way: what it plans, and when each of its steps was done. */
export interface Performance {
  readonly scenario: string
  readonly plan: Plan
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** When each step was done; NaN: not yet. */
  readonly doneAt: Float64Array
  /** Whether everything has happened that it waits for. */
  finished: boolean
}

/** How long after a scenario a device goes back to its daily life, ms at most. */
const RETURN_MS = 5_000

/** Plays scenarios one after another; those that need not be alone play together with their neighbours in the list. */
export class Player {
  readonly performances: Performance[] = []
  readonly #scenarios: Scenario[]
  readonly #stage: Omit<Stage, 'random'>
  readonly #seed: number
  readonly #fleet: Fleet
  readonly #agenda: Agenda
  readonly #ended: () => void
  #stopped = false

  /** @param ended called when all are over */
  constructor(scenarios: readonly Scenario[], stage: Omit<Stage, 'random'>, seed: number, fleet: Fleet, agenda: Agenda, ended: () => void) {
    this.#scenarios = [...scenarios]
    this.#stage = stage
    this.#seed = seed
    this.#fleet = fleet
    this.#agenda = agenda
    this.#ended = ended
  }

  /** Those that have not begun. */
  get waiting(): readonly string[] {
    return this.#scenarios.map((one) => one.name)
  }

  /** Ends everything where it is. */
  stop(): void {
    this.#stopped = true
  }

  start(): void {
    if (this.#stopped) return
    const first = this.#scenarios.shift()
    if (!first) {
      this.#ended()
      return
    }
    const together = [first]
    while (!first.exclusive && this.#scenarios[0] && !this.#scenarios[0].exclusive) together.push(...this.#scenarios.splice(0, 1))
    let open = together.length
    for (const scenario of together) {
      this.#play(scenario, () => {
        if (--open === 0) this.start()
      })
    }
  }

  #play(scenario: Scenario, over: () => void): void {
    const plan = planFor(scenario, this.#stage, this.#seed)
    const performance: Performance = {
      scenario: scenario.name, plan, startedAt: this.#agenda.now(), doneAt: new Float64Array(plan.steps.length).fill(NaN), finished: false
    }
    this.performances.push(performance)
    const actors = new Set(plan.steps.flatMap((step) => (step.does === 'telemetry' || step.does === 'event' ? [step.device] : [])))
    for (const id of actors) this.#fleet.devices.get(id)?.reserve()
    const next = (index: number): void => {
      const step = plan.steps[index]
      if (!step || this.#stopped) return
      this.#agenda.after(performance.startedAt + step.at - this.#agenda.now(), () => {
        if (this.#stopped) return
        performance.doneAt[index] = this.#agenda.now()
        this.#do(step)
        next(index + 1)
      })
    }
    next(0)
    this.#agenda.after(plan.lasts, () => {
      if (this.#stopped) return
      performance.finished = true
      const random = createRandom(this.#seed, `return ${scenario.name}`)
      for (const id of actors) this.#fleet.devices.get(id)?.resume(random.next() * RETURN_MS)
      over()
    })
  }

  #do(step: Step): void {
    const device = this.#fleet.devices.get(step.device)
    const speaker = this.#fleet.speakerOf.get(step.device)
    if (!device || !speaker) return
    switch (step.does) {
      case 'telemetry':
        device.telemetry(step.fields)
        break
      case 'event':
        device.event(step.type, step.fields)
        break
      case 'cut':
        speaker.cutPower()
        break
      case 'power':
        speaker.switchOn()
        break
    }
  }
}

/** The same plan for the same seed, whenever it is asked for. */
export function planFor(scenario: Scenario, stage: Omit<Stage, 'random'>, seed: number): Plan {
  return scenario.plan({ ...stage, random: createRandom(seed, `scenario ${scenario.name}`) })
}
