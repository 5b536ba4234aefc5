import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

/** %; from 80 it needs cleaning, and 77 is not clean yet. */
const DIRT = [60, 79, 81, 77, 82, 12]
const DIRTY = 80
const GAP_MS = 1_500

export const contaminated: Scenario = {
  name: 'contaminated',
  description: { zh: '烟感迷宫逐渐积灰，随后清洁', en: 'The chamber of a detector gathers dust and is cleaned' },
  exclusive: false,
  rules: ['smoke.contaminated'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const steps = DIRT.map((contamination, index) => script.telemetry(index * GAP_MS, detector, { ...QUIET_DETECTOR, contamination }))
    const dirty = steps[DIRT.findIndex((one) => one >= DIRTY)]
    if (dirty) script.expects(dirty, 'smoke.contaminated', 'low', { within: TIMER_MS, holdsUntil: (DIRT.length - 1) * GAP_MS, clearedBy: (DIRT.length - 1) * GAP_MS + TIMER_MS })
    return script.plan()
  }
}
