import { expect } from 'chai'
import type { DeviceId } from '../../../protocol/names.ts'
import { JournalRecorder } from '../../../services/intake/recorder.ts'
import type { DeviceClient, ServiceClient } from '../../../services/registry/gate.ts'
import type { Journal, MessageEntry, NewEntry, Pictures } from '../../../services/store/ports.ts'

const camera: DeviceClient = { type: 'device', id: 'c07-camera-001' as DeviceId }
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(5000, 7)])

/** A journal and a picture store whose commits the test decides. */
function house() {
  const entries: NewEntry[] = []
  const commits: ((error?: Error) => void)[] = []
  const saves: { device: string; ref: string; done: (error: Error | null) => void }[] = []
  const journal: Journal = {
    append(entry, done) {
      entries.push(entry)
      const position = entries.length
      commits.push((error) => done(error ?? null, position))
    },
    head: 0, pending: 0, commits: { count: 0, millis: 0 }, onCommit: () => () => undefined
  }
  const pictures: Pictures = { save: (device, ref, _jpeg, done) => void saves.push({ device, ref, done }), load: () => Promise.resolve(null) }
  const recorder = new JournalRecorder(journal, pictures)
  const acked: (string | Error)[] = []
  const publish = (channel: string, payload: Uint8Array, label = channel): void =>
    recorder.published({ principal: camera, topic: `v1/c07/camera/c07-camera-001/${channel}`, payload, size: payload.byteLength, retain: false, qos: 1 }, (error) => acked.push(error ?? label))
  return { entries, commits, saves, recorder, acked, publish }
}

describe('the recorder', () => {
  it('acknowledges after the commit and hands an error on', () => {
    const { commits, acked, publish, entries } = house()
    publish('telemetry', Buffer.from('{}'))
    publish('event', Buffer.from('{}'))
    expect(acked).to.deep.equal([])
    expect(entries[0]).to.include({ type: 'message', device: 'c07-camera-001', compound: 'c07', kind: 'camera', channel: 'telemetry', via: 'c07-camera-001', size: 2 })
    commits[0]!()
    expect(acked).to.deep.equal(['telemetry'])
    commits[1]!(new Error('disk full'))
    expect(acked[1]).to.be.instanceOf(Error)
  })

  it('keeps 1 KiB of what is larger than its channel allows, and its true size', () => {
    const { entries, publish, saves } = house()
    publish('status', Buffer.alloc(70_000, 0x20))
    publish('an-unknown-channel', Buffer.alloc(70_000, 0x20))
    publish('snapshot/s1', Buffer.concat([JPEG, Buffer.alloc(600_000)]))
    expect(entries.map((entry) => [(entry as MessageEntry).body.byteLength, (entry as MessageEntry).size])).to.deep.equal([
      [1024, 70_000],
      [1024, 70_000],
      [1024, 605_003]
    ])
    expect(saves).to.deep.equal([])
  })

  it('keeps a report whole however large it is: an alarm in it is judged all the same', () => {
    const { entries, publish } = house()
    publish('telemetry', Buffer.alloc(70_000, 0x20))
    publish('event', Buffer.alloc(300_000, 0x20))
    expect(entries.map((entry) => (entry as MessageEntry).body.byteLength)).to.deep.equal([70_000, 300_000])
  })

  it('acknowledges a picture when both its file and its entry are on the disk, whichever is first', () => {
    for (const order of ['file first', 'entry first']) {
      const { commits, saves, acked, publish, entries } = house()
      publish('snapshot/s1', JPEG)
      expect((entries[0] as MessageEntry).body.byteLength).to.equal(1024)
      expect(saves[0]).to.include({ device: 'c07-camera-001', ref: 's1' })
      const steps = [() => saves[0]!.done(null), () => commits[0]!()]
      if (order === 'entry first') steps.reverse()
      steps[0]!()
      expect(acked, order).to.deep.equal([])
      steps[1]!()
      expect(acked, order).to.deep.equal(['snapshot/s1'])
    }
  })

  it('does not acknowledge a picture whose file failed, and keeps no file of what is no picture', () => {
    const { commits, saves, acked, publish } = house()
    publish('snapshot/s1', JPEG)
    commits[0]!()
    saves[0]!.done(new Error('disk full'))
    expect(acked[0]).to.be.instanceOf(Error)
    publish('snapshot/s2', Buffer.from('not a picture'))
    expect(saves).to.have.length(1)
  })

  it('puts on record when a device connected, left or broke the rules, and nothing of others', () => {
    const { entries, recorder } = house()
    const flows: ServiceClient = { type: 'service', id: 'flows', account: 'token-1' }
    for (const client of [camera, flows]) {
      recorder.connected(client, 7, '127.0.0.1')
      recorder.disconnected(client, 7, 'lost')
      recorder.violated(client, 'frame-too-large', '2 MiB')
    }
    expect(entries).to.deep.equal([
      { type: 'connected', device: camera.id, session: 7, address: '127.0.0.1' },
      { type: 'disconnected', device: camera.id, session: 7, reason: 'lost' },
      { type: 'violation', device: camera.id, code: 'frame-too-large', detail: '2 MiB' }
    ])
  })

  it('holds acknowledgements back while the brain is far behind, and lets them go in order', () => {
    const { commits, recorder, acked, publish } = house()
    for (let n = 1; n <= 20_002; n += 1) publish('telemetry', Buffer.from('{}'), String(n))
    for (const commit of commits) commit()
    expect(acked).to.have.length(20_000)
    expect(recorder.held).to.equal(2)
    recorder.judgedUpTo(1)
    expect(acked.at(-1)).to.equal('20001')
    recorder.judgedUpTo(20_002)
    expect(acked.at(-1)).to.equal('20002')
    expect(recorder.held).to.equal(0)
    publish('telemetry', Buffer.from('{}'), 'the next')
    commits.at(-1)!()
    expect(acked.at(-1)).to.equal('the next')
  })
})
