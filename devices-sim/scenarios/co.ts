import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const BEAT_MS = 2_000
const REST_MS = 4_000
const ABOVE = 50

export const co: Scenario = {
  name: 'co',
  description: { zh: '一氧化碳持续超标，通风后消散；先有一次短暂升高，不应报警', en: 'Carbon monoxide stays too high, then the room is aired; a short peak before it is no alarm' },
  exclusive: false,
  rules: ['smoke.co'],
  plan(stage) {
    const { numbers } = stage
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const gas = { ...QUIET_DETECTOR, co: numbers.of('smoke.co.high') + ABOVE }
    const clean = { ...QUIET_DETECTOR, co: 2 }
    const hold = numbers.of('smoke.co.high-hold')
    const quiet = numbers.of('smoke.co.quiet')
    script.telemetry(0, detector, gas)
    script.telemetry(BEAT_MS, detector, clean)
    const at = 2 * BEAT_MS
    const begins = script.telemetry(at, detector, gas)
    script.beat(at + BEAT_MS, at + hold + REST_MS, BEAT_MS, detector, gas)
    const over = at + hold + REST_MS + BEAT_MS
    script.beat(over, over + quiet + BEAT_MS, BEAT_MS, detector, clean)
    script.expects(begins, 'smoke.co', 'critical', { after: hold, within: TIMER_MS, holdsUntil: over + quiet, clearedBy: over + quiet + BEAT_MS + TIMER_MS })
    return script.plan()
  }
}
