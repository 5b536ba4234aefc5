import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'
import { Script } from './script.ts'

const PERIOD_MS = 900
const OFF_MS = 300

export const flapping: Scenario = {
  name: 'flapping',
  description: { zh: '摄像机反复断线重连，随后稳定', en: 'A camera loses its connection again and again, then keeps it' },
  exclusive: false,
  rules: ['device.flapping'],
  plan(stage) {
    const camera = actor(stage, 'camera')
    const script = new Script()
    const count = stage.numbers.of('device.flapping.count')
    const window = stage.numbers.of('device.flapping.window')
    const period = Math.min(PERIOD_MS, Math.floor(window / count / 1.2))
    let last: Step | null = null
    for (let turn = 0; turn < count; turn++) {
      last = script.link(1_000 + turn * period, camera, 'cut')
      script.link(1_000 + turn * period + Math.min(OFF_MS, period / 3), camera, 'power')
    }
    if (last) script.expects(last, 'device.flapping', 'low', { within: TIMER_MS, holdsUntil: last.at, clearedBy: last.at + window + TIMER_MS + 1_000 })
    return script.plan()
  }
}
