import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script, SHUT_DOOR } from './script.ts'

const FROZEN_AT_MS = 1_000
/** A broker gives a client up after one and a half times its keep-alive of 60 s [MQTT-3.1.2-24]; until then its connection is a sign of life. */
const KEEP_ALIVE_MS = 90_000
const BACK_MS = 8_000

export const halfOpenSockets: Scenario = {
  name: 'half-open-sockets',
  description: { zh: '连接半开：设备无声消失而套接字仍在，随后以新连接恢复', en: 'A device vanishes without a word while its socket stays open, and comes back with a new one' },
  exclusive: false,
  rules: ['device.offline'],
  plan(stage) {
    const door = actor(stage, 'door')
    const script = new Script()
    const silence = stage.numbers.of('device.offline.door')
    const slack = silence < KEEP_ALIVE_MS ? TIMER_MS : KEEP_ALIVE_MS + TIMER_MS
    const last = script.telemetry(0, door, SHUT_DOOR)
    script.link(FROZEN_AT_MS, door, 'freeze')
    const back = FROZEN_AT_MS + silence + slack
    script.link(back, door, 'thaw')
    script.expects(last, 'device.offline', 'low', { after: silence, within: slack, holdsUntil: back, clearedBy: back + BACK_MS })
    return script.plan()
  }
}
