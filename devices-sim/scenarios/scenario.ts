import type { Bilingual, DeviceId, Severity } from '../../protocol/names.ts'
import type { Pilot, PilotCompound } from '../pilot.ts'
import type { Random } from '../random.ts'
import type { Growth } from './t-squared.ts'

/** Something that a scenario lets happen, `at` ms after its start. Steps are in the order of time. */
export type Step =
  | { readonly at: number; readonly does: 'telemetry'; readonly device: DeviceId; readonly fields: Readonly<Record<string, number | boolean | string>> }
  | { readonly at: number; readonly does: 'event'; readonly device: DeviceId; readonly type: string; readonly fields?: Readonly<Record<string, number | string>> }
  /** The power of a connection and of everything behind it goes, or comes back. */
  | { readonly at: number; readonly does: 'cut' | 'power'; readonly device: DeviceId }

/** An alarm that has to come of it: this is the truth that the platform is measured by. */
export interface Expected {
  readonly rule: string
  readonly subject: string
  readonly severity: Severity
  /** Index of the step that calls for it. */
  readonly step: number
  /** Milliseconds after that step within which the platform has to have it. */
  readonly within: number
  /** Milliseconds after the start at which it must not be active any more; null when that is not said. */
  readonly clearedBy: number | null
}

/** An alarm that is right if it comes and no fault if it does not (rules that a platform may or may not have yet). */
export interface Tolerated {
  readonly rule: string
  readonly compound: string
  readonly building: string
}

export interface Plan {
  /** What it is about, for the terminal. */
  readonly where: string
  readonly steps: readonly Step[]
  readonly expected: readonly Expected[]
  readonly tolerated: readonly Tolerated[]
  /** Milliseconds until everything has happened that it waits for. */
  readonly lasts: number
}

/** What a scenario is given to plan with. */
export interface Stage {
  readonly pilot: Pilot
  /** A compound id or a device id; null: the scenario chooses. */
  readonly at: string | null
  readonly random: Random
  readonly growth: Growth
  /** Milliseconds that a power cut lasts. */
  readonly dark: number
  /** °C in the room of a detector. */
  readonly roomTemperature: (device: DeviceId) => number
}

/** One file each in this folder; add it to `catalogue.ts`. A plan is made without touching a device, so it can be tested by itself. */
export interface Scenario {
  readonly name: string
  readonly description: Bilingual
  /** Runs alone: others wait until it is over. */
  readonly exclusive: boolean
  plan(stage: Stage): Plan
}

/** The compound that `at` names, or that of the device that it names, or any. */
export function compoundOf(stage: Stage): PilotCompound {
  const { at, pilot, random } = stage
  const id = at === null ? null : (pilot.devices.get(at as DeviceId)?.compound ?? at)
  const found = id === null ? random.pick(pilot.compounds) : pilot.compounds.find((one) => one.id === id)
  if (!found) throw new RangeError(`no compound or device ${at}`)
  return found
}
