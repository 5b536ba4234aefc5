import { actors, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { beatOf, Script, WORKING_CAMERA } from './script.ts'

const BEGIN_MS = 500
const SLACK_MS = 4_000
const SHORT = 0.4

export const fireLaneBlocked: Scenario = {
  name: 'fire-lane-blocked',
  description: { zh: '车辆占用消防通道后离开；另一处只是短停，不应报警', en: 'A car blocks the fire lane and drives off; another only stops for a moment, which is no alarm' },
  exclusive: false,
  rules: ['camera.fire-lane-blocked'],
  plan(stage) {
    const { numbers } = stage
    const [camera, other] = actors(stage, 'camera', 2)
    const script = new Script()
    const hold = numbers.of('camera.fire-lane-blocked.hold')
    const type = 'fire-lane-blocked'
    const over = BEGIN_MS + hold + SLACK_MS
    if (camera) {
      const start = script.event(BEGIN_MS, camera, type, { phase: 'start', zone: 'path', id: 'lane-1' })
      script.beat(BEGIN_MS, over, beatOf(numbers, 'camera'), camera, WORKING_CAMERA)
      script.event(over, camera, type, { phase: 'end', zone: 'path', id: 'lane-1' })
      script.expects(start, 'camera.fire-lane-blocked', 'high', { after: hold, within: PERIMETER_MS, holdsUntil: over, clearedBy: over + TIMER_MS })
    }
    if (other) {
      script.event(BEGIN_MS, other, type, { phase: 'start', zone: 'path', id: 'lane-2' })
      script.event(BEGIN_MS + Math.round(hold * SHORT), other, type, { phase: 'end', zone: 'path', id: 'lane-2' })
      script.beat(BEGIN_MS, over, beatOf(numbers, 'camera'), other, WORKING_CAMERA)
    }
    return script.plan()
  }
}
