import { expect } from 'chai'
import { OneDevice, s } from '../../../support/one-device.ts'

const HOUR = 3600
const DAY = 24 * HOUR

describe('Rules of any device', () => {
  it('device.never-seen is raised 24 h after enrolment, and cleared by the first word', () => {
    const device = new OneDevice('smoke', 'c01-gateway-1').input(s(0), { type: 'enrolled' }).pass(s(DAY - 1))
    expect(device.lines).to.deep.equal([])
    expect(device.pass(s(DAY)).lines).to.deep.equal([`raise device.never-seen ${DAY}`])
    expect(device.signals[0]?.message.en).to.equal('Smoke detector b1: not a word within 24 h of its enrolment')
    device.says(s(DAY + 5), 'telemetry', { ts: s(DAY + 5), battery: 90 })
    expect(device.lines.at(-1)).to.equal(`clear device.never-seen ${DAY + 5}`)
  })

  it('device.never-seen is not raised for a device that connected', () => {
    expect(new OneDevice('door').input(s(0), { type: 'enrolled' }).input(s(100), { type: 'connected', session: 1 }).pass(s(2 * DAY)).linesOf('device.never-seen')).to.deep.equal([])
  })

  it('device.never-seen is not put off by restarts, but for the time to speak after one', () => {
    const device = new OneDevice('door').input(s(0), { type: 'enrolled' })
    for (let hour = 1; hour < 24; hour += 1) device.input(s(hour * HOUR), { type: 'grace', started: true })
    expect(device.pass(s(DAY)).lines).to.deep.equal([`raise device.never-seen ${DAY}`])
    const other = new OneDevice('door').input(s(0), { type: 'enrolled' }).input(s(DAY - 10), { type: 'grace', started: true })
    expect(other.pass(s(2 * DAY)).lines).to.deep.equal([`raise device.never-seen ${DAY + 50}`])
  })

  it('device.flapping is raised by 15 disconnects in 60 s, whatever ended them, and cleared after 60 s without', () => {
    const device = new OneDevice('door')
    for (let n = 0; n < 15; n += 1) {
      device.input(s(n * 4), { type: 'connected', session: n + 1 })
      device.input(s(n * 4 + 1), { type: 'disconnected', session: n + 1, reason: n % 2 === 0 ? 'lost' : 'taken-over' })
      if (n === 13) expect(device.lines).to.deep.equal([])
    }
    expect(device.lines).to.deep.equal(['raise device.flapping 57'])
    expect(device.signals[0]?.message.en).to.equal('Door b1: disconnected 15 times within 60 s')
    device.input(s(80), { type: 'disconnected', session: 99, reason: 'lost' })
    expect(device.pass(s(139)).linesOf('device.flapping')).to.have.length(1)
    expect(device.pass(s(140)).linesOf('device.flapping')).to.deep.equal(['raise device.flapping 57', 'clear device.flapping 140'])
  })

  it('device.flapping is not raised by 15 disconnects in more than 60 s', () => {
    const device = new OneDevice('camera')
    for (let n = 0; n < 60; n += 1) device.input(s(n * 4.3), { type: 'disconnected', session: n, reason: 'lost' })
    expect(device.lines).to.deep.equal([])
  })

  const clock = (device: OneDevice, at: number, off: number, more: object = {}): OneDevice => device.says(s(at), 'telemetry', { ts: s(at + off), battery: 90, ...more })

  it('device.clock is raised at once by a clock that is more than 60 s ahead', () => {
    expect(clock(new OneDevice('door'), 100, 60).lines).to.deep.equal([])
    const device = clock(new OneDevice('door'), 100, 61)
    expect(device.lines).to.deep.equal(['raise device.clock 100'])
    expect([device.signals[0]?.message.en, device.signals[0]?.severity]).to.deep.equal(['Door b1: its clock is 61 s ahead', 'low'])
  })

  it('device.clock is raised by one that is behind when a minute later it still is: what is sent again looks old as well', () => {
    const device = clock(clock(new OneDevice('door'), 1000, -300), 1030, -300)
    expect(device.pass(s(1050)).lines).to.deep.equal([])
    expect(clock(device, 1060, -300).lines).to.deep.equal(['raise device.clock 1060'])
    expect(device.signals[0]?.message.en).to.equal('Door b1: its clock is 300 s behind')
    const resent = clock(clock(clock(new OneDevice('door'), 1000, -300), 1001, 0), 1070, -300)
    expect(resent.lines).to.deep.equal([])
  })

  it('device.clock is not raised by one that was behind before the platform stopped listening and is right afterwards', () => {
    const device = clock(clock(new OneDevice('door'), 1000, -300).input(s(1010), { type: 'grace', started: true }), 1100, 0)
    expect(device.pass(s(2000)).linesOf('device.clock')).to.deep.equal([])
  })

  it('device.clock is raised at once by one that shows years ago', () => {
    expect(clock(new OneDevice('door'), 1000, -20 * 365 * DAY).lines).to.deep.equal(['raise device.clock 1000'])
  })

  it('device.clock is cleared when it is off by 50 s or less', () => {
    const device = clock(clock(clock(new OneDevice('door'), 0, 90), 30, 55), 60, 50)
    expect(device.lines).to.deep.equal(['raise device.clock 0', 'clear device.clock 60'])
  })

  it('device.clock is not judged by late data, nor by what was gathered before the newest of a message', () => {
    const device = clock(new OneDevice('smoke'), 20_000, -9000, { historical: true })
    device.says(s(20_000), 'telemetry', [{ ts: s(19_000), battery: 90 }, { ts: s(19_999), battery: 90 }])
    device.says(s(20_100), 'telemetry', [{ ts: s(19_500), battery: 90 }, { ts: s(20_090), battery: 90 }])
    expect(device.linesOf('device.clock')).to.deep.equal([])
  })

  it('device.rejected is raised by 10 messages in 60 s of which something was refused, and cleared after 60 s without', () => {
    const device = new OneDevice('camera')
    for (let n = 0; n < 9; n += 1) device.says(s(n), 'telemetry', n % 2 === 0 ? '{' : [{ ts: s(n), fps: 25 }, { fps: 25 }])
    device.says(s(9), 'telemetry', { ts: s(9), fps: 'many', bitrate: 1 }).says(s(10), 'telemetry', { ts: s(10), unheard: 1, fps: 25 })
    expect(device.lines).to.deep.equal([])
    device.input(s(20), { type: 'refused' })
    expect(device.lines).to.deep.equal(['raise device.rejected 20'])
    expect(device.signals[0]?.message.en).to.equal('Camera b1: messages refused 10 times within 60 s')
    expect(device.pass(s(80)).lines).to.deep.equal(['raise device.rejected 20', 'clear device.rejected 80'])
  })
})
