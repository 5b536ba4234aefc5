import { actors, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'
import { beatOf, Script, SHUT_DOOR } from './script.ts'

const GAP_MS = 800
const REFUSED = { method: 'card', credential: 'f00dfeed', direction: 'in', reason: 'unknown-credential' }

export const deniedBurst: Scenario = {
  name: 'denied-burst',
  description: { zh: '一扇门短时间内连续拒绝；另一扇少一次，不应报警', en: 'A door refuses again and again within a minute; another one time fewer, which is no alarm' },
  exclusive: false,
  rules: ['door.denied-burst'],
  plan(stage) {
    const { numbers } = stage
    const [door, other] = actors(stage, 'door', 2)
    const script = new Script()
    const count = numbers.of('door.denied-burst.count')
    const quiet = numbers.of('door.denied-burst.quiet')
    let last: Step | null = null
    for (let refusal = 0; refusal < count; refusal++) {
      if (door) last = script.event(refusal * GAP_MS, door, 'denied', REFUSED)
      if (other && refusal < count - 1) script.event(refusal * GAP_MS, other, 'denied', REFUSED)
    }
    if (last) script.expects(last, 'door.denied-burst', 'medium', { within: PERIMETER_MS, holdsUntil: last.at + quiet, clearedBy: last.at + quiet + TIMER_MS })
    for (const one of [door, other]) if (one) script.beat(count * GAP_MS, count * GAP_MS + quiet, beatOf(numbers, 'door'), one, SHUT_DOOR)
    return script.plan()
  }
}
