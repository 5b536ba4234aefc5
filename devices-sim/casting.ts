import type { DeviceId } from '../protocol/names.ts'
import type { Introduction } from './control.ts'
import { UserFault } from './faults.ts'
import { devicesOf } from './pilot.ts'
import type { Pilot, PilotCompound, PilotDevice } from './pilot.ts'
import { createRandom } from './random.ts'
import { NoActors } from './scenarios/scenario.ts'
import type { Plan, Scenario, Stage } from './scenarios/scenario.ts'

/** A scenario and the devices that it must leave to others. */
export interface Casting {
  readonly scenario: Scenario
  readonly taken: ReadonlySet<DeviceId>
  readonly plan: Plan
}

/** The same plan for the same seed, whenever it is asked for. */
export function planFor(scenario: Scenario, stage: Omit<Stage, 'random'>, seed: number): Plan {
  return scenario.plan({ ...stage, random: createRandom(seed, `scenario ${scenario.name}`) })
}

/**
 * Who plays together: each scenario joins the first batch that still has the devices that it needs, in the order in which they are asked
 * for; one that has to be alone is a batch by itself.
 * @param elsewhere devices that something else plays with all the time
 * @throws UserFault when a scenario cannot even be played alone
 */
export function batchesOf(scenarios: readonly Scenario[], stage: Omit<Stage, 'random' | 'taken'>, seed: number, elsewhere: readonly DeviceId[] = []): Casting[][] {
  const batches: { readonly shared: boolean; readonly taken: Set<DeviceId>; readonly castings: Casting[] }[] = []
  for (const scenario of scenarios) {
    const joined = !scenario.exclusive && batches.some((batch) => batch.shared && join(batch.castings, batch.taken, scenario, stage, seed))
    if (joined) continue
    const batch = { shared: !scenario.exclusive, taken: new Set(elsewhere), castings: [] }
    if (!join(batch.castings, batch.taken, scenario, stage, seed)) {
      throw new UserFault(`scenario ${scenario.name} needs more devices than there are; take a larger pilot (--homes) or another place (--at)`)
    }
    batches.push(batch)
  }
  return batches.map((one) => one.castings)
}

function join(castings: Casting[], taken: Set<DeviceId>, scenario: Scenario, stage: Omit<Stage, 'random' | 'taken'>, seed: number): boolean {
  const before = new Set(taken)
  try {
    const plan = planFor(scenario, { ...stage, taken: before }, seed)
    castings.push({ scenario, taken: before, plan })
    for (const id of devicesIn(plan)) taken.add(id)
    return true
  } catch (thrown) {
    if (thrown instanceof NoActors) return false
    throw thrown
  }
}

/** Every device that a plan uses or keeps from others. */
export function devicesIn(plan: Plan): Set<DeviceId> {
  return new Set([...plan.steps.map((step) => step.device), ...(plan.holds ?? [])])
}

/** Besides a simulator that runs already: whatever is played with, with everything on the same connections, and compounds that it does not have. */
export function borrowedAndBeyond(pilot: Pilot, cast: ReadonlySet<DeviceId>, lender: Introduction): PilotDevice[] {
  const further = new Set(beyond(pilot, lender).map((one) => one.id))
  const speakers = new Set([...cast].map((id) => pilot.devices.get(id)?.gateway ?? id))
  return [...pilot.devices.values()].filter((one) => further.has(one.compound) || speakers.has(one.gateway ?? one.id))
}

/** Compounds that the simulator that runs already does not have. */
export function beyond(pilot: Pilot, lender: Introduction): PilotCompound[] {
  return pilot.compounds.filter((one) => Number(one.id.slice(1)) > lender.compounds)
}

/** The compound of `at`, or one that the seed chooses, as a pilot of its own. */
export function oneCompoundOf(pilot: Pilot, at: string | null, seed: number): Pilot {
  const id = pilot.devices.get(at as DeviceId)?.compound ?? at
  const compound = pilot.compounds.find((one) => one.id === id) ?? createRandom(seed, 'compound').pick(pilot.compounds)
  return { compounds: [compound], devices: new Map(devicesOf(compound).map((one) => [one.id, one])) }
}

/** The detector that a recording is played through. @throws UserFault when `at` names a device that is none */
export function replayDetector(pilot: Pilot, at: string | null, seed: number): PilotDevice {
  const named = at === null ? undefined : pilot.devices.get(at as DeviceId)
  if (named && named.kind !== 'smoke') throw new UserFault(`--at ${named.id}: a recording is played through a smoke detector`)
  if (named) return named
  const random = createRandom(seed, 'replay')
  const compound = pilot.compounds.find((one) => one.id === at) ?? random.pick(pilot.compounds)
  return random.pick(compound.detectors)
}
