import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const REPAIRED_MS = 6_000

export const detectorFault: Scenario = {
  name: 'detector-fault',
  description: { zh: '烟感报告自身故障，随后修复', en: 'A detector reports that it is broken and is repaired' },
  exclusive: false,
  rules: ['smoke.fault'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const broken = script.event(500, detector, 'fault')
    script.telemetry(500, detector, { ...QUIET_DETECTOR, fault: true })
    script.event(REPAIRED_MS, detector, 'fault-cleared')
    script.telemetry(REPAIRED_MS, detector, QUIET_DETECTOR)
    script.expects(broken, 'smoke.fault', 'medium', { within: TIMER_MS, holdsUntil: REPAIRED_MS, clearedBy: REPAIRED_MS + TIMER_MS })
    return script.plan()
  }
}
