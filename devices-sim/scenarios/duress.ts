import { actor, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { beatOf, Script, SHUT_DOOR } from './script.ts'

const AT_MS = 1_000

export const duress: Scenario = {
  name: 'duress',
  description: { zh: '住户用胁迫码开门：门照常开，平台须立即知道', en: 'Somebody opens with the duress code: the door opens as ever, and the platform knows at once' },
  exclusive: false,
  rules: ['door.duress'],
  plan(stage) {
    const { numbers } = stage
    const door = actor(stage, 'door')
    const script = new Script()
    const quiet = numbers.of('door.duress.quiet')
    script.telemetry(0, door, SHUT_DOOR)
    script.event(AT_MS, door, 'granted', { method: 'pin', credential: 'cafe', direction: 'in' })
    const said = script.event(AT_MS, door, 'duress', { method: 'pin' })
    script.event(AT_MS + 1_000, door, 'opened')
    script.event(AT_MS + 4_000, door, 'closed')
    script.beat(AT_MS + 4_000, AT_MS + quiet, beatOf(numbers, 'door'), door, SHUT_DOOR)
    script.expects(said, 'door.duress', 'critical', { within: PERIMETER_MS, holdsUntil: AT_MS + quiet, clearedBy: AT_MS + quiet + TIMER_MS })
    return script.plan()
  }
}
