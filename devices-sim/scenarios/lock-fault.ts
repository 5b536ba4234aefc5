import { actor, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script, SHUT_DOOR } from './script.ts'

const REPAIRED_MS = 6_000

export const lockFault: Scenario = {
  name: 'lock-fault',
  description: { zh: '门锁锁不上，随后恢复', en: 'A lock does not lock, and is repaired' },
  exclusive: false,
  rules: ['door.lock-fault'],
  plan(stage) {
    const door = actor(stage, 'door')
    const script = new Script()
    script.telemetry(0, door, { ...SHUT_DOOR, locked: false })
    const fault = script.event(500, door, 'lock-fault')
    script.telemetry(REPAIRED_MS, door, SHUT_DOOR)
    script.expects(fault, 'door.lock-fault', 'medium', { within: PERIMETER_MS, clearedBy: REPAIRED_MS + TIMER_MS })
    return script.plan()
  }
}
