import { expect } from 'chai'
import * as fc from 'fast-check'
import { OneDevice, s } from '../../support/one-device.ts'

const calm = { alarm: false, obscuration: 0 }
/** One message each, sent 10 ms apart from `at` on: what a device had stored. */
function flush(device: OneDevice, at: number, bodies: readonly (Record<string, unknown> & { readonly ts: number })[]): OneDevice {
  for (const [n, body] of bodies.entries()) device.says(s(at + n * 0.01), 'type' in body ? 'event' : 'telemetry', body)
  return device
}

describe('Readings that were stored and come in one breath', () => {
  const ended = [{ ts: s(0), alarm: true }, { ts: s(100), ...calm }, { ts: s(170), ...calm }]

  it('clear in it what was calm for its quiet time by their own times', () => {
    expect(new OneDevice('smoke').says(s(600), 'telemetry', ended).linesOf('smoke.alarm')).to.deep.equal(['raise smoke.alarm 600', 'clear smoke.alarm 600'])
    const device = new OneDevice('smoke').says(s(-5), 'telemetry', { ts: s(-5), alarm: false })
    expect(flush(device, 600, ended).linesOf('smoke.alarm')).to.deep.equal(['raise smoke.alarm 600', 'clear smoke.alarm 600.02'])
  })

  it('leave open what was not calm for so long, and count the rest of it by our clock', () => {
    const device = new OneDevice('smoke').says(s(600), 'telemetry', [{ ts: s(0), alarm: true }, { ts: s(100), ...calm }, { ts: s(140), ...calm }])
    expect(device.pass(s(619)).linesOf('smoke.alarm')).to.have.length(1)
    expect(device.pass(s(620)).linesOf('smoke.alarm')).to.deep.equal(['raise smoke.alarm 600', 'clear smoke.alarm 620'])
  })

  it('raise what an alarm after the quiet time says, whatever came before it', () => {
    const device = new OneDevice('smoke').says(s(600), 'telemetry', [...ended, { ts: s(300), alarm: true }])
    expect(device.linesOf('smoke.alarm')).to.deep.equal(['raise smoke.alarm 600', 'clear smoke.alarm 600', 'raise smoke.alarm 600'])
    expect(device.pass(s(9000)).linesOf('smoke.alarm')).to.have.length(3)
  })

  it('raise and clear what lasted and ended in them', () => {
    const door = [{ ts: s(0), type: 'granted' }, { ts: s(1), type: 'opened' }, { ts: s(100), type: 'closed' }]
    expect(new OneDevice('door').says(s(600), 'event', door).linesOf('door.held-open')).to.deep.equal(['raise door.held-open 600', 'clear door.held-open 600'])
    const haze = [{ ts: s(0), obscuration: 6 }, { ts: s(31), obscuration: 1 }, { ts: s(95), obscuration: 1 }]
    expect(new OneDevice('smoke').says(s(600), 'telemetry', haze).linesOf('smoke.pre-alarm')).to.deep.equal(['raise smoke.pre-alarm 600', 'clear smoke.pre-alarm 600'])
    const short = [{ ts: s(0), obscuration: 6 }, { ts: s(29), obscuration: 1 }, { ts: s(95), obscuration: 1 }]
    expect(new OneDevice('smoke').says(s(600), 'telemetry', short).lines).to.deep.equal([])
  })

  it('raise carbon monoxide after its minutes and clear it after its quiet ones', () => {
    const co = [0, 60, 121, 182, 240, 400, 545].map((at) => ({ ts: s(at), co: at < 200 ? 300 : 10 }))
    expect(new OneDevice('smoke').says(s(900), 'telemetry', co).linesOf('smoke.co')).to.deep.equal(['raise smoke.co 900', 'clear smoke.co 900'])
    expect(new OneDevice('smoke').says(s(900), 'telemetry', co.slice(0, -1)).linesOf('smoke.co')).to.deep.equal(['raise smoke.co 900'])
  })

  it('make a burst of refusals only of those that lie within its window by their own times, and end it by them', () => {
    const denied = (...at: number[]): { ts: number, type: string }[] => at.map((one) => ({ ts: s(one), type: 'denied' }))
    expect(flush(new OneDevice('door'), 900, denied(0, 50, 100, 150, 200)).lines).to.deep.equal([])
    const device = flush(new OneDevice('door'), 900, [...denied(0, 10, 20, 30, 40), { ts: s(400), type: 'exit-request' }])
    expect(device.linesOf('door.denied-burst')).to.deep.equal(['raise door.denied-burst 900.04', 'clear door.denied-burst 900.05'])
  })

  it('count a time that lies in them twice only once', () => {
    const device = new OneDevice('smoke').says(s(-5), 'telemetry', { ts: s(-5), alarm: false })
    const bodies = [{ ts: s(0), alarm: true }, ...[10, 50, 12, 52, 14, 54].map((at, n) => ({ ts: s(at), alarm: false, obscuration: 0, battery: 90 - n }))]
    flush(device, 600, bodies)
    expect(device.linesOf('smoke.alarm')).to.have.length(1)
  })
})

describe('A clock that is set', () => {
  it('clears nothing early, by whatever it jumps between two reports of a device', () => {
    fc.assert(fc.property(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -400, max: 400 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 501, max: 5000 }), (off, jump, when, step) => {
      const device = new OneDevice('smoke').says(s(0), 'telemetry', { ts: s(off), alarm: true })
      const says = (ms: number): unknown => device.says(s(ms / 1000), 'telemetry', { ts: s(ms / 1000 + off + (ms > when * 1000 ? jump : 0)), ...calm })
      says(1000)
      for (let ms = 1000 + step; ms < 61_000; ms += step) says(ms)
      expect(device.pass(s(60.999)).linesOf('smoke.alarm')).to.have.length(1)
      expect(device.pass(s(61)).linesOf('smoke.alarm')).to.have.length(2)
    }), { numRuns: 200 })
  })

  it('clears nothing early though it was slow for good and is not believed', () => {
    const device = new OneDevice('smoke').says(s(0), 'telemetry', { ts: 1000, alarm: true }).says(s(300), 'telemetry', [{ ts: 2000, ...calm }, { ts: 200_000, ...calm }])
    expect(device.pass(s(359)).linesOf('smoke.alarm')).to.have.length(1)
    expect(device.pass(s(360)).linesOf('smoke.alarm')).to.have.length(2)
  })

  it('clears nothing early because reports of a fast detector tremble on their way', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 20, maxLength: 60 }), (delays) => {
      const device = new OneDevice('smoke').says(s(0), 'telemetry', { ts: s(0), alarm: true })
      let last = 1
      for (let n = 0; n < 580; n += 1) {
        const sent = 1 + n * 0.1
        last = Math.max(last, sent + (delays[n % delays.length] ?? 0) / 1000)
        device.says(s(last), 'telemetry', { ts: s(sent), ...calm })
      }
      expect(device.linesOf('smoke.alarm')).to.have.length(1)
    }), { numRuns: 20 })
  })
})
