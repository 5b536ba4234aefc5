import { actor, FIRE_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const SAMPLE_MS = 1_000
const STEAM = [0.4, 2.5, 6.8, 7.4, 7.1, 6.2, 4.6, 2.2, 0.8]
const BEGIN_MS = 2_000

export const cookingSteam: Scenario = {
  name: 'cooking-steam',
  description: { zh: '厨房蒸汽：浓度短时上升，应有预警，不得成为火警', en: 'Steam from cooking: a short rise, right for a pre-alarm, never an alarm or a confirmed fire' },
  exclusive: false,
  rules: ['smoke.pre-alarm'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const quiet = stage.numbers.of('smoke.pre-alarm.quiet')
    script.beat(0, BEGIN_MS, SAMPLE_MS, detector, QUIET_DETECTOR)
    const steps = STEAM.map((obscuration, index) =>
      script.telemetry(BEGIN_MS + (index + 1) * SAMPLE_MS, detector, { ...QUIET_DETECTOR, obscuration, temperature: 21 + Math.min(4, index) })
    )
    const rises = steps[STEAM.findIndex((one) => one - 0.1 >= stage.numbers.of('smoke.pre-alarm.rise'))]
    const over = BEGIN_MS + (STEAM.length + 1) * SAMPLE_MS
    script.beat(over, over + quiet + SAMPLE_MS, SAMPLE_MS, detector, QUIET_DETECTOR)
    if (rises) script.expects(rises, 'smoke.pre-alarm', 'high', { within: FIRE_MS, holdsUntil: BEGIN_MS + (STEAM.length - 2) * SAMPLE_MS, clearedBy: over + quiet + TIMER_MS })
    return script.plan()
  }
}
