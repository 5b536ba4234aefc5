import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

/** %; below 15 is low, and it stays so until 20: 17 neither ends nor repeats it. */
const CHARGE = [40, 22, 16, 14, 17, 13, 95]
const LOW = 15
const GAP_MS = 1_500

export const batteryDrain: Scenario = {
  name: 'battery-drain',
  description: { zh: '烟感电池耗尽、电量在阈值附近波动，随后更换', en: 'A battery runs down, wavers about its limit and is replaced' },
  exclusive: false,
  rules: ['smoke.battery'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const steps = CHARGE.map((battery, index) => script.telemetry(index * GAP_MS, detector, { ...QUIET_DETECTOR, battery }))
    const low = steps[CHARGE.findIndex((one) => one < LOW)]
    if (low) script.expects(low, 'smoke.battery', 'low', { within: TIMER_MS, holdsUntil: (CHARGE.length - 1) * GAP_MS, clearedBy: (CHARGE.length - 1) * GAP_MS + TIMER_MS })
    return script.plan()
  }
}
