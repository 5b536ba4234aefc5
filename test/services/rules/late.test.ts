import { expect } from 'chai'
import * as fc from 'fast-check'
import { OneDevice, s } from '../../support/one-device.ts'

const HOUR = 3600
const late = (at: number, body: Record<string, unknown>): Record<string, unknown> => ({ ts: s(at), historical: true, ...body })
const event = (at: number, type: string): Record<string, unknown> => late(at, { type })

describe('Late data', () => {
  it('records what began and ended in it as over', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', [late(100, { alarm: true }), late(300, { alarm: false, obscuration: 1 })]).pass(s(2 * HOUR + 10))
    expect(device.lines).to.deep.equal(['over smoke.alarm 100 until 360'])
  })

  it('raises now, with its own time, what its end still says', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', [late(100, { alarm: false }), late(300, { alarm: true })]).pass(s(2 * HOUR + 10))
    expect(device.lines).to.deep.equal(['raise smoke.alarm 300'])
  })

  it('raises an alarm of the last minute without waiting for more', () => {
    expect(new OneDevice('smoke').says(s(100), 'event', event(70, 'alarm')).lines).to.deep.equal(['raise smoke.alarm 70'])
  })

  it('never replaces newer live knowledge: an alarm from before it is over', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', { ts: s(2 * HOUR), alarm: false, obscuration: 0 })
    device.says(s(2 * HOUR + 1), 'event', event(100, 'alarm')).pass(s(2 * HOUR + 10))
    expect(device.lines).to.deep.equal([`over smoke.alarm 100 until ${2 * HOUR}`])
  })

  it('hands what it raised to the live lane, which clears it', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'event', event(100, 'alarm')).pass(s(2 * HOUR + 10))
    device.says(s(2 * HOUR + 20), 'telemetry', { ts: s(2 * HOUR + 20), alarm: false, obscuration: 0 }).pass(s(2 * HOUR + 200))
    expect(device.lines).to.deep.equal(['raise smoke.alarm 100', `clear smoke.alarm ${2 * HOUR + 80}`])
  })

  it('clears what a first piece raised when a later piece tells its end, and tells nothing twice', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'event', event(100, 'alarm')).pass(s(2 * HOUR + 10))
    device.says(s(2 * HOUR + 20), 'event', event(500, 'alarm-cleared')).pass(s(2 * HOUR + 30))
    device.says(s(2 * HOUR + 40), 'event', [event(100, 'alarm'), event(500, 'alarm-cleared')]).pass(s(2 * HOUR + 50))
    expect(device.lines).to.deep.equal(['raise smoke.alarm 100', 'clear smoke.alarm 560'])
  })

  it('does not believe a clock that is years off to call an alarm over', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', { ts: s(2 * HOUR), alarm: false })
    device.says(s(2 * HOUR + 1), 'event', { ts: 12_345, historical: true, type: 'alarm' }).pass(s(2 * HOUR + 10))
    expect(device.lines).to.deep.equal([`raise smoke.alarm ${2 * HOUR + 1}`])
  })

  it('sorts what a door tells late, so that a grant excuses its opening wherever it stands', () => {
    const device = new OneDevice('door').says(s(HOUR), 'event', [event(103, 'opened'), event(110, 'closed'), event(101, 'granted')]).pass(s(HOUR + 10))
    expect(device.lines).to.deep.equal([])
  })

  it('excuses a late opening by a grant that came live', () => {
    const device = new OneDevice('door').says(s(1), 'event', { ts: s(1), type: 'granted' })
    device.says(s(50), 'event', [event(3, 'opened'), event(9, 'closed')]).pass(s(60))
    expect(device.lines).to.deep.equal([])
  })

  it('does not take a door that was opened late and stands open for forced', () => {
    const device = new OneDevice('door').says(s(100), 'event', [event(50, 'granted'), event(52, 'opened')])
    device.says(s(101), 'telemetry', { ts: s(101), open: true, locked: true }).pass(s(110))
    expect(device.lines).to.deep.equal([])
  })

  it('gives the same alarms, once, however it is split, shuffled and doubled', () => {
    const backlog = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 5000 }), type: fc.constantFrom('alarm', 'alarm-cleared') }), { selector: ({ at }) => at, minLength: 1, maxLength: 12 })
    const plan = backlog.chain((items) => fc.record({
      items: fc.constant(items),
      sent: fc.shuffledSubarray([...items.keys(), ...items.keys()].map((index, n) => [n, index] as const), { minLength: items.length * 2 }),
      pieces: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 30, maxLength: 30 })
    }))
    fc.assert(fc.property(plan, ({ items, sent, pieces }) => {
      const numbered = items.map(({ at, type }, seq) => late(at, { type, boot: 'a', seq }))
      const whole = new OneDevice('smoke').says(s(4 * HOUR), 'event', numbered).pass(s(5 * HOUR))
      const split = new OneDevice('smoke')
      let from = 0
      for (const [n, size] of pieces.entries()) {
        const piece = sent.slice(from, from + size).map(([, index]) => numbered[index])
        from += size
        if (piece.length > 0) split.says(s(4 * HOUR + n * 0.1), 'event', piece)
      }
      split.pass(s(5 * HOUR))
      expect(split.lines).to.deep.equal(whole.lines)
    }), { numRuns: 200 })
  })
})
