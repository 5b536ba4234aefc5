import type { Bilingual, Severity } from '../../protocol/names.ts'
import { actor, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script, WORKING_CAMERA } from './script.ts'

const BEGIN_MS = 500
const LASTS_MS = 6_000

/** What a camera sees begin and end by itself: the alarm comes with `start` and is over with `end`. */
export function cameraSays(name: string, type: string, severity: Severity, zone: string, description: Bilingual): Scenario {
  return {
    name,
    description,
    exclusive: false,
    rules: [`camera.${type}`],
    plan(stage) {
      const camera = actor(stage, 'camera')
      const script = new Script()
      const about = { zone, confidence: 0.93, id: `${name}-1` }
      const start = script.event(BEGIN_MS, camera, type, { phase: 'start', ...about })
      script.telemetry(BEGIN_MS + LASTS_MS / 2, camera, WORKING_CAMERA)
      script.event(BEGIN_MS + LASTS_MS, camera, type, { phase: 'end', ...about })
      script.expects(start, `camera.${type}`, severity, { within: PERIMETER_MS, holdsUntil: BEGIN_MS + LASTS_MS, clearedBy: BEGIN_MS + LASTS_MS + TIMER_MS })
      return script.plan({ tolerated: [{ rule: 'fire.confirmed', compound: camera.compound, building: camera.location.building }] })
    }
  }
}
