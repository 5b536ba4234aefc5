import { actor, compoundOf, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script } from './script.ts'

const CUT_AT_MS = 1_000
const AWAY_MS = 12_000
/** It boots, connects and speaks. */
const BACK_MS = 8_000

export const gatewayLost: Scenario = {
  name: 'gateway-lost',
  description: { zh: '一台网关失去连接后恢复：只报网关离线，其下烟感被抑制', en: 'A gateway is lost and comes back: it alone is offline, its detectors are held back behind it' },
  exclusive: false,
  rules: ['device.offline'],
  plan(stage) {
    const compound = compoundOf(stage)
    const gateway = actor({ ...stage, at: stage.at === null ? compound.id : stage.at }, 'gateway', ({ id }) => compound.detectors.every((one) => one.gateway !== id || !stage.taken.has(one.id)))
    const children = compound.detectors.filter((one) => one.gateway === gateway.id).map((one) => one.id)
    const settle = stage.numbers.of('device.offline.settle')
    const back = CUT_AT_MS + settle + AWAY_MS
    const script = new Script()
    const lost = script.link(CUT_AT_MS, gateway, 'cut')
    script.link(back, gateway, 'power')
    script.expects(lost, 'device.offline', 'high', { after: settle, within: TIMER_MS, holdsUntil: back, clearedBy: back + BACK_MS })
    return script.plan({ where: `${gateway.id} with ${children.length} detectors`, holds: children, suppressed: [{ rule: 'device.offline', devices: new Set(children) }] })
  }
}
