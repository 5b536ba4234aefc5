import { expect } from 'chai'
import { CAUSES } from '../../../protocol/alarm.ts'
import type { Cause } from '../../../protocol/alarm.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Severity } from '../../../protocol/names.ts'
import type { AlarmAction } from '../../../services/alarms/actions.ts'
import { DEEDS, STANDINGS, standing, TABLE } from '../../../services/alarms/lifecycle.ts'
import type { Standing } from '../../../services/alarms/lifecycle.ts'
import { Bench, RULE_OF, signal } from './signals.ts'

const ALARM = 'a1'

/** An alarm in this standing, led there by what leads there in life. `latches` decides what a cleared one is. */
function alarmIn(where: Standing, severity: Severity): Bench {
  const bench = new Bench()
  const rule = { ...RULE_OF[severity], latches: where === 'cleared-latched' }
  bench.book.signal(signal('raise', 1, rule), 1)
  if (where === 'active-acknowledged') bench.book.act({ name: 'alarm.acknowledge', alarm: ALARM, note: null }, 2, 'li')
  if (where.startsWith('cleared')) bench.book.signal(signal('clear', 3, rule), 3)
  if (where === 'closed') {
    bench.book.signal(signal('clear', 3, rule), 3)
    bench.book.act({ name: 'alarm.close', alarm: ALARM, cause: 'other', note: null }, 4, 'li')
  }
  return bench
}

/** Low and medium do not stay where they are cleared and not latched. */
const canBe = (where: Standing, severity: Severity): boolean => where !== 'cleared' || severity === 'critical' || severity === 'high'

const OUT_OF_SERVICE = new Set<Cause>(['device-fault', 'maintenance', 'drill'])

/** The contract's table, written once more by hand. */
const CONTRACT: Record<Standing, { acknowledge: boolean; shelve: boolean | 'limit'; reset: boolean; close: boolean | 'causes' }> = {
  'active-unacknowledged': { acknowledge: true, shelve: 'limit', reset: false, close: 'causes' },
  'active-acknowledged': { acknowledge: false, shelve: 'limit', reset: false, close: 'causes' },
  'cleared-latched': { acknowledge: true, shelve: false, reset: true, close: true },
  cleared: { acknowledge: true, shelve: false, reset: false, close: true },
  closed: { acknowledge: false, shelve: false, reset: false, close: false }
}

function expectAllowed(bench: Bench, action: AlarmAction, allowed: boolean): void {
  const before = bench.lines.length
  const answer = bench.book.act(action, 10, 'wang')
  expect(answer.ok, JSON.stringify(answer)).to.equal(allowed)
  if (answer.ok) return
  expect(answer.code).to.equal('not-allowed-in-this-state')
  expect(answer.message).to.match(/^[A-Z].*\.$/)
  expect(bench.lines, 'a refusal changes nothing').to.have.length(before)
}

describe('what is allowed to whom', () => {
  for (const where of STANDINGS) {
    for (const severity of SEVERITIES.filter((severity) => canBe(where, severity))) {
      const cell = CONTRACT[where]
      const name = `${where}, ${severity}`

      it(`${name}: stands where the table says`, () => {
        const bench = alarmIn(where, severity)
        expect(standing(bench.last(ALARM))).to.equal(where)
      })

      it(`${name}: acknowledge is ${cell.acknowledge ? 'allowed' : 'refused'}`, () => {
        const bench = alarmIn(where, severity)
        expectAllowed(bench, { name: 'alarm.acknowledge', alarm: ALARM, note: 'on my way' }, cell.acknowledge)
        if (cell.acknowledge) expect(bench.last(ALARM).acknowledged).to.equal(true)
      })

      it(`${name}: shelve is ${String(cell.shelve)}`, () => {
        for (const minutes of [1, 15, 15.01, 60, 600]) {
          const bench = alarmIn(where, severity)
          const allowed = cell.shelve === 'limit' && (severity !== 'critical' || minutes <= 15)
          expectAllowed(bench, { name: 'alarm.shelve', alarm: ALARM, minutes, reason: 'painters' }, allowed)
          if (allowed) expect(bench.last(ALARM).shelvedUntil).to.equal(10 + minutes * 60_000)
        }
      })

      it(`${name}: reset is ${cell.reset ? 'allowed' : 'refused'}`, () => {
        const bench = alarmIn(where, severity)
        expectAllowed(bench, { name: 'alarm.reset', alarm: ALARM, note: null }, cell.reset)
        if (cell.reset) expect(bench.last(ALARM).latched).to.equal(false)
      })

      for (const cause of CAUSES) {
        const allowed = cell.close === true || (cell.close === 'causes' && OUT_OF_SERVICE.has(cause))
        it(`${name}: close with ${cause} is ${allowed ? 'allowed' : 'refused'}`, () => {
          const bench = alarmIn(where, severity)
          expectAllowed(bench, { name: 'alarm.close', alarm: ALARM, cause, note: null }, allowed)
          if (allowed) expect(bench.last(ALARM)).to.include({ state: 'closed', cause, closedAt: 10, latched: false })
        })
      }

      it(`${name}: unshelve is refused unless it is shelved, confirm unless it speaks of fire and is open, note when it is closed`, () => {
        expectAllowed(alarmIn(where, severity), { name: 'alarm.unshelve', alarm: ALARM, note: null }, false)
        const fire = severity === 'critical' && where !== 'closed'
        expectAllowed(alarmIn(where, severity), { name: 'alarm.confirm', alarm: ALARM, note: null }, fire)
        expectAllowed(alarmIn(where, severity), { name: 'alarm.note', alarm: ALARM, note: 'seen' }, where !== 'closed')
      })
    }
  }

  it('has an answer in each cell', () => {
    for (const where of STANDINGS) for (const deed of DEEDS) expect(TABLE[where][deed]).to.be.a('string')
  })
})

describe('how an alarm ends', () => {
  const raised = (rule: Parameters<typeof signal>[2]): Bench => {
    const bench = new Bench()
    bench.book.signal(signal('raise', 1, rule), 1)
    return bench
  }

  it('low and medium close by themselves when they clear', () => {
    for (const severity of ['low', 'medium'] as const) {
      const bench = raised(RULE_OF[severity])
      bench.book.signal(signal('clear', 5, RULE_OF[severity]), 6)
      expect(bench.timeline(ALARM)).to.deep.equal(['raised', 'cleared', 'closed'])
      expect(bench.last(ALARM)).to.include({ state: 'closed', clearedAt: 5, closedAt: 6, cause: null })
    }
  })

  it('high closes when it is cleared and acknowledged, in either order', () => {
    const rule = RULE_OF.high
    const first = raised(rule)
    first.book.act({ name: 'alarm.acknowledge', alarm: ALARM, note: null }, 2, 'li')
    first.book.signal(signal('clear', 3, rule), 3)
    expect(first.timeline(ALARM)).to.deep.equal(['raised', 'acknowledged', 'cleared', 'closed'])
    const second = raised(rule)
    second.book.signal(signal('clear', 3, rule), 3)
    expect(second.last(ALARM).state).to.equal('cleared')
    second.book.act({ name: 'alarm.acknowledge', alarm: ALARM, note: null }, 4, 'li')
    expect(second.timeline(ALARM)).to.deep.equal(['raised', 'cleared', 'acknowledged', 'closed'])
  })

  it('critical closes for nobody but a person with a cause, latched or not', () => {
    for (const latches of [true, false]) {
      const bench = raised({ latches })
      bench.book.act({ name: 'alarm.acknowledge', alarm: ALARM, note: null }, 2, 'li')
      bench.book.signal(signal('clear', 3, { latches }), 3)
      if (latches) bench.book.act({ name: 'alarm.reset', alarm: ALARM, note: null }, 4, 'li')
      expect(bench.last(ALARM)).to.include({ state: 'cleared', latched: false })
      bench.book.act({ name: 'alarm.close', alarm: ALARM, cause: 'cooking', note: 'wok' }, 5, 'li')
      expect(bench.last(ALARM)).to.include({ state: 'closed', cause: 'cooking' })
    }
  })

  it('closing what is latched resets it too', () => {
    const bench = raised({})
    bench.book.signal(signal('clear', 3), 3)
    bench.book.act({ name: 'alarm.close', alarm: ALARM, cause: 'steam-dust', note: null }, 4, 'li')
    expect(bench.timeline(ALARM)).to.deep.equal(['raised', 'cleared', 'reset', 'closed'])
  })

  it('a latched high that was acknowledged closes with its reset', () => {
    const rule = { ...RULE_OF.high, latches: true }
    const bench = raised(rule)
    bench.book.act({ name: 'alarm.acknowledge', alarm: ALARM, note: null }, 2, 'li')
    bench.book.signal(signal('clear', 3, rule), 3)
    expect(bench.last(ALARM)).to.include({ state: 'cleared', latched: true })
    bench.book.act({ name: 'alarm.reset', alarm: ALARM, note: null }, 4, 'li')
    expect(bench.last(ALARM).state).to.equal('closed')
  })
})
