import { actor, TIMER_MS } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'
import { Script, SHUT_DOOR } from './script.ts'

const GAP_MS = 250
const SOME_TIME = 1_700_000_000_000
const TOO_LONG = 70_000
const TOO_MANY = 501

/** One of each kind that cannot be used: channel and body. */
const BAD: readonly (readonly [string, string])[] = [
  ['telemetry', 'not json at all'],
  ['telemetry', '{"ts":1700000000000,"open":tru'],
  ['telemetry', '{}'],
  ['telemetry', '[]'],
  ['telemetry', 'null'],
  ['telemetry', '42'],
  ['telemetry', JSON.stringify({ open: true })],
  ['telemetry', JSON.stringify({ ts: 'yesterday', open: true })],
  ['telemetry', JSON.stringify({ ts: SOME_TIME, seq: -1, boot: 'b', open: true })],
  ['telemetry', JSON.stringify({ ts: SOME_TIME, open: 'yes' })],
  ['telemetry', JSON.stringify({ ts: SOME_TIME, humidity: 40 })],
  ['telemetry', JSON.stringify({ ts: SOME_TIME, open: true, note: 'x'.repeat(TOO_LONG) })],
  ['telemetry', JSON.stringify(Array.from({ length: TOO_MANY }, () => ({ ts: SOME_TIME, open: false })))],
  ['event', JSON.stringify({ ts: SOME_TIME })],
  ['status', '{"state":"perhaps"}'],
  ['nonsense', '{}']
]

export const badPayloads: Scenario = {
  name: 'bad-payloads',
  description: { zh: '固件发出各种不合格消息：逐条应答并入隔离区，过多时提示', en: 'Firmware sends everything that cannot be used: each is acknowledged, kept in quarantine, and so many are told' },
  exclusive: false,
  rules: ['device.rejected'],
  plan(stage) {
    const door = actor(stage, 'door')
    const script = new Script()
    const count = stage.numbers.of('device.rejected.count')
    const window = stage.numbers.of('device.rejected.window')
    const total = Math.max(BAD.length, count)
    let enough: Step | null = null
    for (let sent = 0; sent < total; sent++) {
      const [channel, body] = BAD[sent % BAD.length] ?? ['telemetry', '']
      const step = script.raw(sent * GAP_MS, door, channel, body)
      if (sent === count - 1) enough = step
    }
    const over = total * GAP_MS
    script.telemetry(over, door, SHUT_DOOR)
    if (enough) script.expects(enough, 'device.rejected', 'low', { within: TIMER_MS, holdsUntil: over - GAP_MS, clearedBy: over + window + TIMER_MS + 1_000 })
    return script.plan({ refused: [{ device: door.id, count: total }] })
  }
}
