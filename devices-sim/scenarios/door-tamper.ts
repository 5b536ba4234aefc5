import { actor, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script, SHUT_DOOR } from './script.ts'

const SHUT_AGAIN_MS = 6_000

export const doorTamper: Scenario = {
  name: 'door-tamper',
  description: { zh: '门禁控制器被打开，随后复原', en: 'The housing of a door controller is opened and closed again' },
  exclusive: false,
  rules: ['door.tamper'],
  plan(stage) {
    const door = actor(stage, 'door')
    const script = new Script()
    const opened = script.event(500, door, 'tamper')
    script.telemetry(500, door, { ...SHUT_DOOR, tamper: true })
    script.telemetry(SHUT_AGAIN_MS, door, SHUT_DOOR)
    script.expects(opened, 'door.tamper', 'high', { within: PERIMETER_MS, holdsUntil: SHUT_AGAIN_MS, clearedBy: SHUT_AGAIN_MS + TIMER_MS })
    return script.plan()
  }
}
