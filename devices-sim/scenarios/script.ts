import type { DeviceId, Severity } from '../../protocol/names.ts'
import type { PilotDevice } from '../pilot.ts'
import type { RuleNumbers } from '../rule-numbers.ts'
import type { Expected, Plan, Step, StepFields, Stored, Tolerated } from './scenario.ts'

/** What is said of an alarm besides its rule, subject and severity; see `Expected`. Counted once where nothing else is said. */
export type Terms = Omit<Expected, 'rule' | 'subject' | 'severity' | 'step' | 'occurrences'> & Partial<Pick<Expected, 'occurrences'>>

/** Writes a plan down: steps in any order, truth beside the step that calls for it. */
export class Script {
  readonly #steps: Step[] = []
  readonly #expected: { readonly step: Step; readonly expected: Omit<Expected, 'step'> }[] = []
  #end = 0

  telemetry(at: number, device: PilotDevice, fields: StepFields, shift?: number): Step {
    return this.#add({ at, does: 'telemetry', device: device.id, fields, ...(shift === undefined ? {} : { shift }) })
  }

  event(at: number, device: PilotDevice, type: string, fields: StepFields = {}, shift?: number): Step {
    return this.#add({ at, does: 'event', device: device.id, type, fields, ...(shift === undefined ? {} : { shift }) })
  }

  backlog(at: number, device: PilotDevice, channel: 'telemetry' | 'event', items: readonly Stored[]): Step {
    return this.#add({ at, does: 'backlog', device: device.id, channel, items })
  }

  raw(at: number, device: PilotDevice, channel: string, body: string): Step {
    return this.#add({ at, does: 'raw', device: device.id, channel, body })
  }

  link(at: number, device: PilotDevice, does: 'cut' | 'power' | 'freeze' | 'thaw' | 'twin' | 'part'): Step {
    return this.#add({ at, does, device: device.id })
  }

  /** Somebody has the platform tell it this command; it does not obey. */
  order(at: number, device: PilotDevice, command: string): Step {
    return this.#add({ at, does: 'order', device: device.id, command })
  }

  /** The same telemetry again and again, so that a device that a scenario holds is not taken for silent. @param every ms */
  beat(from: number, to: number, every: number, device: PilotDevice, fields: StepFields): void {
    for (let at = from; at <= to; at += every) this.telemetry(at, device, fields)
  }

  /** This step calls for an alarm about its device. */
  expects(step: Step, rule: string, severity: Severity, terms: Terms): void {
    this.#expected.push({ step, expected: { rule, subject: step.device, severity, occurrences: 1, ...terms } })
    this.until(step.at + (terms.after ?? 0) + terms.within)
    if (terms.clearedBy !== null) this.until(terms.clearedBy)
  }

  /** It does not end before. */
  until(at: number): void {
    this.#end = Math.max(this.#end, at)
  }

  plan(rest: { readonly where?: string; readonly tolerated?: readonly Tolerated[]; readonly holds?: readonly DeviceId[] } & Pick<Plan, 'suppressed' | 'refused'> = {}): Plan {
    const steps = this.#steps.toSorted((a, b) => a.at - b.at)
    const place = new Map(steps.map((step, index) => [step, index]))
    const { where = [...new Set(steps.map((one) => one.device))].join(', '), tolerated = [], ...others } = rest
    return {
      where, steps, tolerated, ...others,
      expected: this.#expected.map(({ step, expected }) => ({ ...expected, step: place.get(step) ?? 0 })),
      lasts: Math.max(this.#end, steps.at(-1)?.at ?? 0)
    }
  }

  #add(step: Step): Step {
    this.#steps.push(step)
    this.until(step.at)
    return step
  }
}

/** How often a device has to say something so that it is not taken for silent, ms: three times as often as the platform asks for. */
export function beatOf(numbers: RuleNumbers, kind: 'door' | 'camera' | 'gateway'): number {
  return Math.round(numbers.of(`device.offline.${kind}`) / 3)
}

export const QUIET_DETECTOR: StepFields = { obscuration: 0.1, temperature: 21, alarm: false, tamper: false, fault: false, battery: 90, contamination: 10 }
export const SHUT_DOOR: StepFields = { open: false, locked: true, tamper: false }
export const WORKING_CAMERA: StepFields = { fps: 25, recording: true, videoLoss: false }

/** These rules may speak up in the buildings of these devices. */
export function tolerating(devices: readonly (PilotDevice | undefined)[], ...rules: string[]): Tolerated[] {
  const there = devices.filter((one) => one !== undefined)
  return rules.flatMap((rule) => there.map(({ compound, location: { building } }) => ({ rule, compound, building })))
}
