import { actor } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { QUIET_DETECTOR, Script } from './script.ts'

export const testButton: Scenario = {
  name: 'test-button',
  description: { zh: '有人按烟感测试键并消音：只记事件，不应产生报警', en: 'Somebody presses the test button and silences it: events, no alarm' },
  exclusive: false,
  rules: [],
  plan(stage) {
    const detector = actor(stage, 'smoke')
    const script = new Script()
    script.event(0, detector, 'test')
    script.event(3_000, detector, 'silenced')
    script.telemetry(4_000, detector, QUIET_DETECTOR)
    return script.plan()
  }
}
