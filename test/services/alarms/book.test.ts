import { expect } from 'chai'
import * as fc from 'fast-check'
import { CAUSES } from '../../../protocol/alarm.ts'
import type { DeviceId } from '../../../protocol/names.ts'
import type { AlarmAction } from '../../../services/alarms/actions.ts'
import { Bench, RULE_OF, signal } from './signals.ts'

const MINUTE = 60_000

describe('the book of alarms', () => {
  it('writes down everything about a new alarm', () => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 5), 7)
    expect(bench.book.get('a1')).to.deep.equal({
      id: 'a1', rule: 'smoke.alarm', subject: 'c07-smoke-0001', severity: 'critical', compound: 'c07', building: 'b01',
      device: 'c07-smoke-0001', location: { building: 'b01', unit: '1', floor: 3, home: '301' }, state: 'active', acknowledged: false,
      latched: true, shelvedUntil: null, suppressedBy: null, raisedAt: 5, receivedAt: 7, clearedAt: null, closedAt: null, cause: null,
      occurrences: 1, message: { zh: '烟雾报警', en: 'Smoke' }, incident: 'i1'
    })
    expect(bench.lines[0]?.transition).to.deep.equal({ n: 1, name: 'raised', at: 7, who: 'system', note: null, occurrences: 1 })
  })

  it('counts on the open alarm, also two in one millisecond', () => {
    const bench = new Bench()
    for (const at of [1, 2, 2]) bench.book.signal(signal('raise', at), at)
    expect(bench.timeline('a1')).to.deep.equal(['raised', 'counted', 'counted'])
    expect(bench.book.get('a1')?.occurrences).to.equal(3)
    expect(bench.book.count).to.equal(1)
  })

  it('counts late data of the same time once', () => {
    const bench = new Bench()
    for (const at of [10, 11]) bench.book.signal(signal('raise', 4), at)
    expect(bench.timeline('a1')).to.deep.equal(['raised'])
  })

  it('makes the same alarm active again when the condition comes back, unacknowledged and latched anew', () => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 1), 1)
    bench.book.act({ name: 'alarm.acknowledge', alarm: 'a1', note: null }, 2, 'li')
    bench.book.signal(signal('clear', 3), 3)
    bench.book.act({ name: 'alarm.reset', alarm: 'a1', note: null }, 4, 'li')
    bench.book.signal(signal('raise', 5), 5)
    expect(bench.book.get('a1')).to.include({ state: 'active', acknowledged: false, latched: true, clearedAt: null, occurrences: 2 })
    expect(bench.lines.at(-1)?.transition).to.include({ n: 5, name: 'reactivated' })
  })

  it('keeps the note of who acknowledges once more, and nothing where there is none', () => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 1), 1)
    bench.book.act({ name: 'alarm.acknowledge', alarm: 'a1', note: null }, 2, 'li')
    bench.book.signal(signal('clear', 3), 3)
    for (const note of [null, 'seen']) expect(bench.book.act({ name: 'alarm.acknowledge', alarm: 'a1', note }, 4, 'wang').ok).to.equal(true)
    expect(bench.timeline('a1')).to.deep.equal(['raised', 'acknowledged', 'cleared', 'noted'])
    bench.book.act({ name: 'alarm.close', alarm: 'a1', cause: 'cooking', note: null }, 5, 'li')
    expect(bench.lines.slice(-2).map(({ alarm, transition }) => [transition.name, alarm.state, alarm.latched])).to.deep.equal([['reset', 'cleared', false], ['closed', 'closed', false]])
  })

  it('forgets the late alarms of a device that is removed, and of no other', () => {
    const bench = new Bench()
    const late = (device: string) => signal('over', 5, { subject: device, device: device as DeviceId, until: 6 })
    for (const device of ['s1', 's2']) bench.book.signal(late(device), 10)
    bench.book.removed('s1' as DeviceId, 11, 'li')
    for (const device of ['s1', 's2']) bench.book.signal(late(device), 12)
    expect(bench.book.count).to.equal(3)
  })

  it('opens a new alarm after the old one closed', () => {
    const bench = new Bench()
    const rule = RULE_OF.low
    for (const at of [1, 3]) {
      bench.book.signal(signal('raise', at, rule), at)
      bench.book.signal(signal('clear', at + 1, rule), at + 1)
    }
    expect([bench.timeline('a1'), bench.timeline('a2')]).to.deep.equal([['raised', 'cleared', 'closed'], ['raised', 'cleared', 'closed']])
    expect(bench.book.open()).to.deep.equal([])
  })

  it('does not hear of an end that had no beginning', () => {
    const bench = new Bench()
    bench.book.signal(signal('clear', 1), 1)
    expect(bench.lines).to.deep.equal([])
  })

  it('takes a rule out of service until its condition clears: occurrences are on record, and nothing is raised', () => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 1), 1)
    bench.book.act({ name: 'alarm.close', alarm: 'a1', cause: 'maintenance', note: 'replacing the head' }, 2, 'li')
    expect(bench.book.get('a1')).to.include({ state: 'closed', clearedAt: null, cause: 'maintenance' })
    expect(bench.book.open()).to.deep.equal([])
    const restarted = bench.restarted()
    restarted.book.signal(signal('raise', 3), 3)
    expect(restarted.book.count).to.equal(1)
    expect(restarted.lines.at(-1)).to.deep.include({ transition: { n: 3, name: 'counted', at: 3, who: 'system', note: 'out-of-service', occurrences: 2 } })
    restarted.book.signal(signal('raise', 3, { subject: 'c07-smoke-0002', device: 'c07-smoke-0002' as DeviceId }), 3)
    expect(restarted.book.get('a2')?.state, 'another subject is still in service').to.equal('active')
    restarted.book.signal(signal('clear', 4), 4)
    expect(restarted.lines.at(-1)?.alarm).to.include({ id: 'a1', state: 'closed', clearedAt: 4 })
    restarted.book.signal(signal('raise', 5), 5)
    expect(restarted.book.get('a3')).to.include({ state: 'active', occurrences: 1 })
  })

  it('changes severity on the open alarm; what got worse has to be acknowledged again', () => {
    const bench = new Bench()
    const rule = RULE_OF.medium
    bench.book.signal(signal('raise', 1, rule), 1)
    bench.book.act({ name: 'alarm.acknowledge', alarm: 'a1', note: null }, 2, 'li')
    bench.book.signal(signal('raise', 3, { ...rule, severity: 'high' }), 3)
    expect(bench.book.get('a1')).to.include({ severity: 'high', acknowledged: false, occurrences: 1 })
    expect(bench.timeline('a1')).to.deep.equal(['raised', 'acknowledged', 'severity-changed'])
  })

  it('shows what is suppressed and why, and records both ends of it', () => {
    const bench = new Bench()
    const rule = RULE_OF.low
    bench.book.signal(signal('raise', 1, { ...rule, suppressedBy: 'device.offline c07-gateway-01' }), 1)
    expect(bench.book.get('a1')?.suppressedBy).to.equal('device.offline c07-gateway-01')
    bench.book.signal(signal('raise', 2, { ...rule, suppressedBy: null }), 2)
    expect(bench.timeline('a1')).to.deep.equal(['raised', 'suppressed', 'unsuppressed'])
    expect(bench.book.get('a1')).to.include({ suppressedBy: null, occurrences: 1 })
  })

  it('never suppresses life safety, whatever it is told', () => {
    for (const rule of [{}, { rule: 'smoke.pre-alarm', severity: 'high' as const }, { rule: 'smoke.co', severity: 'high' as const }, { rule: 'x', severity: 'critical' as const }]) {
      const bench = new Bench()
      bench.book.signal(signal('raise', 1, { ...rule, suppressedBy: 'flood' }), 1)
      expect(bench.book.get('a1')?.suppressedBy).to.equal(null)
    }
  })

  it('records what late data tells is over as a closed alarm, once', () => {
    const bench = new Bench()
    const over = signal('over', 100, { until: 160 })
    bench.book.signal(over, 9000)
    const restarted = bench.restarted()
    restarted.book.signal(over, 9500)
    expect(restarted.lines, 'it is remembered over a restart').to.deep.equal([])
    bench.book.signal(over, 9500)
    expect(bench.timeline('a1')).to.deep.equal(['raised', 'cleared', 'closed'])
    expect(bench.last('a1')).to.include({ state: 'closed', raisedAt: 100, receivedAt: 9000, clearedAt: 160, closedAt: 9000, cause: null, latched: false })
    expect(bench.lines.map((line) => line.transition.n)).to.deep.equal([1, 2, 3])
    expect(bench.book.count).to.equal(1)
    expect(bench.book.open()).to.deep.equal([])
  })

  it('keeps an alarm of now apart from late ones that are over', () => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 500), 500)
    bench.book.signal(signal('over', 100, { until: 160 }), 600)
    expect(bench.book.open().map((alarm) => alarm.id)).to.deep.equal(['a1'])
    expect(bench.last('a2').state).to.equal('closed')
  })

  it('closes what a removed device left open, by who removed it, and forgets its rules out of service', () => {
    const bench = new Bench()
    const device = 'c07-smoke-0001' as DeviceId
    bench.book.signal(signal('raise', 1), 1)
    bench.book.signal(signal('raise', 1, RULE_OF.low), 1)
    bench.book.act({ name: 'alarm.close', alarm: 'a2', cause: 'device-fault', note: null }, 2, 'li')
    bench.book.removed(device, 3, 'zhao')
    expect(bench.last('a1')).to.include({ state: 'closed', cause: 'maintenance', clearedAt: 3 })
    expect(bench.lines.findLast((line) => line.alarm.id === 'a1')?.transition.who).to.equal('zhao')
    expect(bench.last('a2').clearedAt).to.equal(3)
    expect([...bench.pieces.keys()]).to.deep.equal(['alarms'])
  })

  it('answers 404 for an alarm that never was, and 409 for one that is closed long since', () => {
    const bench = new Bench()
    bench.book.signal(signal('over', 1, { until: 2 }), 3)
    const act = (alarm: string): string => {
      const answer = bench.book.act({ name: 'alarm.acknowledge', alarm, note: null }, 4, 'li')
      return answer.ok ? 'ok' : answer.code
    }
    expect(['a1', 'a2', 'a0', 'a01', 'x', ''].map(act)).to.deep.equal(['not-allowed-in-this-state', ...Array<string>(5).fill('not-found')])
  })

  it('refuses what is malformed without touching anything', () => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 1), 1)
    const bad = [
      { name: 'alarm.shelve', alarm: 'a1', minutes: Number.NaN, reason: '' }, { name: 'alarm.shelve', alarm: 'a1', minutes: -1, reason: '' },
      { name: 'alarm.shelve', alarm: 'a1', reason: '' }, { name: 'alarm.close', alarm: 'a1', cause: 'ghosts', note: null }, { name: 'alarm.reset' }
    ] as unknown as AlarmAction[]
    for (const action of bad) expect(bench.book.act(action, 2, 'li')).to.include({ ok: false, code: 'malformed-action' })
    expect(bench.lines).to.have.length(1)
  })
})

describe('shelving', () => {
  const shelved = (minutes: number): Bench => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 1, RULE_OF.high), 1)
    bench.book.act({ name: 'alarm.shelve', alarm: 'a1', minutes, reason: 'building site' }, 1000, 'li')
    return bench
  }

  it('always ends by a timer, which is asked for again after a restart', () => {
    const bench = shelved(30).restarted()
    expect(bench.timers.get('shelf:a1')).to.equal(1000 + 30 * MINUTE)
    bench.book.shelfEnded('a1', 1000 + 30 * MINUTE)
    expect(bench.book.get('a1')?.shelvedUntil).to.equal(null)
    expect(bench.lines.at(-1)?.transition).to.include({ name: 'unshelved', who: 'system' })
  })

  it('ends when somebody says so, and its timer with it', () => {
    const bench = shelved(30)
    expect(bench.book.act({ name: 'alarm.unshelve', alarm: 'a1', note: 'done early' }, 2000, 'wang').ok).to.equal(true)
    expect([...bench.timers]).to.deep.equal([])
    expect(bench.lines.at(-1)?.transition).to.include({ name: 'unshelved', who: 'wang', note: 'done early' })
  })

  it('moves its end when shelved again, and goes with the alarm', () => {
    const bench = shelved(30)
    bench.book.act({ name: 'alarm.shelve', alarm: 'a1', minutes: 60, reason: 'longer' }, 2000, 'li')
    expect(bench.timers.get('shelf:a1')).to.equal(2000 + 60 * MINUTE)
    bench.book.act({ name: 'alarm.close', alarm: 'a1', cause: 'drill', note: null }, 3000, 'li')
    expect([...bench.timers]).to.deep.equal([])
  })

  it('ends when the alarm gets worse', () => {
    const bench = shelved(600)
    bench.book.signal(signal('raise', 5000, { ...RULE_OF.high, severity: 'critical' }), 5000)
    expect(bench.book.get('a1')?.shelvedUntil).to.equal(null)
    expect([...bench.timers]).to.deep.equal([])
  })
})

describe('under any interleaving', () => {
  const rules = Object.values(RULE_OF)
  const alarmId = fc.integer({ min: 1, max: 6 }).map((n) => `a${n}`)
  const step = fc.oneof(
    fc.record({
      what: fc.constant('signal' as const), rule: fc.constantFrom(...rules), subject: fc.constantFrom('d1', 'd2'),
      change: fc.constantFrom('raise', 'raise', 'clear', 'over'), late: fc.boolean(), suppressedBy: fc.constantFrom(null, 'gateway'),
      severity: fc.constantFrom(null, 'medium', 'high')
    }),
    fc.record({
      what: fc.constant('act' as const),
      action: fc.oneof(
        fc.record({ name: fc.constantFrom('alarm.acknowledge', 'alarm.reset', 'alarm.unshelve', 'alarm.confirm'), alarm: alarmId, note: fc.constant(null) }),
        fc.record({ name: fc.constant('alarm.close'), alarm: alarmId, cause: fc.constantFrom(...CAUSES), note: fc.constant(null) }),
        fc.record({ name: fc.constant('alarm.shelve'), alarm: alarmId, minutes: fc.constantFrom(5, 20), reason: fc.constant('x') })
      )
    }),
    fc.record({ what: fc.constant('remove' as const), subject: fc.constantFrom('d1', 'd2') }),
    fc.record({ what: fc.constant('restart' as const) })
  )

  it('there is one open alarm a key, lines of a timeline count 1, 2, 3, and a restart changes nothing', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      let bench = new Bench()
      const n = new Map<string, number>()
      let now = 1000
      for (const one of steps) {
        now += 7
        bench.lines.length = 0
        if (one.what === 'restart') {
          const before = bench
          bench = bench.restarted()
          expect(bench.book.open()).to.deep.equal(before.book.open())
          expect(Object.fromEntries(bench.timers)).to.deep.equal(Object.fromEntries(before.timers))
        } else if (one.what === 'remove') bench.book.removed(one.subject as DeviceId, now, 'li')
        else if (one.what === 'act') bench.book.act(one.action, now, 'li')
        else {
          const ts = one.late ? now - 500 : now
          const { rule, subject, change, suppressedBy, severity } = one
          const graded = severity === null || rule.severity === 'critical' ? {} : { severity }
          bench.book.signal(signal(change, ts, { ...rule, ...graded, subject, device: subject as DeviceId, suppressedBy, until: ts + 1 }), now)
        }
        for (const { alarm, transition } of bench.lines) {
          expect(transition.n).to.equal((n.get(alarm.id) ?? 0) + 1)
          expect(alarm.closedAt === null).to.equal(alarm.state !== 'closed')
          n.set(alarm.id, transition.n)
        }
        const keys = bench.book.open().map((alarm) => `${alarm.rule} ${alarm.subject}`)
        expect(new Set(keys).size).to.equal(keys.length)
        for (const alarm of bench.book.open()) expect(bench.timers.get(`shelf:${alarm.id}`) ?? null).to.equal(alarm.shelvedUntil)
      }
    }), { numRuns: 400 })
  })
})
