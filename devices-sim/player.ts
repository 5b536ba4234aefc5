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
  /** When somebody ended it before it was over, milliseconds since 1970; null: nobody did. */
  stoppedAt: number | null
}

/** What a player has to do that no device can. */
export interface Office {
  /** Makes a device known that never speaks, or removes it. */
  enrol(id: DeviceId): void
  remove(id: DeviceId): void
  /** Has the platform tell a device a command. */
  order(id: DeviceId, command: string): void
  /** Power for devices that were left dark. */
  bringBack(ids: readonly DeviceId[]): void
}

/** How long after a scenario a device goes back to its daily life, ms at most. */
const RETURN_MS = 5_000

/** Plays batches of scenarios one after another, those of a batch together; or one, whenever it is asked for. */
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

  /** Those that have begun and are not over. */
  get playing(): readonly Performance[] {
    return this.performances.filter((one) => !one.finished && one.stoppedAt === null)
  }

  /** Ends everything where it is, for good. */
  stop(): void {
    this.#stopped = true
    for (const one of this.playing) this.end(one)
  }

  /** Ends one where it is; its devices go back to their daily life. */
  end(performance: Performance): void {
    const { plan, doneAt } = performance
    performance.stoppedAt = this.#agenda.now()
    const done = plan.steps.filter((_, index) => !Number.isNaN(doneAt[index]))
    const of = (...does: Step['does'][]): Set<DeviceId> => new Set(done.flatMap((step) => (does.includes(step.does) ? [step.device] : [])))
    for (const id of of('twin')) this.#fleet.speakerOf.get(id)?.loseTwin()
    const removed = of('remove')
    for (const id of of('enrol')) if (!removed.has(id)) this.#office.remove(id)
    this.#office.bringBack([...of('cut', 'freeze')])
    for (const id of heldBy(plan)) this.#fleet.devices.get(id)?.resume(0)
  }

  start(): void {
    if (this.#stopped) return
    const together = this.#batches.shift()
    if (!together) {
      this.#ended()
      return
    }
    let open = together.length
    for (const { scenario, taken } of together) {
      // Planned anew with the same devices: what a room is like depends on the time of day.
      const plan = planFor(scenario, { ...this.#stage, taken }, this.#seed)
      this.play(scenario.name, plan, () => {
        if (--open === 0) this.start()
      })
    }
  }

  /** @param over called when it has come to its end, not when it is ended before */
  play(scenario: string, plan: Plan, over: () => void): Performance {
    const performance: Performance = {
      scenario, plan, startedAt: this.#agenda.now(), doneAt: new Float64Array(plan.steps.length).fill(NaN), finished: false, stoppedAt: null
    }
    this.performances.push(performance)
    const held = heldBy(plan)
    const last = new Map(plan.steps.flatMap((step, index) => (held.has(step.device) ? [[step.device, index] as const] : [])))
    const random = createRandom(this.#seed, `return ${scenario}`)
    for (const id of held) this.#fleet.devices.get(id)?.reserve()
    const next = (index: number): void => {
      const step = plan.steps[index]
      if (!step) return
      this.#agenda.after(performance.startedAt + step.at - this.#agenda.now(), () => {
        if (performance.stoppedAt !== null) return
        performance.doneAt[index] = this.#agenda.now()
        this.#do(step)
        // Back to its daily life as soon as nothing more is asked of it, or it would be taken for silent.
        if (last.get(step.device) === index) this.#fleet.devices.get(step.device)?.resume(random.next() * RETURN_MS)
        next(index + 1)
      })
    }
    next(0)
    this.#agenda.after(plan.lasts, () => {
      if (performance.stoppedAt !== null) return
      performance.finished = true
      over()
    })
    return performance
  }

  #do(step: Step): void {
    if (step.does === 'enrol' || step.does === 'remove') {
      this.#office[step.does](step.device)
      return
    }
    if (step.does === 'order') {
      this.#office.order(step.device, step.command)
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

function heldBy(plan: Plan): Set<DeviceId> {
  return new Set(plan.steps.flatMap((step) => (SAYS.has(step.does) ? [step.device] : [])))
}
