import { devicesOf } from '../pilot.ts'
import { compoundOf, NoActors, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script } from './script.ts'

const CUT_AT_MS = 1_000
const SLACK_MS = 6_000
const BACK_MS = 8_000

export const buildingWithoutPower: Scenario = {
  name: 'building-without-power',
  description: { zh: '一栋楼停电：由市电供电的设备全部离线，来电后恢复；电池烟感不应逐个报警', en: 'A building loses its power: all that hangs on the mains is offline until it is back; battery detectors are not reported one by one' },
  exclusive: false,
  rules: ['device.offline'],
  plan(stage) {
    const compound = compoundOf(stage)
    const named = [...devicesOf(compound)].find((one) => one.id === stage.at)?.location.building
    const buildings = compound.buildings.map((one) => one.id).toSorted((a, b) => Number(b === named) - Number(a === named))
    const building = buildings.find((id) => devicesOf(compound).every((one) => one.location.building !== id || !stage.taken.has(one.id)))
    if (building === undefined) throw new NoActors(`a whole building of ${compound.id}`)
    const inside = devicesOf(compound).filter((one) => one.location.building === building)
    const { numbers } = stage
    const silence = Math.max(...(['door', 'camera', 'gateway'] as const).map((kind) => numbers.of(`device.offline.${kind}`)))
    const back = CUT_AT_MS + silence + SLACK_MS
    const script = new Script()
    for (const device of inside.filter((one) => one.gateway === null)) {
      const cut = script.link(CUT_AT_MS, device, 'cut')
      script.link(back, device, 'power')
      const gateway = device.kind === 'gateway'
      const after = gateway ? numbers.of('device.offline.settle') : numbers.of(device.kind === 'door' ? 'device.offline.door' : 'device.offline.camera')
      script.expects(cut, 'device.offline', gateway ? 'high' : 'low', { after, within: TIMER_MS, holdsUntil: back, clearedBy: back + BACK_MS })
    }
    const children = inside.filter((one) => one.gateway !== null).map((one) => one.id)
    return script.plan({
      where: `${compound.id}, building ${building}`, holds: children, suppressed: [{ rule: 'device.offline', devices: new Set(children) }],
      // A door that stood open in that moment is held open, as far as anybody can know.
      tolerated: ['building.power-loss', 'door.held-open'].map((rule) => ({ rule, compound: compound.id, building }))
    })
  }
}
