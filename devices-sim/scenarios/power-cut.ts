import { devicesOf } from '../pilot.ts'
import { compoundOf, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script } from './script.ts'

const CUT_AT_MS = 1_000
/** Devices take their time to boot, and a moment to connect all at once. */
const BOOT_MS = 8_000
const CONNECT_MS = 20_000
/** So many gateways lost in one breath say nothing of each of them: their silence decides. */
const CROWD = 10

export const powerCut: Scenario = {
  name: 'power-cut',
  description: {
    zh: '断电：所有连接（或 --at 小区的连接）同时断开，恢复后全部重新上线；短于离线时限时不应产生报警',
    en: 'The power goes: all connections (or those of the compound of --at) die at once and come back with a new boot; no alarm is right unless it lasts longer than silence may'
  },
  exclusive: true,
  rules: [],
  plan(stage) {
    const { numbers, random, dark } = stage
    const compounds = stage.at === null ? stage.pilot.compounds : [compoundOf(stage)]
    const speakers = compounds.flatMap((compound) => devicesOf(compound).filter((one) => one.gateway === null))
    const crowd = speakers.filter((one) => one.kind === 'gateway').length >= CROWD
    const script = new Script()
    for (const device of speakers) {
      const gateway = device.kind === 'gateway'
      const limit = gateway && !crowd ? numbers.of('device.offline.settle') : numbers.of(`device.offline.${device.kind}`)
      const away = dark + Math.round(random.next() * BOOT_MS)
      // Nobody could say whether one that comes back in the very moment was away for too long.
      const sure = Math.abs(away - limit) < TIMER_MS || (away < limit && away + CONNECT_MS / 4 > limit) ? limit + TIMER_MS : away
      const cut = script.link(CUT_AT_MS, device, 'cut')
      script.link(CUT_AT_MS + sure, device, 'power')
      if (sure > limit) {
        script.expects(cut, 'device.offline', gateway ? 'high' : 'low', { after: limit, within: TIMER_MS, holdsUntil: CUT_AT_MS + sure, clearedBy: CUT_AT_MS + sure + CONNECT_MS })
      }
    }
    script.until(CUT_AT_MS + dark + BOOT_MS)
    const children = compounds.flatMap((one) => one.detectors.map(({ id }) => id))
    return script.plan({
      where: stage.at === null ? 'all compounds' : compounds.map((one) => one.id).join(', '), holds: children,
      suppressed: [{ rule: 'device.offline', devices: new Set(children) }],
      // A door that stood open in that moment is held open, as far as anybody can know.
      tolerated: ['building.power-loss', 'door.held-open'].flatMap((rule) => compounds.flatMap((one) => one.buildings.map(({ id }) => ({ rule, compound: one.id, building: id }))))
    })
  }
}
