import type { PilotDevice } from '../pilot.ts'
import { actors, FIRE_MS, TIMER_MS } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'
import { QUIET_DETECTOR, Script, tolerating } from './script.ts'

const SECONDS = 20_000
const HOURS = 3 * 3_600_000
const YEARS = -5 * 365 * 86_400_000
const SMOKE = { obscuration: 14, temperature: 26 }

export const wrongClocks: Scenario = {
  name: 'wrong-clocks',
  description: {
    zh: '三台烟感时钟偏差：秒级无碍；超前数小时、落后数年须指出，且都不得压住火警',
    en: 'Three detectors with wrong clocks: seconds do not matter, hours ahead and years behind are told, and none silences an alarm'
  },
  exclusive: false,
  rules: ['device.clock', 'smoke.alarm'],
  plan(stage) {
    const { numbers } = stage
    const [slightly, ahead, behind] = actors(stage, 'smoke', 3)
    const script = new Script()
    const quiet = numbers.of('smoke.alarm.quiet')
    const proof = numbers.of('device.clock.hold') + 1_500
    /** Smoke with a wrong clock, then the clock is put right. */
    const burn = (detector: PilotDevice, shift: number, at: number): number => {
      const alarm = script.event(at, detector, 'alarm', SMOKE, shift)
      script.event(at + 2_000, detector, 'alarm-cleared', { obscuration: 0.2 }, shift)
      const right = at + 4_000
      script.telemetry(right, detector, QUIET_DETECTOR)
      const over = right + quiet + FIRE_MS
      script.beat(right + 1_000, over, 2_000, detector, QUIET_DETECTOR)
      script.expects(alarm, 'smoke.alarm', 'critical', { within: FIRE_MS, clearedBy: over })
      return right
    }
    const clock = (step: Step, within: number, right: number): void => script.expects(step, 'device.clock', 'low', { within, clearedBy: right + 4_000 + TIMER_MS })
    if (slightly) burn(slightly, SECONDS, 1_000)
    if (ahead) clock(script.telemetry(0, ahead, QUIET_DETECTOR, HOURS), TIMER_MS, burn(ahead, HOURS, 1_500))
    if (behind) {
      const first = script.telemetry(0, behind, QUIET_DETECTOR, YEARS)
      // What is sent again looks old as well, so a platform may wait for a second one.
      script.telemetry(proof, behind, QUIET_DETECTOR, YEARS)
      clock(first, proof + TIMER_MS, burn(behind, YEARS, proof + 1_500))
    }
    return script.plan({ tolerated: tolerating([slightly, ahead, behind], 'fire.confirmed', 'smoke.pre-alarm') })
  }
}
