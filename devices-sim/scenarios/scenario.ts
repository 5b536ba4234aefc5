import type { Bilingual, DeviceId, Kind, Severity } from '../../protocol/names.ts'
import type { Pilot, PilotCompound, PilotDevice } from '../pilot.ts'
import type { Random } from '../random.ts'
import type { RuleNumbers } from '../rule-numbers.ts'
import type { Growth } from './t-squared.ts'

export type StepFields = Readonly<Record<string, number | boolean | string>>

/** One element of a device's store. `ago`: ms before it is sent; the same `key` is the same message again. */
export interface Stored {
  readonly ago: number
  readonly key: number
  readonly fields: StepFields
}

/** Something that a scenario lets happen, `at` ms after its start. Steps are in the order of time. */
export type Step =
  /** `shift`: ms by which the device's clock is off. */
  | { readonly at: number; readonly does: 'telemetry'; readonly device: DeviceId; readonly fields: StepFields; readonly shift?: number }
  | { readonly at: number; readonly does: 'event'; readonly device: DeviceId; readonly type: string; readonly fields?: StepFields; readonly shift?: number }
  /** Late data out of the device's own storage, in one array. */
  | { readonly at: number; readonly does: 'backlog'; readonly device: DeviceId; readonly channel: 'telemetry' | 'event'; readonly items: readonly Stored[] }
  /** Whatever it is, byte for byte. */
  | { readonly at: number; readonly does: 'raw'; readonly device: DeviceId; readonly channel: string; readonly body: string }
  /** The power of a connection and of everything behind it goes, or comes back. */
  | { readonly at: number; readonly does: 'cut' | 'power'; readonly device: DeviceId }
  /** The connection is there and nobody is at its other end; it comes back with a new one. */
  | { readonly at: number; readonly does: 'freeze' | 'thaw'; readonly device: DeviceId }
  /** Somebody else has the same identity and comes; he goes. */
  | { readonly at: number; readonly does: 'twin' | 'part'; readonly device: DeviceId }
  /** A device that never speaks is enrolled, and removed. */
  | { readonly at: number; readonly does: 'enrol' | 'remove'; readonly device: DeviceId }
  /** Somebody has the platform tell it this command, without arguments. A device in the hands of a scenario accepts and does not obey. */
  | { readonly at: number; readonly does: 'order'; readonly device: DeviceId; readonly command: string }

/** An alarm that has to come of it: this is the truth that the platform is measured by. */
export interface Expected {
  readonly rule: string
  readonly subject: string
  /** At the end, where it changes. */
  readonly severity: Severity
  /** Index of the step that calls for it. */
  readonly step: number
  /** Milliseconds from that step to the moment at which it is due; 0 where nothing else is said. Sooner is false. */
  readonly after?: number
  /** Milliseconds after it is due within which the platform has to have it. */
  readonly within: number
  /** Milliseconds after the start at which it must not be active any more; null when that is not said. */
  readonly clearedBy: number | null
  /** Milliseconds after the start before which it must not be cleared: what called for it still lasts. Not said: it may be cleared at any time. */
  readonly holdsUntil?: number
  /** How often it has to be counted; null: at least once. */
  readonly occurrences: number | null
  /** Told late: `raisedAt` is so many ms before the step. */
  readonly ago?: number
  /** Told late, and over before it was told: it is recorded as an alarm that is closed. */
  readonly over?: boolean
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
  /** Alarms that may be there, but held back: with the reason on them. */
  readonly suppressed?: readonly { readonly rule: string; readonly devices: ReadonlySet<string> }[]
  /** Messages that the platform has to keep in quarantine, at least. */
  readonly refused?: readonly { readonly device: DeviceId; readonly count: number }[]
  /** Devices that nobody else may use meanwhile, besides those of its steps. */
  readonly holds?: readonly DeviceId[]
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
  /** Devices that other scenarios use at the same time. */
  readonly taken: ReadonlySet<DeviceId>
  readonly numbers: RuleNumbers
}

/** One file each in this folder; add it to `catalogue.ts`. A plan is made without touching a device, so it can be tested by itself. */
export interface Scenario {
  readonly name: string
  readonly description: Bilingual
  /** Runs alone: others wait until it is over. */
  readonly exclusive: boolean
  /** The rules that it calls for. */
  readonly rules: readonly string[]
  /** @throws NoActors when others have what it needs */
  plan(stage: Stage): Plan
}

/** Others have the devices that a scenario needs, or there are not enough. */
export class NoActors extends Error {}

/** The compound that `at` names, or that of the device that it names, or any. */
export function compoundOf(stage: Stage): PilotCompound {
  const { at, pilot, random } = stage
  const id = at === null ? null : (pilot.devices.get(at as DeviceId)?.compound ?? at)
  const found = id === null ? random.pick(pilot.compounds) : pilot.compounds.find((one) => one.id === id)
  if (!found) throw new RangeError(`no compound or device ${at}`)
  return found
}

/** Perimeter alarm to screen (GB/T 21741). */
export const PERIMETER_MS = 2_000
/** Fire signal to the monitoring centre within 10 s (GB 50440). */
export const FIRE_MS = 10_000
/** A platform looks at its timers each second; the rest is the way. */
export const TIMER_MS = 3_000

const LISTS = { smoke: 'detectors', door: 'doors', camera: 'cameras', gateway: 'gateways' } as const satisfies Record<Kind, keyof PilotCompound>

/**
 * So many devices of a kind that nobody else has, the one that `at` names first. All in one compound.
 * @throws NoActors
 */
export function actors(stage: Stage, kind: Kind, count: number, among: (device: PilotDevice) => boolean = () => true): PilotDevice[] {
  const compound = compoundOf(stage)
  const free = compound[LISTS[kind]].filter((one) => !stage.taken.has(one.id) && (one.gateway === null || !stage.taken.has(one.gateway)) && among(one))
  const chosen: PilotDevice[] = []
  const named = free.findIndex((one) => one.id === stage.at)
  if (named >= 0 && count > 0) chosen.push(...free.splice(named, 1))
  while (chosen.length < count && free.length > 0) chosen.push(...free.splice(stage.random.whole(0, free.length - 1), 1))
  if (chosen.length < count) throw new NoActors(`${count} × ${kind} in ${compound.id}`)
  return chosen
}

/** One device of a kind that nobody else has. @throws NoActors */
export function actor(stage: Stage, kind: Kind, among?: (device: PilotDevice) => boolean): PilotDevice {
  const [found] = actors(stage, kind, 1, among)
  if (!found) throw new NoActors(kind)
  return found
}
