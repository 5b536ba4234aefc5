import { actor, actors, compoundOf, FIRE_MS, NoActors } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script } from './script.ts'

/** As many detectors of a building as are free, within these bounds. */
const MOST = 20
const LEAST = 3
const TIMES = 3
const PERIOD_MS = 4_000
const LASTS_MS = 1_500
const SPREAD_MS = 2_000

export const firmwareChatter: Scenario = {
  name: 'firmware-chatter',
  description: { zh: '固件更新后一栋楼的烟感同时抖动报警：每台只有一个报警，逐次计数', en: 'After a firmware update the detectors of a building chatter: one alarm each, that counts' },
  exclusive: false,
  rules: ['smoke.alarm'],
  plan(stage) {
    const compound = compoundOf(stage)
    const here = { ...stage, at: compound.id }
    const { location: { building } } = actor(here, 'smoke')
    const free = compound.detectors.filter((one) => one.location.building === building && !stage.taken.has(one.id) && (one.gateway === null || !stage.taken.has(one.gateway)))
    // Half of them are left for others.
    const count = Math.min(MOST, Math.floor(free.length / 2))
    if (count < LEAST) throw new NoActors(`${LEAST} detectors of a building of ${compound.id}`)
    const script = new Script()
    const quiet = stage.numbers.of('smoke.alarm.quiet')
    for (const detector of actors(here, 'smoke', count, (one) => one.location.building === building)) {
      const begin = Math.round(stage.random.next() * SPREAD_MS)
      const [first] = Array.from({ length: TIMES }, (_, turn) => {
        const alarm = script.event(begin + turn * PERIOD_MS, detector, 'alarm', { obscuration: 11 })
        script.event(begin + turn * PERIOD_MS + LASTS_MS, detector, 'alarm-cleared', { obscuration: 0.1 })
        return alarm
      })
      const end = begin + (TIMES - 1) * PERIOD_MS + LASTS_MS
      if (first) script.expects(first, 'smoke.alarm', 'critical', { within: FIRE_MS, occurrences: TIMES, clearedBy: end + quiet + FIRE_MS })
    }
    const place = { compound: compound.id, building }
    return script.plan({ where: `${count} detectors of ${compound.id}, building ${building}`, tolerated: [{ rule: 'fire.confirmed', ...place }, { rule: 'smoke.pre-alarm', ...place }] })
  }
}
