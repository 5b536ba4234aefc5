import { actor } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import { Script } from './script.ts'

/** A device that was thrown out comes back after 0.25 s to 0.75 s, so each of the two loses its connection about so often, ms. */
const QUICKEST_MS = 250
const SLOWEST_MS = 1_000
const BEGIN_MS = 500

export const twoWithOneIdentity: Scenario = {
  name: 'two-with-one-identity',
  description: { zh: '两台设备用同一身份：互相顶下线，平台须指出来', en: 'Two devices with one identity throw each other out, and the platform has to say so' },
  exclusive: false,
  rules: ['device.flapping'],
  plan(stage) {
    const camera = actor(stage, 'camera')
    const script = new Script()
    const count = stage.numbers.of('device.flapping.count')
    const window = stage.numbers.of('device.flapping.window')
    const meets = script.link(BEGIN_MS, camera, 'twin')
    const parts = BEGIN_MS + count * SLOWEST_MS
    script.link(parts, camera, 'part')
    script.expects(meets, 'device.flapping', 'low', { after: count * QUICKEST_MS, within: count * (SLOWEST_MS - QUICKEST_MS), occurrences: null, clearedBy: parts + window + 5_000 })
    return script.plan()
  }
}
