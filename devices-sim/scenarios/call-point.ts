import { actor, FIRE_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script } from './script.ts'

const PRESSED_MS = 500

export const callPoint: Scenario = {
  name: 'call-point',
  description: { zh: '有人按下手动报警按钮', en: 'Somebody presses a call point' },
  exclusive: false,
  rules: ['smoke.call-point'],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    const pressed = script.event(PRESSED_MS, detector, 'call-point')
    script.expects(pressed, 'smoke.call-point', 'critical', {
      within: FIRE_MS, holdsUntil: PRESSED_MS + stage.numbers.of('smoke.call-point.quiet'), clearedBy: PRESSED_MS + stage.numbers.of('smoke.call-point.quiet') + TIMER_MS
    })
    return script.plan({ tolerated: [{ rule: 'fire.confirmed', compound: detector.compound, building: detector.location.building }] })
  }
}
