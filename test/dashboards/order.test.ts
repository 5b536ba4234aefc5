import { expect } from 'chai'
import { allowed, isOutOfService } from '../../dashboards/src/live/actions.ts'
import { attention, siteState } from '../../dashboards/src/live/attention.ts'
import { arrange, byUrgency, worstFirst } from '../../dashboards/src/live/order.ts'
import { audible, mute } from '../../dashboards/src/sound/alert.ts'
import { CAUSES } from '../../protocol/alarm.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import type { CompoundId } from '../../protocol/names.ts'
import { anAlarm } from './samples.ts'

const sorted = (...alarms: Alarm[]) => [...alarms].sort(byUrgency).map((alarm) => alarm.id)

describe('the order of alarms', () => {
  it('puts severity before everything, then what nobody acknowledged, then what is going on, then what waited longest', () => {
    expect(sorted(
      anAlarm('low', { severity: 'low', raisedAt: 1 }),
      anAlarm('acknowledged', { acknowledged: true, raisedAt: 1 }),
      anAlarm('cleared', { state: 'cleared', raisedAt: 1 }),
      anAlarm('younger', { raisedAt: 9 }),
      anAlarm('older', { raisedAt: 2 }),
      anAlarm('high', { severity: 'high', raisedAt: 1 })
    )).to.deep.equal(['older', 'younger', 'cleared', 'acknowledged', 'high', 'low'])
  })

  it('is the same whatever the order they come in, also for those of one moment', () => {
    const alarms = ['a3', 'a1', 'a2'].map((id) => anAlarm(id))
    expect(sorted(...alarms)).to.deep.equal(['a1', 'a2', 'a3'])
    expect(sorted(...alarms.toReversed())).to.deep.equal(['a1', 'a2', 'a3'])
  })
})

describe('a list that is held', () => {
  const before = { shown: ['b', 'c'], waiting: [] }

  it('keeps every row where it is and lets newcomers wait', () => {
    expect(arrange(before, ['a', 'c', 'd'], true)).to.deep.equal({ shown: ['b', 'c'], waiting: ['a', 'd'] })
  })

  it('takes the right order when it is let go', () => {
    expect(arrange({ shown: ['b', 'c'], waiting: ['a'] }, ['a', 'c'], false)).to.deep.equal({ shown: ['a', 'c'], waiting: [] })
  })

  it('is the same object when nothing changed', () => {
    expect(arrange(before, ['b', 'c'], true)).to.equal(before)
    expect(arrange(before, ['b', 'c'], false)).to.equal(before)
  })
})

describe('the order of compounds', () => {
  const compound = (id: string, critical: number, low: number) =>
    ({ id, alarms: { critical, high: 0, medium: 0, low }, devices: { total: 1, online: 1 } })

  it('puts one critical alarm before any number of low ones, and equals by id', () => {
    const all = [compound('c3', 0, 0), compound('c2', 0, 99), compound('c1', 1, 0), compound('c0', 0, 0)]
    expect(all.sort(worstFirst).map(({ id }) => id)).to.deep.equal(['c1', 'c2', 'c0', 'c3'])
  })
})

describe('the line that says how the site stands', () => {
  const live = { state: 'live' } as const
  const say = (link: Parameters<typeof siteState>[0], ...alarms: Alarm[]) => siteState(link, attention(alarms))

  it('is about critical alarms before others, with the one that waited longest', () => {
    expect(say(live, anAlarm('a1', { raisedAt: 7 }), anAlarm('a2', { raisedAt: 5 }), anAlarm('a3', { severity: 'low', raisedAt: 1 })))
      .to.deep.include({ tone: 'critical', count: 2, oldest: 5 })
  })

  it('says where: the one to turn to first, and how many further buildings have such alarms', () => {
    const at = (id: string, compound: string, building: string, raisedAt: number) => anAlarm(id, { compound: compound as CompoundId, building, raisedAt })
    const all = [at('a1', 'c07', 'b02', 7), at('a2', 'c07', 'b01', 5), at('a3', 'c07', 'b01', 6), at('a4', 'c09', 'b01', 8), anAlarm('a5', { severity: 'low', building: 'b09' })]
    expect(say(live, ...all)).to.deep.include({ tone: 'critical', first: all[1], elsewhere: 2 })
    expect(say(live, at('a1', 'c07', 'b02', 7))).to.deep.include({ elsewhere: 0 })
  })

  it('leaves out what is shelved or suppressed, and tells what is attended', () => {
    expect(say(live, anAlarm('a1', { acknowledged: true }), anAlarm('a2', { severity: 'high', shelvedUntil: 9 }), anAlarm('a3', { severity: 'low', suppressedBy: 'a9' })))
      .to.deep.equal({ tone: 'attended', count: 3, critical: 1 })
  })

  it('says that all is well only while the link is live', () => {
    expect(say(live)).to.deep.equal({ tone: 'calm' })
    expect(say({ state: 'connecting' })).to.deep.equal({ tone: 'loading' })
    expect(say({ state: 'broken', since: 3 })).to.deep.equal({ tone: 'broken', since: 3, critical: 0 })
  })

  it('says that the link is broken even while critical alarms wait', () => {
    expect(say({ state: 'broken', since: 3 }, anAlarm('a1'))).to.deep.equal({ tone: 'broken', since: 3, critical: 1 })
  })
})

describe('the sound', () => {
  it('is heard for every critical alarm that waits', () => {
    expect(audible(['a1'], null, 0)).to.deep.equal(['a1'])
    expect(audible([], null, 0)).to.deep.equal([])
  })

  it('is muted for five minutes and then comes back by itself', () => {
    const muted = mute(['a1'], 1000)
    expect(audible(['a1'], muted, 1000 + 299_999)).to.deep.equal([])
    expect(audible(['a1'], muted, 1000 + 300_000)).to.deep.equal(['a1'])
  })

  it('is heard for an alarm that comes while others are muted', () => {
    expect(audible(['a1', 'a2'], mute(['a1'], 1000), 2000)).to.deep.equal(['a2'])
  })
})

describe('what a person may do to an alarm', () => {
  it('follows the table of the contract', () => {
    expect(allowed(anAlarm('a'))).to.deep.include({ acknowledge: true, reset: false, causes: ['device-fault', 'maintenance', 'drill'] })
    expect(allowed(anAlarm('a', { acknowledged: true }))).to.deep.include({ acknowledge: false, reset: false, causes: ['device-fault', 'maintenance', 'drill'] })
    expect(allowed(anAlarm('a', { state: 'cleared' }))).to.deep.include({ acknowledge: true, reset: true, causes: CAUSES })
    expect(allowed(anAlarm('a', { state: 'cleared', latched: false, acknowledged: true }))).to.deep.include({ acknowledge: false, reset: false, causes: CAUSES })
    expect(allowed(anAlarm('a', { state: 'closed' }))).to.deep.include({ acknowledge: false, reset: false, causes: [] })
  })

  it('shows a rule as out of service that was closed as a drill before its condition ended', () => {
    expect(isOutOfService(anAlarm('a', { state: 'closed', cause: 'drill' }))).to.equal(true)
    expect(isOutOfService(anAlarm('a', { state: 'closed', cause: 'drill', clearedAt: 5 }))).to.equal(false)
    expect(isOutOfService(anAlarm('a', { state: 'closed', cause: 'fire' }))).to.equal(false)
  })
})
