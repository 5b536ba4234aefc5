import { expect } from 'chai'
import { OneDevice, s } from '../../support/one-device.ts'

const codes = (device: OneDevice): string[] => device.quarantine.map(({ code, path, refused }) => `${code} ${path} ${refused ? 'refused' : 'kept'}`)
const alarm = (seq: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({ ts: s(1), boot: 'a', seq, type: 'alarm', ...more })

describe('What a device sends', () => {
  it('goes to quarantine with its reason when its channel is unknown, not its own, or not of its kind', () => {
    const device = new OneDevice('smoke').says(s(1), 'gossip', {}).says(s(2), 'command', {}).says(s(3), 'snapshot/1', 'x')
    expect(codes(device)).to.deep.equal(['unknown-channel  refused', 'wrong-channel  refused', 'unknown-channel  refused'])
    expect(device.rejections.map(({ channel }) => channel)).to.deep.equal(['gossip', 'command', 'snapshot/1'])
  })

  it('goes to quarantine when it is no JSON, too large for its channel, or no picture', () => {
    expect(codes(new OneDevice('door').says(s(1), 'event', '{'))).to.deep.equal(['not-json  refused'])
    expect(codes(new OneDevice('door').says(s(1), 'event', { ts: s(1), type: 'opened', reason: 'x'.repeat(70_000) }))).to.deep.equal(['too-large  refused'])
    expect(codes(new OneDevice('camera').says(s(1), 'snapshot/1', 'GIF89a'))).to.deep.equal(['not-a-picture  refused'])
    expect(codes(new OneDevice('camera').says(s(1), 'snapshot/1', 'x'.repeat(512 * 1024 + 1)))).to.deep.equal(['too-large  refused'])
    expect(codes(new OneDevice('door').says(s(1), 'status', { state: 'online', firmware: 'x'.repeat(70_000) }))).to.deep.equal(['too-large  refused'])
    const status = (bytes: number): string[] => codes(new OneDevice('door').says(s(1), 'status', '{"state":"online"}'.padEnd(bytes)))
    expect([status(65_536), status(65_537)]).to.deep.equal([[], ['too-large  refused']])
  })

  it('is told of at most 20 faults of a message, of which 50 are kept one by one and the others counted', () => {
    const message = (faults: number): OneDevice => new OneDevice('door').says(s(1), 'telemetry', Array.from({ length: faults }, (_, n) => (n === 55 ? { ts: s(1), open: 'no', locked: true } : { open: true })))
    expect([message(50).quarantine.length, message(60).quarantine.length, message(60).rejections.length]).to.deep.equal([50, 51, 20])
    expect(message(60).quarantine.at(-1)).to.include({ code: 'more-faults', message: '10 more faults in this message, 9 of which refused an object', refused: true, n: 50 })
  })

  it('raises its alarm even where it is larger than its channel allows', () => {
    const device = new OneDevice('smoke').says(s(1), 'telemetry', { ts: s(1), alarm: true, padding: 'x'.repeat(70_000) })
    expect([device.lines, codes(device)]).to.deep.equal([['raise smoke.alarm 1'], ['too-large  refused']])
  })

  it('is used as far as it can be, and what is wrong is named', () => {
    const device = new OneDevice('smoke').says(s(1), 'telemetry', { ts: s(1), obscuration: 12, temperature: 'warm' })
    expect([device.lines, codes(device)]).to.deep.equal([['raise smoke.alarm 1'], ['wrong-type temperature kept']])
  })

  it('is warned of unknown fields once, and not rejected for them', () => {
    const device = new OneDevice('smoke')
    for (const at of [1, 2]) device.says(s(at), 'telemetry', { ts: s(at), battery: 90, humour: 'good' })
    expect([codes(device), device.rejections]).to.deep.equal([['unknown-field humour kept'], []])
  })

  it('is warned once of a time that is not believed, and told when it looks like seconds', () => {
    const device = new OneDevice('smoke')
    const seconds = Math.round(s(1) / 1000)
    for (const at of [1, 2]) device.says(s(at), 'telemetry', { ts: seconds + at, battery: 90 })
    expect([codes(device), device.rejections]).to.deep.equal([['clock-suspect ts kept'], []])
    expect(device.quarantine[0]?.message).to.match(/^ts \d+ is 1970-01-.*Z: it looks like seconds and must be milliseconds/)
    const ahead = new OneDevice('smoke').says(s(1), 'telemetry', [{ ts: s(1), battery: 90 }, { ts: s(1) + 3_600_000, battery: 90 }])
    expect(ahead.quarantine.map(({ code, path, message }) => [code, path, message.includes('too far')])).to.deep.equal([['clock-suspect', '[1].ts', true]])
  })

  it('counts once when it is sent again, by its number or by its content, even in another order of fields', () => {
    const numbered = new OneDevice('smoke').says(s(1), 'event', alarm(7)).says(s(2), 'event', { type: 'alarm', seq: 7, boot: 'a', ts: s(1) })
    expect(numbered.lines).to.deep.equal(['raise smoke.alarm 1'])
    const plain = new OneDevice('smoke').says(s(1), 'event', { ts: s(1), type: 'alarm' }).says(s(2), 'event', { ts: s(1), type: 'alarm' }).says(s(3), 'event', { ts: s(3), type: 'alarm' })
    expect(plain.lines).to.deep.equal(['raise smoke.alarm 1', 'raise smoke.alarm 3'])
  })

  it('counts again with another boot or on another channel', () => {
    const device = new OneDevice('smoke').says(s(1), 'event', alarm(7)).says(s(2), 'event', alarm(7, { boot: 'b' })).says(s(3), 'telemetry', { ts: s(3), boot: 'a', seq: 7, battery: 50 })
    expect([device.lines, codes(device)]).to.deep.equal([['raise smoke.alarm 1', 'raise smoke.alarm 2'], []])
  })

  it('is kept and flagged when its number was used for something else, each time and on each channel', () => {
    const device = new OneDevice('smoke')
    for (const at of [1, 2, 3]) device.says(s(at), 'event', alarm(0, { ts: s(at) }))
    for (const at of [4, 5]) device.says(s(at), 'telemetry', { ts: s(at), boot: 'a', seq: 0, battery: 90 + at })
    expect(device.lines).to.have.length(3)
    expect(codes(device)).to.deep.equal(Array.from({ length: 3 }, () => 'sequence-reused seq kept'))
  })

  it('is flagged so 20 times an hour at most: a counter that stands still does not fill the quarantine', () => {
    const device = new OneDevice('smoke')
    for (let at = 1; at <= 100; at += 1) device.says(s(at), 'event', alarm(0, { ts: s(at) }))
    expect(device.lines).to.have.length(100)
    expect(codes(device)).to.have.length(20)
    expect(device.quarantine.at(-1)?.message).to.contain('not reported any more')
    expect(codes(device.says(s(3700), 'event', alarm(0, { ts: s(3700) })))).to.have.length(21)
  })

  it('is recognised when a whole array of 500 comes twice', () => {
    const array = Array.from({ length: 500 }, (_, seq) => alarm(seq, { ts: s(seq) }))
    const device = new OneDevice('smoke').says(s(500), 'event', array).says(s(501), 'event', array)
    expect(device.lines).to.have.length(500)
  })

  it('is recognised over the last 192 numbers at least, and what is remembered stays bounded', () => {
    const device = new OneDevice('smoke')
    for (let seq = 0; seq < 1000; seq += 1) device.says(s(seq), 'event', alarm(seq, { ts: s(seq) }))
    for (let seq = 808; seq < 1000; seq += 1) device.says(s(1001), 'event', alarm(seq, { ts: s(seq) }))
    expect([device.lines.length, codes(device)]).to.deep.equal([1000, []])
    expect(JSON.stringify(device.state.seen.event).length).to.be.below(1500)
  })
})
