import type { DeviceId } from '../protocol/names.ts'
import type { Introduction } from './control.ts'
import { UserFault } from './faults.ts'
import type { Pilot, PilotDevice } from './pilot.ts'
import { planFor } from './player.ts'
import { createRandom } from './random.ts'
import type { Scenario, Stage } from './scenarios/scenario.ts'

/** The devices that scenarios and a replay need. */
export function castOf(scenarios: readonly Scenario[], stage: Omit<Stage, 'random'>, seed: number, replayed: PilotDevice | null): Set<DeviceId> {
  const ids = scenarios.flatMap((one) => planFor(one, stage, seed).steps.map((step) => step.device))
  return new Set([...ids, ...(replayed ? [replayed.id] : [])])
}

/** Besides a simulator that runs already: whatever is played with, with everything on the same connections, and compounds that it does not have. */
export function borrowedAndBeyond(pilot: Pilot, cast: ReadonlySet<DeviceId>, lender: Introduction): PilotDevice[] {
  const beyond = new Set(pilot.compounds.slice(lender.compounds).map((one) => one.id))
  const speakers = new Set([...cast].map((id) => pilot.devices.get(id)?.gateway ?? id))
  return [...pilot.devices.values()].filter((one) => beyond.has(one.compound) || speakers.has(one.gateway ?? one.id))
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
