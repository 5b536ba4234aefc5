import { expect } from 'chai'
import * as fc from 'fast-check'
import { OneDevice, s } from '../../support/one-device.ts'

const YEAR = 365 * 86_400
/** What a clock shows: off by up to twenty years, jumping now and then, or whatever. */
const clock = fc.oneof(
  fc.integer({ min: -20 * YEAR, max: 20 * YEAR }).map((off) => () => off),
  fc.tuple(fc.integer({ min: -20 * YEAR, max: 20 * YEAR }), fc.integer({ min: 1, max: 60 })).map(([jump, each]) => (n: number) => (Math.floor(n / each) % 2) * jump),
  fc.array(fc.integer({ min: -YEAR, max: YEAR }), { minLength: 1, maxLength: 40 }).map((offs) => (n: number) => offs[n % offs.length] ?? 0)
)
const stamp = (seconds: number): number => Math.max(0, s(seconds))

describe('A wrong clock of a device', () => {
  it('never silences smoke, whatever it shows', () => {
    const alarming = fc.constantFrom({ alarm: true }, { obscuration: 10 }, { obscuration: 100, alarm: false })
    fc.assert(fc.property(clock, fc.integer({ min: 0, max: 60 }), alarming, (off, calm, body) => {
      const device = new OneDevice('smoke')
      for (let n = 0; n < calm; n += 1) device.says(s(n), 'telemetry', { ts: stamp(n + off(n)), boot: 'a', seq: n, alarm: false, obscuration: 0.1 })
      device.says(s(calm), 'telemetry', { ts: stamp(calm + off(calm)), boot: 'a', seq: calm, ...body })
      expect(device.linesOf('smoke.alarm')).to.deep.equal([`raise smoke.alarm ${calm}`])
    }), { numRuns: 150 })
  })

  it('never clears an alarm before its quiet time has passed on our clock, as long as its reports come one by one', () => {
    fc.assert(fc.property(clock, (off) => {
      const device = new OneDevice('smoke').says(s(0), 'telemetry', { ts: stamp(off(0)), alarm: true })
      for (let n = 1; n < 60; n += 1) device.says(s(n), 'telemetry', { ts: stamp(n + off(n)), alarm: false, obscuration: 0 })
      expect(device.pass(s(60)).linesOf('smoke.alarm')).to.deep.equal(['raise smoke.alarm 0'])
      expect(device.pass(s(61)).linesOf('smoke.alarm')).to.have.length(2)
    }), { numRuns: 60 })
  })

  it('does not hide a rising temperature, however it jumps', () => {
    fc.assert(fc.property(clock, (off) => {
      const device = new OneDevice('smoke')
      for (let n = 0; n <= 130; n += 1) device.says(s(n), 'telemetry', { ts: stamp(n + off(n)), temperature: 20 + n * 0.2 })
      expect(device.lines.filter((line) => line.startsWith('raise smoke.heat'))).to.have.length(1)
    }), { numRuns: 100 })
  })

  it('does not hide a forced door, however it jumps', () => {
    fc.assert(fc.property(clock, (off) => {
      const device = new OneDevice('door').says(s(0), 'event', { ts: stamp(off(0)), type: 'granted' }).says(s(2), 'event', { ts: stamp(2 + off(1)), type: 'closed' })
      device.says(s(30), 'event', { ts: stamp(30 + off(2)), type: 'opened' })
      expect(device.linesOf('door.forced').length).to.be.within(0, 1)
      if (off(0) === off(1) && off(1) === off(2)) expect(device.linesOf('door.forced')).to.deep.equal(['raise door.forced 30'])
    }), { numRuns: 60 })
  })

  it('does not make a fire of a warm day that comes in one flush', () => {
    const device = new OneDevice('smoke')
    for (let n = 0; n < 18; n += 1) device.says(s(3 * 3600 + n * 0.01), 'telemetry', { ts: s(n * 600), temperature: 15 + n })
    device.says(s(3 * 3600 + 600), 'telemetry', { ts: s(3 * 3600 + 600), temperature: 34 })
    expect(device.lines).to.deep.equal([])
  })

  it('measures on, over an alarm whose object has no time', () => {
    for (const [at, lines] of [[60, ['raise smoke.heat 60']], [61, []]] as const) {
      const device = new OneDevice('smoke').says(s(0), 'telemetry', { ts: s(-9000), temperature: 20 }).says(s(30), 'event', { type: 'call-point' })
      device.says(s(at), 'telemetry', { ts: s(at - 9000), temperature: 28.3 })
      expect(device.linesOf('smoke.heat'), `${at} s`).to.deep.equal(lines)
    }
  })

  it('measures a gathered array by the times in it', () => {
    const samples = (rise: number, off: number): object[] => Array.from({ length: 300 }, (_, n) => ({ ts: s(n + off), temperature: 20 + n * rise }))
    for (const off of [0, -20 * YEAR, 20 * YEAR]) {
      const heat = (rise: number): string[] => new OneDevice('smoke').says(s(300), 'telemetry', samples(rise, off)).linesOf('smoke.heat')
      expect([heat(0.05), heat(0.15)], `${off / YEAR} years off`).to.deep.equal([[], ['raise smoke.heat 300']])
    }
  })
})
