import type { PilotDevice } from '../pilot.ts'
import { actors, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { beatOf, Script, SHUT_DOOR } from './script.ts'

const OPENED_MS = 1_000
const SLACK_MS = 4_000
const OPEN = { open: true, locked: false, tamper: false }

export const doorHeldOpen: Scenario = {
  name: 'door-held-open',
  description: { zh: '两扇门放行后一直开着：一扇过一会儿关上，另一扇开到升级为高', en: 'Two doors stay open after somebody was let through: one is closed soon, the other stays until it is grave' },
  exclusive: false,
  rules: ['door.held-open'],
  plan(stage) {
    const { numbers } = stage
    const doors = actors(stage, 'door', 2)
    const script = new Script()
    const hold = numbers.of('door.held-open.hold')
    const high = numbers.of('door.held-open.high-hold')
    const act = (door: PilotDevice, stays: number, severity: 'medium' | 'high'): void => {
      script.telemetry(0, door, SHUT_DOOR)
      script.event(OPENED_MS - 500, door, 'exit-request')
      const opened = script.event(OPENED_MS, door, 'opened')
      script.beat(OPENED_MS, OPENED_MS + stays - 1, Math.min(10_000, beatOf(numbers, 'door')), door, OPEN)
      script.event(OPENED_MS + stays, door, 'closed')
      script.telemetry(OPENED_MS + stays, door, SHUT_DOOR)
      script.expects(opened, 'door.held-open', severity, { after: hold, within: TIMER_MS, holdsUntil: OPENED_MS + stays, clearedBy: OPENED_MS + stays + TIMER_MS })
    }
    const [soon, late] = doors
    if (soon) act(soon, hold + Math.min(SLACK_MS, (high - hold) / 2), 'medium')
    if (late) act(late, Math.max(hold, high) + SLACK_MS, 'high')
    return script.plan()
  }
}
