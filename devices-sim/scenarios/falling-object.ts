import { actor, PERIMETER_MS, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { beatOf, Script, WORKING_CAMERA } from './script.ts'

const BEGIN_MS = 500
const AGAIN_MS = 2_500

export const fallingObject: Scenario = {
  name: 'falling-object',
  description: { zh: '高空抛物两次：一个报警，计数为二', en: 'Something falls from a window, and once more: one alarm that counts two' },
  exclusive: false,
  rules: ['camera.falling-object'],
  plan(stage) {
    const { numbers } = stage
    const camera = actor(stage, 'camera')
    const script = new Script()
    const quiet = numbers.of('camera.falling-object.quiet')
    const first = script.event(BEGIN_MS, camera, 'falling-object', { phase: 'pulse', zone: 'path', id: 'fall-1' })
    script.event(AGAIN_MS, camera, 'falling-object', { phase: 'pulse', zone: 'path', id: 'fall-2' })
    script.beat(AGAIN_MS, AGAIN_MS + quiet, beatOf(numbers, 'camera'), camera, WORKING_CAMERA)
    script.expects(first, 'camera.falling-object', 'high', { within: PERIMETER_MS, occurrences: 2, holdsUntil: AGAIN_MS + quiet, clearedBy: AGAIN_MS + quiet + TIMER_MS })
    return script.plan()
  }
}
