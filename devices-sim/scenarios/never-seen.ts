import type { DeviceId } from '../../protocol/names.ts'
import { compoundOf, TIMER_MS } from './scenario.ts'
import type { Plan, Scenario } from './scenario.ts'

const ENROLLED_MS = 500

export const neverSeen: Scenario = {
  name: 'never-seen',
  description: { zh: '登记了一台设备却从未上线', en: 'A device is enrolled and never switched on' },
  exclusive: false,
  rules: ['device.never-seen'],
  plan(stage): Plan {
    const compound = compoundOf(stage)
    const device = `${compound.id}-camera-9999` as DeviceId
    const after = stage.numbers.of('device.never-seen.after')
    // The call takes its time on a busy machine.
    const within = TIMER_MS + 2_000
    const end = ENROLLED_MS + after + within
    return {
      where: device,
      steps: [{ at: ENROLLED_MS, does: 'enrol', device }, { at: end, does: 'remove', device }],
      expected: [{ rule: 'device.never-seen', subject: device, severity: 'low', step: 0, after, within, occurrences: 1, holdsUntil: end, clearedBy: null }],
      tolerated: [],
      lasts: end
    }
  }
}
