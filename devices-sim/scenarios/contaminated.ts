import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const GAP_MS = 1_500

export const contaminated: Scenario = {
  name: 'contaminated',
  description: { zh: '烟感迷宫逐渐积灰，随后清洁', en: 'The chamber of a detector gathers dust and is cleaned' },
  exclusive: false,
  rules: ['smoke.contaminated'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const [dirty, clean] = [stage.numbers.of('smoke.contaminated.limit'), stage.numbers.of('smoke.contaminated.clear')]
    // What lies between the two limits is not clean yet.
    const dust = [0, dirty - 1, dirty, (dirty + clean) / 2, Math.min(100, dirty + 2), 0]
    const steps = dust.map((contamination, index) => script.telemetry(index * GAP_MS, detector, { ...QUIET_DETECTOR, contamination }))
    const over = (dust.length - 1) * GAP_MS
    const needsCleaning = steps[dust.findIndex((one) => one >= dirty)]
    if (needsCleaning) script.expects(needsCleaning, 'smoke.contaminated', 'low', { within: TIMER_MS, holdsUntil: over, clearedBy: over + TIMER_MS })
    return script.plan()
  }
}
