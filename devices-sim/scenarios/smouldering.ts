import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const SAMPLE_MS = 1_000
/** Of the rise that would be a pre-alarm by itself: so slow that only the limit can see it. */
const SLOWNESS = 0.7
const REST_MS = 4_000

export const smouldering: Scenario = {
  name: 'smouldering',
  description: { zh: '阴燃：烟雾缓慢升到预警值并持续，达不到报警值', en: 'Something smoulders: smoke rises slowly, stays above the pre-alarm and never reaches the alarm' },
  exclusive: false,
  rules: ['smoke.pre-alarm'],
  plan(stage) {
    const { numbers } = stage
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const limit = numbers.of('smoke.pre-alarm.limit')
    const slope = (numbers.of('smoke.pre-alarm.rise') * SLOWNESS) / (numbers.of('smoke.pre-alarm.window') / SAMPLE_MS)
    const hold = numbers.of('smoke.pre-alarm.hold')
    let at = 0
    let dust = 0.1
    for (; dust < limit; dust += slope, at += SAMPLE_MS) script.telemetry(at, detector, { ...QUIET_DETECTOR, obscuration: Math.round(dust * 1_000) / 1_000 })
    const smoke = { ...QUIET_DETECTOR, obscuration: limit + 0.5 }
    const begins = script.telemetry(at, detector, smoke)
    const over = at + hold + REST_MS
    script.beat(at + SAMPLE_MS, over - SAMPLE_MS, SAMPLE_MS, detector, smoke)
    const quiet = numbers.of('smoke.pre-alarm.quiet')
    script.beat(over, over + quiet + SAMPLE_MS, SAMPLE_MS, detector, QUIET_DETECTOR)
    script.expects(begins, 'smoke.pre-alarm', 'high', { after: hold, within: TIMER_MS, holdsUntil: over, clearedBy: over + quiet + TIMER_MS })
    return script.plan()
  }
}
