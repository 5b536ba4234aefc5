import { expect } from 'chai'
import * as fc from 'fast-check'
import { MAX_ARRAY_BYTES, MAX_JPEG_BYTES, MAX_OBJECT_BYTES } from '../../protocol/limits.ts'
import { KINDS } from '../../protocol/names.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import { alarmTopic, channelOf, deviceTopic, maxBytes, parseTopic } from '../../protocol/topics.ts'

const compound = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/) as fc.Arbitrary<CompoundId>
const device = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/) as fc.Arbitrary<DeviceId>
const kind = fc.constantFrom(...KINDS)
const channel = fc.constantFrom('telemetry', 'event', 'status', 'command', 'rejected', 'snapshot/1', 'command/7/result', 'whatever/else')

describe('topics', () => {
  it('are read as they are built', () => {
    fc.assert(fc.property(compound, kind, device, channel, (compound, kind, device, channel) => {
      expect(parseTopic(deviceTopic(compound, kind, device, channel))).to.deep.equal({ compound, kind, device, channel })
    }))
  })

  it('are not read from any other text, and never throw', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const parsed = parseTopic(text)
      if (parsed) expect(deviceTopic(parsed.compound, parsed.kind, parsed.device, parsed.channel)).to.equal(text)
    }))
    const wrong = [
      '', 'v1', 'v1/', 'v1/c07', 'v1/c07/door', 'v1/c07/door/d1', 'v1/c07/door/d1/', 'v2/c07/door/d1/telemetry', 'v1/C07/door/d1/telemetry',
      'v1/c07/lift/d1/telemetry', 'v1/c07/door/D1/telemetry', 'v1//door/d1/telemetry', 'v1/c07/door//telemetry', '/v1/c07/door/d1/telemetry',
      'v1/-c07/door/d1/telemetry', `v1/${'c'.repeat(33)}/door/d1/telemetry`, `v1/c07/door/${'d'.repeat(65)}/telemetry`, '$SYS/broker', 'v1/c07/alarms/a1',
      'v1/c07/__proto__/d1/telemetry', 'v1/c07/door/d1\n/telemetry'
    ]
    for (const topic of wrong) expect(parseTopic(topic), topic).to.equal(null)
  })

  it('fail at once when they are long nonsense', () => {
    expect(parseTopic(`v1/${'a'.repeat(60_000)}/door/d1/telemetry`)).to.equal(null)
    expect(parseTopic(`v1/c07/door/${'a'.repeat(60_000)}/telemetry`)).to.equal(null)
  })

  it('of alarms stand under their compound', () => {
    expect(alarmTopic('c07' as CompoundId, 'a12')).to.equal('v1/c07/alarms/a12')
  })
})

describe('channels', () => {
  it('say what they are, which way they go and how much they take', () => {
    expect(channelOf('door', 'telemetry')).to.deep.equal({ name: 'telemetry', direction: 'to-platform', maxBytes: MAX_ARRAY_BYTES, ref: null })
    expect(channelOf('door', 'event')).to.deep.include({ name: 'event', direction: 'to-platform' })
    expect(channelOf('door', 'status')).to.deep.include({ name: 'status', maxBytes: MAX_OBJECT_BYTES })
    expect(channelOf('door', 'command')).to.deep.include({ name: 'command', direction: 'to-device' })
    expect(channelOf('door', 'rejected')).to.deep.include({ name: 'rejected', direction: 'to-device' })
    expect(channelOf('door', 'command/17/result')).to.deep.equal({ name: 'command-result', direction: 'to-platform', maxBytes: MAX_OBJECT_BYTES, ref: '17' })
    expect(channelOf('camera', 'snapshot/ab-1')).to.deep.equal({ name: 'snapshot', direction: 'to-platform', maxBytes: MAX_JPEG_BYTES, ref: 'ab-1' })
  })

  it('are unknown where the kind of device has none such', () => {
    expect(channelOf('door', 'snapshot/1')).to.equal(null)
    for (const text of ['snapshot/', 'snapshot/..', 'snapshot/a/b', 'snapshot', 'snapshot/.x', `snapshot/${'x'.repeat(65)}`, 'command/result', 'command//result', 'command/a/b/result', 'Telemetry', 'constructor', '__proto__']) {
      expect(channelOf('camera', text), text).to.equal(null)
    }
  })

  it('take more of a list than of an object, and tell by the first byte', () => {
    const telemetry = channelOf('smoke', 'telemetry')!
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
    expect(maxBytes(telemetry, bytes(' \r\n\t[{}]'))).to.equal(MAX_ARRAY_BYTES)
    expect(maxBytes(telemetry, bytes(' {}'))).to.equal(MAX_OBJECT_BYTES)
    expect(maxBytes(telemetry, bytes(''))).to.equal(MAX_OBJECT_BYTES)
    expect(maxBytes(channelOf('smoke', 'status')!, bytes('[]'))).to.equal(MAX_OBJECT_BYTES)
    expect(maxBytes(channelOf('camera', 'snapshot/1')!, bytes('x'))).to.equal(MAX_JPEG_BYTES)
  })
})
