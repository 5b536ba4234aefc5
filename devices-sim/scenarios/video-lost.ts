import { actors, TIMER_MS } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script, WORKING_CAMERA } from './script.ts'

const BEGIN_MS = 500
const SLACK_MS = 4_000
const SHORT = 0.4
const LOST = { fps: 0, recording: false, videoLoss: true }

export const videoLost: Scenario = {
  name: 'video-lost',
  description: { zh: '摄像机视频丢失后恢复；另一台只是闪断，不应报警', en: 'A camera has no picture for a while; another only flickers, which is no alarm' },
  exclusive: false,
  rules: ['camera.video-loss'],
  plan(stage) {
    const { numbers } = stage
    const [camera, other] = actors(stage, 'camera', 2)
    const script = new Script()
    const hold = numbers.of('camera.video-loss.hold')
    const quiet = numbers.of('camera.video-loss.quiet')
    const over = BEGIN_MS + hold + SLACK_MS
    if (camera) {
      const start = script.event(BEGIN_MS, camera, 'video-loss', { phase: 'start' })
      script.beat(BEGIN_MS, over - 1, 2_000, camera, LOST)
      script.event(over, camera, 'video-loss', { phase: 'end' })
      script.beat(over, over + quiet + 2_000, 2_000, camera, WORKING_CAMERA)
      script.expects(start, 'camera.video-loss', 'medium', { after: hold, within: TIMER_MS, holdsUntil: over, clearedBy: over + quiet + TIMER_MS })
    }
    if (other) {
      script.event(BEGIN_MS, other, 'video-loss', { phase: 'start' })
      script.event(BEGIN_MS + Math.round(hold * SHORT), other, 'video-loss', { phase: 'end' })
      script.telemetry(over, other, WORKING_CAMERA)
    }
    return script.plan()
  }
}
