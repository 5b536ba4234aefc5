import { actors, NoActors, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { beatOf, Script, SHUT_DOOR } from './script.ts'

const REPAIRED_MS = 6_000
/** The platform has to know by then that the door is unlocked, or it would not wait for it to lock. */
const ORDERED_MS = 3_000
const STUCK_MS = 2_000

export const lockFault: Scenario = {
  name: 'lock-fault',
  description: { zh: '一把锁上报锁不上；另一扇门收到上锁命令却没有锁上；随后都恢复', en: 'A lock says that it does not lock; another door does not obey when it is told to lock; both are repaired' },
  exclusive: false,
  rules: ['door.lock-fault'],
  plan(stage) {
    const [door, deaf] = actors(stage, 'door', 2)
    if (!door || !deaf) throw new NoActors('door')
    const script = new Script()
    const unlocked = { ...SHUT_DOOR, locked: false }
    script.telemetry(0, door, unlocked)
    const fault = script.event(500, door, 'lock-fault')
    script.telemetry(REPAIRED_MS, door, SHUT_DOOR)
    script.expects(fault, 'door.lock-fault', 'medium', { within: PERIMETER_MS, holdsUntil: REPAIRED_MS, clearedBy: REPAIRED_MS + TIMER_MS })

    const hold = stage.numbers.of('door.lock-fault.hold')
    const locks = ORDERED_MS + hold + TIMER_MS + STUCK_MS
    script.beat(0, locks - 1, beatOf(stage.numbers, 'door'), deaf, unlocked)
    const order = script.order(ORDERED_MS, deaf, 'lock')
    script.telemetry(locks, deaf, SHUT_DOOR)
    script.expects(order, 'door.lock-fault', 'medium', { after: hold, within: TIMER_MS, holdsUntil: locks, clearedBy: locks + TIMER_MS })
    return script.plan()
  }
}
