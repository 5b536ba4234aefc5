import { expect } from 'chai'
import { EMPTY_FLEET, gatewayLost } from '../../../services/presence/fleet.ts'
import { connected, disconnected, due, UNSEEN } from '../../../services/presence/presence.ts'
import { OneDevice, s } from '../../support/one-device.ts'

const report = (device: OneDevice, at: number): OneDevice => device.says(s(at), 'telemetry', { ts: s(at), battery: 90 })
const lost = (at: number, session = 1) => [s(at), { type: 'disconnected', session, reason: 'lost' }] as const

describe('Presence', () => {
  for (const [kind, limit, severity] of [['smoke', 7200, 'medium'], ['door', 120, 'low'], ['camera', 120, 'low'], ['gateway', 120, 'high']] as const) {
    it(`calls a ${kind} offline after ${limit} s of silence, and back when it speaks`, () => {
      const body = { smoke: { battery: 90 }, door: { battery: 90 }, camera: { fps: 25 }, gateway: { cpu: 5 } }[kind]
      const device = new OneDevice(kind).says(s(10), 'telemetry', { ts: s(10), ...body })
      device.pass(s(10 + limit) - 1)
      expect([device.lines, device.online]).to.deep.equal([[], true])
      device.pass(s(10 + limit))
      expect([device.lines, device.online]).to.deep.equal([[`raise device.offline ${10 + limit}`], false])
      expect(device.signals[0]?.severity).to.equal(severity)
      device.says(s(9000), 'telemetry', { ts: s(9000), ...body })
      expect([device.lines.at(-1), device.online]).to.deep.equal(['clear device.offline 9000', true])
    })
  }

  it('expects nothing of a device that never spoke', () => {
    const device = new OneDevice('door').input(s(0), { type: 'grace', started: true }).input(s(1), { type: 'gateway', is: 'lost' }).input(s(2), { type: 'gateway', is: 'up' }).pass(s(9999))
    expect([device.lines, device.due, device.online]).to.deep.equal([[], null, false])
  })

  it('gives every device its time again after a start, and raises nothing twice', () => {
    const quiet = report(new OneDevice('door'), 0).input(s(119), { type: 'grace', started: true }).pass(s(238))
    expect(quiet.lines).to.deep.equal([])
    expect(quiet.pass(s(239)).lines).to.deep.equal(['raise device.offline 239'])
    expect(quiet.input(s(300), { type: 'grace', started: true }).pass(s(9000)).lines).to.have.length(1)
  })

  it('calls a gateway offline 5 s after its connection was lost, unless it comes back', () => {
    const gone = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(...lost(50)).pass(s(54.999))
    expect([gone.lines, gone.children]).to.deep.equal([[], ['lost']])
    expect([gone.pass(s(55)).lines, gone.children]).to.deep.equal([['raise device.offline 55'], ['lost', 'offline']])
    gone.input(s(60), { type: 'connected', session: 2 })
    expect([gone.lines.at(-1), gone.children.at(-1)]).to.deep.equal(['clear device.offline 60', 'up'])
    const back = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(...lost(50)).input(s(54), { type: 'connected', session: 2 }).pass(s(100))
    expect([back.lines, back.children]).to.deep.equal([[], ['lost', 'up']])
  })

  it('lets the silence limit decide when ten gateways are lost within ten seconds', () => {
    let fleet = EMPTY_FLEET
    for (let n = 0; n < 10; n += 1) fleet = gatewayLost(fleet, s(45 + n))
    const device = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(...lost(50))
    device.fleet = fleet
    expect(device.pass(s(169)).lines).to.deep.equal([])
    expect(device.pass(s(170)).lines).to.deep.equal(['raise device.offline 170'])
    let few = EMPTY_FLEET
    for (let n = 0; n < 10; n += 1) few = gatewayLost(few, s(45 + n * 1.2))
    const alone = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(...lost(50))
    alone.fleet = few
    expect(alone.pass(s(60)).lines).to.deep.equal(['raise device.offline 55'])
  })

  it('does not believe the end of an old connection, nor its last will, after a takeover', () => {
    const device = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(s(10), { type: 'connected', session: 2 })
    device.input(...lost(11, 1)).says(s(11), 'status', { state: 'offline' }).pass(s(100))
    expect([device.lines, device.children, device.online]).to.deep.equal([[], [], true])
  })

  it('does not raise a child behind a gateway that is away, shows it offline with it, and gives it its time anew after', () => {
    const child = report(new OneDevice('door', 'c01-gateway-1'), 0).input(s(50), { type: 'gateway', is: 'lost' })
    expect(child.online).to.equal(true)
    child.input(s(55), { type: 'gateway', is: 'offline' }).pass(s(5000))
    expect([child.lines, child.online]).to.deep.equal([[], false])
    child.input(s(5000), { type: 'gateway', is: 'up' }).pass(s(5119))
    expect([child.lines, child.online]).to.deep.equal([[], true])
    expect(child.pass(s(5120)).lines).to.deep.equal(['raise device.offline 5120'])
  })

  it('gives a child its time anew once until it speaks: a gateway that comes and goes hides no dead detector', () => {
    const HOUR = 3600
    const child = report(new OneDevice('smoke', 'c01-gateway-1'), 0)
    for (let at = HOUR; at <= 3 * HOUR; at += HOUR) child.input(s(at), { type: 'gateway', is: 'lost' }).input(s(at + 10), { type: 'gateway', is: 'up' })
    // Twice it was away for 10 s since, and that does not count.
    expect(child.pass(s(3 * HOUR + 29)).lines).to.deep.equal([])
    expect(child.pass(s(9 * HOUR)).lines).to.deep.equal([`raise device.offline ${3 * HOUR + 30}`])
    const alive = report(new OneDevice('smoke', 'c01-gateway-1'), 0)
    for (let at = HOUR; at < 9 * HOUR; at += HOUR) report(alive.input(s(at), { type: 'gateway', is: 'lost' }).input(s(at + 10), { type: 'gateway', is: 'up' }), at + 600)
    expect(alive.lines).to.deep.equal([])
    const started = report(new OneDevice('smoke', 'c01-gateway-1'), 0).input(s(10), { type: 'gateway', is: 'lost' }).input(s(20), { type: 'gateway', is: 'up' })
    started.input(s(HOUR), { type: 'grace', started: true }).input(s(HOUR), { type: 'gateway', is: 'lost' }).input(s(HOUR + 60), { type: 'gateway', is: 'up' })
    expect(started.pass(s(9 * HOUR)).lines).to.deep.equal([`raise device.offline ${3 * HOUR + 60}`])
  })

  it('knows only of gateways that a lost connection counts before silence does', () => {
    const here = (device: OneDevice): OneDevice => device.input(s(0), { type: 'connected', session: 1 })
    const door = here(new OneDevice('door')).input(...lost(50)).pass(s(9000))
    expect(door.lines).to.deep.equal(['raise device.offline 170'])
    const goodbye = here(new OneDevice('gateway')).input(s(50), { type: 'disconnected', session: 1, reason: 'said-goodbye' }).pass(s(9000))
    expect(goodbye.lines).to.deep.equal(['raise device.offline 170'])
  })

  it('gives a gateway that was lost its time to come back again where the platform was not listening', () => {
    const device = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(...lost(50)).input(s(54), { type: 'grace', started: false })
    expect(device.pass(s(9000)).lines).to.deep.equal(['raise device.offline 59'])
    const here = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 }).input(s(54), { type: 'grace', started: false })
    expect(here.pass(s(9000)).lines).to.deep.equal(['raise device.offline 174'])
  })

  it('calls nobody offline before the time, whatever else is due', () => {
    const limits = { silence: 120_000, settle: 5000 }
    const gone = disconnected(connected(UNSEEN, 1, s(0), limits), 1, 'lost', true, s(50), limits)
    for (const at of [50, 54.999]) expect(due(gone, s(at), false, limits)).to.equal(gone)
    expect(due(gone, s(55), false, limits).offline).to.equal(true)
    expect(due(due(gone, s(55), true, limits), s(169.999), true, limits).offline).to.equal(false)
    expect(due(due(gone, s(55), true, limits), s(170), true, limits).offline).to.equal(true)
  })

  it('needs no gateway to hear a child that has a connection of its own', () => {
    const child = new OneDevice('door', 'c01-gateway-1').input(s(0), { type: 'connected', session: 1 }).input(s(10), { type: 'gateway', is: 'offline' })
    expect(child.online).to.equal(true)
    expect(child.pass(s(9000)).lines).to.deep.equal(['raise device.offline 120'])
  })

  it('keeps a gateway alive by what it carries, and its silent children not', () => {
    const gateway = new OneDevice('gateway').input(s(0), { type: 'connected', session: 1 })
    for (let at = 100; at <= 1000; at += 100) gateway.input(s(at), { type: 'carried' })
    expect(gateway.lines).to.deep.equal([])
    expect(report(new OneDevice('smoke', 'c01-gateway-1'), 0).pass(s(7200)).lines).to.deep.equal(['raise device.offline 7200'])
  })
})
