import { expect } from 'chai'
import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import { judge } from '../../devices-sim/oracle.ts'
import type { Seen } from '../../devices-sim/oracle.ts'
import { createReport, isGood } from '../../devices-sim/report.ts'
import type { Demand, Truth } from '../../devices-sim/demands.ts'

const START = 1_000_000
const END = START + 60_000

function seen(rest: Partial<Alarm> = {}, timeline: readonly Transition[] | null = null): Seen {
  const alarm: Alarm = {
    id: 'a1', rule: 'smoke.alarm', subject: 'c01-smoke-0001', severity: 'critical', compound: 'c01' as CompoundId, building: '1', device: 'c01-smoke-0001' as DeviceId,
    location: { building: '1' }, state: 'active', acknowledged: false, latched: true, shelvedUntil: null, suppressedBy: null,
    raisedAt: START + 1_010, receivedAt: START + 1_010, clearedAt: null, closedAt: null, cause: null, occurrences: 1, message: { zh: '', en: '' }, incident: null, ...rest
  }
  return { alarm, timeline, absentAt: -Infinity }
}
const demand: Demand = { scenario: 'fire', occurrences: null, raisedAt: null, holdsUntil: null, over: false, rule: 'smoke.alarm', subject: 'c01-smoke-0001', severity: 'critical', calledAt: START + 1_000, deadline: START + 11_000, clearedBy: null }
const truth = (demands: readonly Demand[]): Truth => ({
  demands, excused: new Set(['door.forced c01-door-02']), unjudged: 0, outages: [{ from: START + 10_000, to: START + 30_000, backOf: (id: string) => START + (id === 'c01-door-07' ? 20_000 : 30_000) }],
  parts: [{ scenario: 'gateway-lost', from: START, devices: new Set(['c01-door-01']), tolerated: [{ rule: 'fire.confirmed', compound: 'c01', building: '1' }] }], suppressed: [{ rule: 'device.offline', devices: new Set(['c01-smoke-0002']) }]
})
const judged = (demands: readonly Demand[], alarms: readonly Seen[], ours = true) =>
  judge(truth(demands), alarms, new Map([['a7', 3]]), START, END, { answersFor: () => ours, speaksFor: () => ours, deviceOf: () => undefined })

describe('The oracle', () => {
  it('finds what was called for, and how long it took', () => {
    expect(judged([demand], [seen()])).to.deep.equal({ expected: 1, found: 1, missed: [], false: [], doubled: [], late: [], wrong: [], latencies: [10], latenciesOf: new Map([['fire', [10]]]), expectedOf: new Map([['fire', 1]]) })
  })

  it('misses what did not come', () => {
    expect(judged([demand], [])).to.include({ expected: 1, found: 0 }).and.have.property('missed').with.length(1)
  })

  it('does not take an alarm of an earlier day for it, but takes one that became active anew', () => {
    const old = { raisedAt: START - 5_000, receivedAt: START - 5_000 }
    expect(judged([demand], [seen(old)]).missed).to.have.length(1)
    const again: Transition = { n: 4, name: 'reactivated', at: START + 1_020, who: 'system', note: null, occurrences: 2 }
    expect(judged([demand], [seen(old, [again])])).to.deep.include({ found: 1, latencies: [20] })
  })

  it('tells apart by time what is called for twice, or was excused and is called for later', () => {
    const line = (n: number, name: Transition['name'], at: number, occurrences: number): Transition => ({ n, name, at: START + at, who: 'system', note: null, occurrences })
    const times = [line(1, 'raised', 1_010, 1), line(2, 'cleared', 5_000, 1), line(3, 'reactivated', 30_010, 2), line(4, 'cleared', 40_000, 2)]
    const one = seen({ state: 'cleared', clearedAt: START + 40_000, occurrences: 2 }, times)
    const later = { ...demand, calledAt: START + 30_000, deadline: START + 40_000, occurrences: 1, holdsUntil: START + 40_000 }
    const clean = { missed: [], false: [], doubled: [], late: [], wrong: [] }
    expect(judged([{ ...demand, occurrences: 1 }, later], [one])).to.deep.include({ ...clean, found: 2, latencies: [10, 10] })
    expect(judged([{ ...demand, occurrences: 1 }, later], [seen({}, times.slice(0, 1))]).missed).to.have.length(1)
    const excused = { ...truth([later]), excused: new Set([`${demand.rule} ${demand.subject}`]) }
    expect(judge(excused, [one], new Map(), START, END, { answersFor: () => true, speaksFor: () => true, deviceOf: () => undefined })).to.deep.include({ ...clean, found: 1, latencies: [10] })
  })

  it('calls late what came later than is allowed', () => {
    expect(judged([demand], [seen({ receivedAt: START + 11_001 })]).late).to.have.length(1)
  })

  it('calls doubled what came twice', () => {
    expect(judged([demand], [seen({ state: 'closed' }), seen({ id: 'a2', receivedAt: START + 3_000 })]).doubled).to.have.length(1)
  })

  it('calls wrong another severity, and what is still active long after it is over', () => {
    expect(judged([demand], [seen({ severity: 'low' })]).wrong).to.have.length(1)
    const over = { ...demand, clearedBy: END - 1 }
    expect(judged([over], [seen()]).wrong).to.have.length(1)
    expect(judged([over], [seen({ state: 'cleared' })]).wrong).to.have.length(0)
    expect(judged([{ ...demand, clearedBy: END + 1 }], [seen()]).wrong).to.have.length(0)
  })

  it('calls false what nothing called for, unless it is tolerated, excused, older, or somebody else\'s', () => {
    const stray = seen({ id: 'a9', rule: 'device.offline', subject: 'c01-door-01' })
    expect(judged([], [stray]).false.map((one) => one.rule)).to.deep.equal(['device.offline'])
    expect(judged([], [stray], false).false).to.have.length(0)
    expect(judged([], [seen({ rule: 'device.offline', receivedAt: START - 1 })]).false).to.have.length(0)
    expect(judged([], [seen({ rule: 'door.forced', subject: 'c01-door-02' })]).false).to.have.length(0)
    expect(judged([], [seen({ rule: 'fire.confirmed', subject: 'building:c01/1', device: null })]).false).to.have.length(0)
  })

  it('does not hold it against a platform that it cannot know of a door that it has not heard since it was away', () => {
    const held = (door: string, at: number): readonly Seen[] => [seen({ rule: 'door.held-open', subject: door, device: door as DeviceId, receivedAt: START + at })]
    expect(judged([], held('c01-door-07', 20_500)).false).to.have.length(0)
    expect(judged([], held('c01-door-08', 29_000)).false).to.have.length(0)
    expect(judged([], held('c01-door-07', 22_000)).false).to.have.length(1)
    expect(judged([], held('c01-door-07', 9_000)).false).to.have.length(1)
    expect(judged([], [seen({ rule: 'device.offline', subject: 'c01-door-08', receivedAt: START + 29_000 })]).false).to.have.length(1)
  })

  it('calls false what came before it is an alarm', () => {
    expect(judged([{ ...demand, calledAt: START + 30_000, deadline: START + 40_000 }], [seen()])).to.deep.include({ found: 1, late: [] }).and.have.property('false').with.length(1)
  })

  it('counts what happened in this run alone', () => {
    expect(judged([{ ...demand, occurrences: 3 }], [seen({ occurrences: 3 })]).wrong).to.have.length(0)
    expect(judged([{ ...demand, occurrences: 3 }], [seen({ occurrences: 2 })]).wrong.map((one) => one.why)).to.deep.equal(['counted 2 times, happened 3 times'])
    expect(judged([{ ...demand, occurrences: 3 }], [seen({ id: 'a7', occurrences: 6 })]).wrong).to.have.length(0)
  })

  it('holds raisedAt of what is told late to the device\'s own time', () => {
    const late = { ...demand, raisedAt: START - 3_600_000 }
    expect(judged([late], [seen({ raisedAt: START - 3_600_000 })]).wrong).to.have.length(0)
    expect(judged([late], [seen()]).wrong).to.have.length(1)
  })

  it('allows a suppressed alarm with its reason on it, and never that one is held back that was called for', () => {
    const child = { id: 'a5', rule: 'device.offline', subject: 'c01-smoke-0002', device: 'c01-smoke-0002' as DeviceId }
    expect(judged([], [seen({ ...child, suppressedBy: 'a4' })]).false).to.have.length(0)
    expect(judged([], [seen(child)]).false).to.have.length(1)
    expect(judged([demand], [seen({ suppressedBy: 'a4' })]).wrong).to.have.length(1)
  })

  it('names the scenario to which a false alarm belongs', () => {
    const stray = seen({ id: 'a9', rule: 'door.forced', subject: 'c01-door-01', device: 'c01-door-01' as DeviceId })
    expect(judged([], [stray]).false.map((one) => one.scenario)).to.deep.equal(['gateway-lost'])
  })
})

describe('The report', () => {
  const run = { seed: 1, duration: 25_000, sent: 10, acknowledged: 10 }
  const good = judged([demand], [seen()])

  it('has the form of the contract', () => {
    const report = createReport(run, good, null)
    expect(Object.keys(report)).to.deep.equal([
      'seed', 'duration', 'sent', 'acknowledged', 'expected', 'found', 'missed', 'false', 'doubled', 'late', 'wrong', 'latency', 'scenarios'
    ])
    expect(report.latency).to.deep.equal({ p50: 10, p99: 10, max: 10 })
    expect(createReport(run, judged([], []), null).latency).to.deep.equal({ p50: null, p99: null, max: null })
  })

  it('is good only if everything was acknowledged and every list is empty', () => {
    expect(isGood(createReport(run, good, null))).to.equal(true)
    expect(isGood(createReport({ ...run, acknowledged: 9 }, good, null))).to.equal(false)
    for (const list of ['missed', 'false', 'doubled', 'late', 'wrong']) {
      expect(isGood(createReport(run, { ...good, [list]: [{ rule: 'r', subject: 's', why: '' }] }, null)), list).to.equal(false)
    }
  })
})
