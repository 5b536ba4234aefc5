import type { DeviceId } from '../protocol/names.ts'
import type { Agenda } from './agenda.ts'
import type { Casting } from './casting.ts'
import { planFor } from './casting.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { Plan, Stage, Step } from './scenarios/scenario.ts'
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

/** What a player has to do that no device can. */
export interface Office {
  /** Makes a device known that never speaks, or removes it. */
  enrol(id: DeviceId): void
  remove(id: DeviceId): void
}

/** How long after a scenario a device goes back to its daily life, ms at most. */
const RETURN_MS = 5_000

/** Plays batches of scenarios one after another, those of a batch together. */
export class Player {
  readonly performances: Performance[] = []
  readonly #batches: (readonly Casting[])[]
  readonly #stage: Omit<Stage, 'random' | 'taken'>
  readonly #seed: number
  readonly #fleet: Fleet
  readonly #office: Office
  readonly #agenda: Agenda
  readonly #ended: () => void
  #stopped = false

  /** @param ended called when all are over */
  constructor(
    batches: readonly (readonly Casting[])[], stage: Omit<Stage, 'random' | 'taken'>, seed: number, fleet: Fleet, office: Office, agenda: Agenda, ended: () => void
  ) {
    this.#batches = [...batches]
    this.#stage = stage
    this.#seed = seed
    this.#fleet = fleet
    this.#office = office
    this.#agenda = agenda
    this.#ended = ended
  }

  /** Those that have not begun. */
  get waiting(): readonly string[] {
    return this.#batches.flat().map((one) => one.scenario.name)
  }

  /** Ends everything where it is. */
  stop(): void {
    this.#stopped = true
  }

  start(): void {
    if (this.#stopped) return
    const together = this.#batches.shift()
    if (!together) {
      this.#ended()
      return
    }
    let open = together.length
    for (const casting of together) {
      this.#play(casting, () => {
        if (--open === 0) this.start()
      })
    }
  }

  #play({ scenario, taken }: Casting, over: () => void): void {
    // Planned anew with the same devices: what a room is like depends on the time of day.
    const plan = planFor(scenario, { ...this.#stage, taken }, this.#seed)
    const performance: Performance = {
      scenario: scenario.name, plan, startedAt: this.#agenda.now(), doneAt: new Float64Array(plan.steps.length).fill(NaN), finished: false
    }
    this.performances.push(performance)
    const held = new Set(plan.steps.flatMap((step) => (SAYS.has(step.does) ? [step.device] : [])))
    const last = new Map(plan.steps.flatMap((step, index) => (held.has(step.device) ? [[step.device, index] as const] : [])))
    const random = createRandom(this.#seed, `return ${scenario.name}`)
    for (const id of held) this.#fleet.devices.get(id)?.reserve()
    const next = (index: number): void => {
      const step = plan.steps[index]
      if (!step || this.#stopped) return
      this.#agenda.after(performance.startedAt + step.at - this.#agenda.now(), () => {
        if (this.#stopped) return
        performance.doneAt[index] = this.#agenda.now()
        this.#do(step)
        // Back to its daily life as soon as nothing more is asked of it, or it would be taken for silent.
        if (last.get(step.device) === index) this.#fleet.devices.get(step.device)?.resume(random.next() * RETURN_MS)
        next(index + 1)
      })
    }
    next(0)
    this.#agenda.after(plan.lasts, () => {
      if (this.#stopped) return
      performance.finished = true
      over()
    })
  }

  #do(step: Step): void {
    if (step.does === 'enrol' || step.does === 'remove') {
      this.#office[step.does](step.device)
      return
    }
    const device = this.#fleet.devices.get(step.device)
    const speaker = this.#fleet.speakerOf.get(step.device)
    if (!device || !speaker) return
    switch (step.does) {
      case 'telemetry':
        device.tell('telemetry', step.fields, step.shift)
        break
      case 'event':
        device.tell('event', { type: step.type, ...step.fields }, step.shift)
        break
      case 'backlog':
        device.tellStored(step.channel, step.items)
        break
      case 'raw':
        device.tellRaw(step.channel, step.body)
        break
      case 'cut':
        speaker.cutPower()
        break
      case 'power':
        speaker.switchOn()
        break
      case 'freeze':
        speaker.link.freeze()
        break
      case 'thaw':
        speaker.link.thaw()
        break
      case 'twin':
        speaker.meetTwin()
        break
      case 'part':
        speaker.loseTwin()
        break
    }
  }
}

/** A device of which a scenario says something has no daily life meanwhile. */
const SAYS: ReadonlySet<Step['does']> = new Set<Step['does']>(['telemetry', 'event', 'backlog', 'raw', 'freeze'])
