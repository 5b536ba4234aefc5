import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

const GAP_MS = 1_500

export const batteryDrain: Scenario = {
  name: 'battery-drain',
  description: { zh: '烟感电池耗尽、电量在阈值附近波动，随后更换', en: 'A battery runs down, wavers about its limit and is replaced' },
  exclusive: false,
  rules: ['smoke.battery'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const [low, good] = [stage.numbers.of('smoke.battery.limit'), stage.numbers.of('smoke.battery.clear')]
    // What lies between the two limits neither ends nor repeats it.
    const charge = [100, Math.min(100, good + 2), low + 1, low - 1, (low + good) / 2, Math.max(0, low - 2), 100]
    const steps = charge.map((battery, index) => script.telemetry(index * GAP_MS, detector, { ...QUIET_DETECTOR, battery }))
    const over = (charge.length - 1) * GAP_MS
    const runsLow = steps[charge.findIndex((one) => one < low)]
    if (runsLow) script.expects(runsLow, 'smoke.battery', 'low', { within: TIMER_MS, holdsUntil: over, clearedBy: over + TIMER_MS })
    return script.plan()
  }
}
