import { actor, FIRE_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const BACK_MS = 6_000

export const detectorRemoved: Scenario = {
  name: 'detector-removed',
  description: { zh: '烟感被从底座取下，随后装回', en: 'A detector is taken off its base and put back' },
  exclusive: false,
  rules: ['smoke.tamper'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const removed = script.event(500, detector, 'tamper')
    script.telemetry(500, detector, { ...QUIET_DETECTOR, tamper: true })
    script.telemetry(BACK_MS, detector, QUIET_DETECTOR)
    script.expects(removed, 'smoke.tamper', 'high', { within: FIRE_MS, holdsUntil: BACK_MS, clearedBy: BACK_MS + TIMER_MS })
    return script.plan()
  }
}
