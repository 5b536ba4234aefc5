import { expect } from 'chai'
import * as fc from 'fast-check'
import type { RuleId } from '../../../services/rules/registry.ts'
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

  type Body = Record<string, unknown>
  const send = (device: OneDevice, at: number, body: Body): OneDevice => device.says(s(at), 'type' in body ? 'event' : 'telemetry', body)
  const kindOf = (rule: RuleId): 'smoke' | 'door' | 'camera' => rule.split('.')[0] as 'smoke' | 'door' | 'camera'

  /** What raises a rule, after how many seconds, what ends it, and after how many. */
  const ENDS: readonly (readonly [rule: RuleId, begins: Body, hold: number, ends: Body, quiet: number])[] = [
    ['smoke.alarm', { alarm: true }, 0, { alarm: false }, 60],
    ['smoke.heat', { temperature: 80 }, 0, { temperature: 20 }, 60],
    ['smoke.pre-alarm', { obscuration: 7 }, 30, { obscuration: 0 }, 60],
    ['smoke.co', { co: 400 }, 180, { co: 0 }, 300],
    ['smoke.fault', { fault: true }, 0, { fault: false }, 0],
    ['smoke.battery', { battery: 3 }, 0, { battery: 90 }, 0],
    ['door.forced', { type: 'forced' }, 0, { type: 'closed' }, 0],
    ['door.forced', { type: 'opened' }, 0, { type: 'closed' }, 0],
    ['door.held-open', { open: true }, 60, { open: false }, 0],
    ['door.tamper', { tamper: true }, 0, { tamper: false }, 0],
    ['door.lock-fault', { type: 'lock-fault' }, 0, { locked: true }, 0],
    ['camera.lens-covered', { type: 'lens-covered', phase: 'start' }, 0, { type: 'lens-covered', phase: 'end' }, 0],
    ['camera.intrusion', { type: 'intrusion', phase: 'start' }, 0, { type: 'intrusion', phase: 'end' }, 0],
    ['camera.video-loss', { videoLoss: true }, 30, { videoLoss: false }, 30]
  ]
  for (const [rule, begins, hold, ends, quiet] of ENDS) {
    it(`clears ${rule} that a first piece raised by ${JSON.stringify(begins)} when a later piece tells its end, and lets it begin anew`, () => {
      const device = send(new OneDevice(kindOf(rule)), 2 * HOUR, late(100, begins)).pass(s(2 * HOUR + 10))
      send(device, 2 * HOUR + 20, late(500, ends)).pass(s(2 * HOUR + 30))
      expect(device.linesOf(rule)).to.deep.equal([`raise ${rule} ${100 + hold}`, `clear ${rule} ${500 + quiet}`])
      send(device, 3 * HOUR, { ts: s(3 * HOUR), ...begins }).pass(s(3 * HOUR + 250))
      expect(device.linesOf(rule).slice(2)).to.deep.equal([`raise ${rule} ${3 * HOUR + hold}`])
    })

    it(`calls ${rule} by ${JSON.stringify(begins)} over where a newer live word was calm`, () => {
      const device = send(new OneDevice(kindOf(rule)), 2 * HOUR, { ts: s(2 * HOUR), ...ends }).pass(s(2 * HOUR + 400))
      send(device, 2 * HOUR + 401, late(100, begins)).pass(s(2 * HOUR + 410))
      expect(device.linesOf(rule)).to.deep.equal([`over ${rule} ${100 + hold} until ${2 * HOUR}`])
    })
  }

  for (const [rule, begins, hold, ends, quiet] of ENDS) {
    it(`never ends ${rule} that is open live by ${JSON.stringify(begins)}, however new it is, and lets the live lane clear it`, () => {
      const device = send(new OneDevice(kindOf(rule)), 2 * HOUR, { ts: s(2 * HOUR), ...begins }).pass(s(2 * HOUR + 250))
      send(device, 2 * HOUR + 600, late(2 * HOUR + 500, ends)).pass(s(3 * HOUR))
      const [first, ...more] = device.linesOf(rule)
      expect([first, more.filter((line) => !line.startsWith('raise'))]).to.deep.equal([`raise ${rule} ${2 * HOUR + hold}`, []])
      send(device, 3 * HOUR, { ts: s(3 * HOUR), ...ends }).pass(s(4 * HOUR))
      expect(device.linesOf(rule).at(-1)).to.equal(`clear ${rule} ${3 * HOUR + quiet}`)
    })
  }

  for (const [rule, type, lasts] of [['smoke.call-point', 'call-point', 60], ['door.duress', 'duress', 60], ['camera.flame', 'flame', 300]] as const) {
    it(`counts ${rule} of long ago on one that is open live, and ends nothing of it`, () => {
      const device = send(new OneDevice(kindOf(rule)), 2 * HOUR, { ts: s(2 * HOUR), type })
      send(device, 2 * HOUR + 1, event(100, type)).pass(s(2 * HOUR + 10))
      send(device, 2 * HOUR + 20, event(120, type)).pass(s(2 * HOUR + 500))
      expect(device.linesOf(rule)).to.deep.equal([`raise ${rule} ${2 * HOUR}`, `raise ${rule} 100`, `clear ${rule} ${2 * HOUR + lasts}`])
    })
  }

  it('calls smoke over at the last live word on it, be it of the detector or of its smoke', () => {
    for (const live of [[{ alarm: false }, { obscuration: 0 }], [{ obscuration: 0 }, { alarm: false }]]) {
      const device = new OneDevice('smoke')
      for (const [n, body] of live.entries()) send(device, 2 * HOUR + n * 100, { ts: s(2 * HOUR + n * 100), ...body })
      send(device, 2 * HOUR + 200, late(100, { alarm: true, obscuration: 14 })).pass(s(2 * HOUR + 210))
      expect(device.linesOf('smoke.alarm')).to.deep.equal([`over smoke.alarm 100 until ${2 * HOUR + 100}`])
    }
  })

  it('remembers a bounded number of readings and of alarms that it told', () => {
    const device = new OneDevice('smoke')
    for (let n = 0; n < 100; n += 1) {
      send(device, 2 * HOUR + n * 20, late(n * 10, { type: 'call-point' })).pass(s(2 * HOUR + n * 20 + 10))
      device.says(s(2 * HOUR + n * 20 + 11), 'telemetry', [0, 1, 2, 3].map((one) => late(n * 10 + one, { fault: one % 2 === 0 }))).pass(s(2 * HOUR + n * 20 + 19))
    }
    expect([device.state.late.items.length, device.state.late.told.length]).to.deep.equal([256, 32])
  })

  it('raises with the time of its last word what it had called over, and of which a later piece says that it went on', () => {
    for (const at of [230, 400]) {
      const device = new OneDevice('smoke').says(s(2 * HOUR), 'event', [event(100, 'alarm'), event(200, 'alarm-cleared')]).pass(s(2 * HOUR + 10))
      device.says(s(2 * HOUR + 20), 'event', event(at, 'alarm')).pass(s(2 * HOUR + 30))
      expect(device.lines).to.deep.equal(['over smoke.alarm 100 until 260', `raise smoke.alarm ${at}`])
    }
  })

  const DANGERS: readonly (readonly [rule: RuleId, body: Body])[] = [
    ['smoke.alarm', { alarm: true }], ['smoke.alarm', { obscuration: 10 }], ['smoke.heat', { temperature: 57 }], ['smoke.call-point', { type: 'call-point' }],
    ['door.forced', { type: 'forced' }], ['door.duress', { type: 'duress' }], ['camera.flame', { type: 'flame', phase: 'start' }]
  ]
  for (const [rule, body] of DANGERS) {
    it(`raises ${rule} by ${JSON.stringify(body)} of the last minute at once, and waits for more of what is older`, () => {
      expect(send(new OneDevice(kindOf(rule)), 100, late(40.001, body)).linesOf(rule)[0]).to.equal(`raise ${rule} 40.001`)
      const older = send(new OneDevice(kindOf(rule)), 100, late(40, body))
      expect([older.lines, older.pass(s(102)).linesOf(rule)[0]]).to.deep.equal([[], `raise ${rule} 40`])
    })
  }

  it('raises carbon monoxide at once that has lasted up to this minute', () => {
    expect(new OneDevice('smoke').says(s(200), 'telemetry', [late(0, { co: 300 }), late(185, { co: 300 })]).lines).to.deep.equal(['raise smoke.co 180'])
  })

  it('takes no reading for an all-clear that says nothing about the alarm', () => {
    const smoke = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', { ts: s(2 * HOUR), obscuration: 0.2, temperature: 21 })
    smoke.says(s(2 * HOUR + 1), 'event', event(100, 'alarm')).pass(s(2 * HOUR + 10))
    expect(smoke.lines).to.deep.equal(['raise smoke.alarm 100'])
    const verdict = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', { ts: s(2 * HOUR), alarm: false })
    verdict.says(s(2 * HOUR + 1), 'telemetry', late(100, { obscuration: 14 })).pass(s(2 * HOUR + 10))
    expect(verdict.lines).to.deep.equal(['raise smoke.alarm 100', 'raise smoke.pre-alarm 130'])
    const door = new OneDevice('door').says(s(2 * HOUR), 'telemetry', { ts: s(2 * HOUR), locked: true, battery: 80 })
    door.says(s(2 * HOUR + 1), 'event', event(100, 'forced')).pass(s(2 * HOUR + 10))
    expect(door.lines).to.deep.equal(['raise door.forced 100'])
  })

  it('takes back with the all-clear of the detector what came with its alarm', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'event', { ts: s(2 * HOUR), type: 'alarm-cleared' })
    device.says(s(2 * HOUR + 1), 'event', late(100, { type: 'alarm', obscuration: 14 })).pass(s(2 * HOUR + 10))
    expect(device.linesOf('smoke.alarm')).to.deep.equal([`over smoke.alarm 100 until ${2 * HOUR}`])
  })

  it('takes back nothing but that: neither smoke that lasts live, nor late smoke where the last word is an alarm', () => {
    const smoke = new OneDevice('smoke').says(s(2 * HOUR), 'event', { ts: s(2 * HOUR), type: 'alarm', obscuration: 14 }).says(s(2 * HOUR + 10), 'telemetry', { ts: s(2 * HOUR + 10), alarm: false })
    smoke.says(s(2 * HOUR + 20), 'event', event(100, 'alarm')).pass(s(3 * HOUR))
    const alarm = new OneDevice('smoke').says(s(2 * HOUR), 'event', { ts: s(2 * HOUR), type: 'alarm' }).says(s(2 * HOUR + 1), 'event', late(100, { type: 'alarm', obscuration: 14 }))
    alarm.pass(s(2 * HOUR + 10)).says(s(2 * HOUR + 20), 'telemetry', { ts: s(2 * HOUR + 20), alarm: false }).pass(s(3 * HOUR))
    for (const device of [smoke, alarm]) expect(device.linesOf('smoke.alarm').filter((line) => !line.startsWith('raise'))).to.deep.equal([])
  })

  const STILL: readonly (readonly [rule: RuleId, title: string, ended: readonly Record<string, unknown>[], live: Record<string, unknown>, over: Record<string, unknown>])[] = [
    ['smoke.alarm', 'smoke between the limits', [late(7000, { obscuration: 14 })], { alarm: false, obscuration: 7 }, { alarm: false, obscuration: 0 }],
    ['smoke.heat', 'a temperature between the limits', [late(7000, { temperature: 80 })], { temperature: 53 }, { temperature: 40 }],
    ['smoke.co', 'carbon monoxide between the limits', [late(6000, { co: 400 }), late(7000, { co: 400 })], { co: 40 }, { co: 10 }],
    ['smoke.co', 'carbon monoxide that has not lasted live', [late(6000, { co: 400 }), late(7000, { co: 400 })], { co: 120 }, { co: 10 }],
    ['smoke.pre-alarm', 'smoke between the limits', [late(6000, { obscuration: 6 })], { obscuration: 4.5 }, { obscuration: 1 }],
    ['door.held-open', 'a door that stands open', [late(6000, { open: false }), late(6001, { open: true, locked: false })], { open: true, locked: false }, { open: false }]
  ]
  for (const [rule, title, told, now, over] of STILL) {
    const kind = rule.startsWith('door') ? 'door' : 'smoke'
    it(`goes on with ${rule} where what is known live says ${title}, and lets the live lane clear it`, () => {
      const device = new OneDevice(kind).says(s(2 * HOUR), 'telemetry', { ts: s(2 * HOUR), ...now }).says(s(2 * HOUR + 1), 'telemetry', told).pass(s(2 * HOUR + 20))
      expect(device.linesOf(rule).map((line) => line.split(' ')[0])).to.deep.equal(['raise'])
      device.says(s(2 * HOUR + 30), 'telemetry', { ts: s(2 * HOUR + 30), ...over }).pass(s(2 * HOUR + 1000))
      expect(device.linesOf(rule).map((line) => line.split(' ')[0])).to.deep.equal(['raise', 'clear'])
    })
  }

  it('leaves a heat that rises live as it is, beside one that rose long ago: it is no new occurrence, and clears as it would have', () => {
    const device = new OneDevice('smoke')
    const says = (at: number, temperature: number): OneDevice => send(device, at, { ts: s(at), temperature })
    says(7000, 20)
    says(7030, 30).says(s(7040), 'telemetry', [late(100, { temperature: 20 }), late(130, { temperature: 30 })]).pass(s(7050))
    says(7060, 40)
    says(7200, 40).pass(s(8000))
    expect(device.linesOf('smoke.heat')).to.deep.equal(['raise smoke.heat 7030', 'raise smoke.heat 130', 'clear smoke.heat 7260'])
  })

  it('calls nothing over that the detector says live', () => {
    const device = new OneDevice('smoke').says(s(2 * HOUR), 'telemetry', late(100, { obscuration: 14 })).pass(s(2 * HOUR + 10))
    device.says(s(2 * HOUR + 20), 'event', { ts: s(2 * HOUR + 20), type: 'alarm' })
    device.says(s(2 * HOUR + 30), 'telemetry', late(2 * HOUR + 25, { obscuration: 0 })).pass(s(2 * HOUR + 500))
    expect(device.linesOf('smoke.alarm')).to.deep.equal(['raise smoke.alarm 100', `raise smoke.alarm ${2 * HOUR + 20}`])
  })

  it('keeps what the detector said live beside what comes late, so that no reading without a verdict ends it', () => {
    const device = new OneDevice('smoke').says(s(100), 'event', { ts: s(100), type: 'alarm' })
    device.says(s(2 * HOUR), 'telemetry', late(200, { obscuration: 14 })).pass(s(2 * HOUR + 10))
    device.says(s(2 * HOUR + 20), 'telemetry', { ts: s(2 * HOUR + 20), obscuration: 0 }).pass(s(2 * HOUR + 500))
    expect(device.linesOf('smoke.alarm').filter((line) => line.startsWith('clear'))).to.deep.equal([])
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

  it('excuses a live opening by a grant or an exit request that comes just before it and late', () => {
    for (const [type, lines] of [['granted', []], ['exit-request', []], ['denied', ['raise door.forced 101']]] as const) {
      const device = new OneDevice('door').says(s(99), 'telemetry', { ts: s(99), locked: true, open: false })
      device.says(s(100), 'event', event(97, type)).says(s(101), 'event', { ts: s(101), type: 'opened' })
      expect(device.linesOf('door.forced'), type).to.deep.equal(lines)
    }
  })

  it('takes the newer word on the bolt of a door, live or late', () => {
    for (const [at, lines] of [[40, ['raise door.forced 101']], [90, []]] as const) {
      const device = new OneDevice('door').says(s(50), 'telemetry', { ts: s(50), locked: true, open: false })
      device.says(s(100), 'telemetry', late(at, { locked: false })).says(s(101), 'event', { ts: s(101), type: 'opened' })
      expect(device.linesOf('door.forced'), `told of ${at}`).to.deep.equal(lines)
    }
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
