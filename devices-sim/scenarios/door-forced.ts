import { actor, PERIMETER_MS } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'

/** No grant and no exit request for longer than the 5 s within which an opening would be allowed. */
const QUIET_MS = 6_000
const OPEN_MS = 8_000

export const doorForced: Scenario = {
  name: 'door-forced',
  description: { zh: '一扇锁着的门在无人放行时被打开', en: 'A locked door opens although nobody was let through' },
  exclusive: false,
  rules: ['door.forced'],
  plan(stage) {
    const device = actor(stage, 'door').id
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
      expected: [{ rule: 'door.forced', subject: device, severity: 'high', step: 2, within: PERIMETER_MS, occurrences: 1, holdsUntil: QUIET_MS + OPEN_MS, clearedBy: null }],
      tolerated: [],
      lasts: QUIET_MS + OPEN_MS + PERIMETER_MS
    }
  }
}
