import type { DeviceId } from '../../protocol/names.ts'
import { compoundOf } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'

/** No grant and no exit request for longer than the 5 s within which an opening would be allowed. */
const QUIET_MS = 6_000
const OPEN_MS = 8_000
/** Perimeter alarm to screen (GB/T 21741). */
const WITHIN_MS = 2_000

export const doorForced: Scenario = {
  name: 'door-forced',
  description: { zh: '一扇锁着的门在无人放行时被打开', en: 'A locked door opens although nobody was let through' },
  exclusive: false,
  plan(stage) {
    const compound = compoundOf(stage)
    const named = stage.at === null ? undefined : stage.pilot.devices.get(stage.at as DeviceId)
    const door = named?.kind === 'door' ? named : stage.random.pick(compound.doors)
    const device = door.id
    const shut = { open: false, locked: true }
    const steps: Step[] = [
      { at: 0, does: 'event', device, type: 'closed' },
      { at: 0, does: 'telemetry', device, fields: shut },
      { at: QUIET_MS, does: 'event', device, type: 'opened' },
      { at: QUIET_MS, does: 'telemetry', device, fields: { open: true, locked: true } },
      { at: QUIET_MS + OPEN_MS, does: 'event', device, type: 'closed' },
      { at: QUIET_MS + OPEN_MS, does: 'telemetry', device, fields: shut }
    ]
    return {
      where: device,
      steps,
      // Whether it is over when the door is shut depends on a person: nothing is said about its end.
      expected: [{ rule: 'door.forced', subject: device, severity: 'high', step: 2, within: WITHIN_MS, clearedBy: null }],
      tolerated: [],
      lasts: QUIET_MS + OPEN_MS + WITHIN_MS
    }
  }
}
