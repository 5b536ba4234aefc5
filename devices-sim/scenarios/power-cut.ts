import { devicesOf } from '../pilot.ts'
import { compoundOf } from './scenario.ts'
import type { Scenario, Step } from './scenario.ts'

const CUT_AT_MS = 1_000
/** Devices take their time to boot. */
const BOOT_MS = 8_000

export const powerCut: Scenario = {
  name: 'power-cut',
  description: {
    zh: '断电：所有连接（或 --at 小区的连接）同时断开，恢复后全部重新上线；不应产生报警',
    en: 'The power goes: all connections (or those of the compound of --at) die at once and come back with a new boot; no alarm is right'
  },
  exclusive: true,
  rules: [],
  plan(stage) {
    const compounds = stage.at === null ? stage.pilot.compounds : [compoundOf(stage)]
    const speakers = compounds.flatMap((compound) => devicesOf(compound).filter((one) => one.gateway === null))
    const cuts = speakers.map(({ id }): Step => ({ at: CUT_AT_MS, does: 'cut', device: id }))
    const back = speakers.map(({ id }): Step => ({ at: CUT_AT_MS + stage.dark + Math.round(stage.random.next() * BOOT_MS), does: 'power', device: id }))
    return {
      where: stage.at === null ? 'all compounds' : compounds.map((one) => one.id).join(', '),
      steps: [...cuts, ...back.sort((a, b) => a.at - b.at)],
      expected: [],
      tolerated: [],
      lasts: CUT_AT_MS + stage.dark + BOOT_MS
    }
  }
}
