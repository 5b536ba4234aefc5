import { expect } from 'chai'
import type { Alarm, Transition } from '../../protocol/alarm.ts'
import { batchesOf } from '../../devices-sim/casting.ts'
import { judge } from '../../devices-sim/oracle.ts'
import type { Judgement, Seen } from '../../devices-sim/oracle.ts'
import { createPilot } from '../../devices-sim/pilot.ts'
import type { Performance } from '../../devices-sim/player.ts'
import { createReport, isGood } from '../../devices-sim/report.ts'
import { CONTRACT_NUMBERS } from '../../devices-sim/rule-numbers.ts'
import { SCENARIOS } from '../../devices-sim/scenarios/catalogue.ts'
import { truthOf } from '../../devices-sim/demands.ts'
import type { Demand, Truth } from '../../devices-sim/demands.ts'

const START = 1_790_000_000_000
const DAY = 86_400_000
const END = START + 2 * DAY
const pilot = createPilot(3, 800)

/** Every scenario as it would be played, with each step done on time; what has to be alone a day later. */
const performances = batchesOf(SCENARIOS, { pilot, at: 'c02', growth: 'ultra-fast', dark: 20_000, roomTemperature: () => 21, numbers: CONTRACT_NUMBERS }, 1)
  .flatMap((batch, turn) => batch.map(({ scenario, plan }): Performance => {
    const startedAt = START + turn * DAY
    return { scenario: scenario.name, plan, startedAt, doneAt: Float64Array.from(plan.steps, (step) => startedAt + step.at), finished: true, stoppedAt: null }
  }))
const truth = truthOf(performances, END)

/** What a platform has that tells the truth: one alarm a demand, in time, over when it has to be, as it has to be, and its timeline. */
function honest({ demands }: Truth): Seen[] {
  return demands.map((demand, index): Seen => {
    const device = pilot.devices.get(demand.subject as never)
    const receivedAt = demand.calledAt + 20
    const isGrave = demand.severity === 'critical' || demand.severity === 'high'
    const state = demand.clearedBy === null ? 'active' : isGrave && !demand.over ? 'cleared' : 'closed'
    const occurrences = demand.occurrences ?? 1
    const one: Seen = {
      absentAt: receivedAt - 10, timeline: [],
      alarm: {
        id: `a${index + 1}`, rule: demand.rule, subject: demand.subject, severity: demand.severity as Alarm['severity'], compound: 'c02' as Alarm['compound'],
        building: device?.location.building ?? '1', device: demand.subject as Alarm['device'], location: device?.location ?? null, state, acknowledged: false,
        latched: false, shelvedUntil: null, suppressedBy: null, raisedAt: demand.raisedAt ?? receivedAt, receivedAt, clearedAt: demand.clearedBy,
        closedAt: state === 'closed' ? demand.clearedBy : null, cause: null, occurrences, message: { zh: '', en: '' }, incident: null
      }
    }
    const name = (['raised', ...Array.from({ length: occurrences - 1 }, () => 'counted'), ...(demand.clearedBy === null ? [] : ['cleared']), ...(state === 'closed' ? ['closed'] : [])]) as Transition['name'][]
    return { ...one, timeline: name.map((what, at) => ({ n: at + 1, name: what, at: what === 'cleared' || what === 'closed' ? demand.clearedBy ?? 0 : receivedAt, who: 'system', note: null, occurrences: Math.min(at + 1, occurrences) })) }
  })
}

const ground = { answersFor: () => true, speaksFor: () => true, deviceOf: (id: string) => pilot.devices.get(id as never) }
const told = (seen: readonly Seen[]): Judgement => judge(truth, seen, new Map(), START, END, ground)
const good = (judgement: Judgement): boolean => isGood(createReport({ seed: 1, duration: 1, sent: 1, acknowledged: 1 }, judgement, null))
const isGrave = (one: Seen): boolean => one.alarm.severity === 'critical' || one.alarm.severity === 'high'

/** What a platform may get wrong about one alarm, and under which name the oracle has to say so. */
const LIES: Readonly<Record<string, { readonly as: 'missed' | 'false' | 'doubled' | 'late' | 'wrong'; readonly tell: (one: Seen, demand: Demand) => readonly Seen[] | null }>> = {
  'drops it': { as: 'missed', tell: () => [] },
  'tells it twice': { as: 'doubled', tell: (one) => [one, changed(one, { id: 'again', receivedAt: one.alarm.receivedAt + 500 })] },
  'tells it twice and closes one of them at once': {
    as: 'doubled', tell: (one) => [changed(one, { id: 'again', receivedAt: one.alarm.receivedAt + 500, closedAt: one.alarm.receivedAt + 510, state: 'closed', cause: 'other' }), one]
  },
  'tells it late': { as: 'late', tell: (one, { deadline }) => [changed(one, { receivedAt: deadline + 1 })] },
  'tells it late and writes an earlier time on it': { as: 'late', tell: (one, { deadline }) => [{ ...one, absentAt: deadline + 1 }] },
  'tells it before it is one': { as: 'false', tell: (one, { calledAt }) => (calledAt - START > 4_000 ? [changed(one, { receivedAt: calledAt - 3_000 })] : null) },
  'makes it less grave': { as: 'wrong', tell: (one) => [changed(one, { severity: one.alarm.severity === 'low' ? 'medium' : 'low' })] },
  'never clears it': { as: 'wrong', tell: (one, { clearedBy }) => (clearedBy === null ? null : [changed(one, { state: 'active' })]) },
  'clears it while it lasts': { as: 'wrong', tell: (one, { holdsUntil }) => (holdsUntil === null ? null : [changed(one, { clearedAt: holdsUntil - 1_001 })]) },
  'clears it while it lasts, and lets it come back': {
    as: 'wrong', tell: (one, { holdsUntil }) => (holdsUntil === null || holdsUntil - one.alarm.receivedAt < 2_000 ? null : [retold(one, ([first, ...rest]) => [
      ...(first ? [first, { ...first, name: 'cleared' as const, at: first.at + 500 }, { ...first, name: 'reactivated' as const, at: first.at + 600 }] : []), ...rest
    ])])
  },
  'closes it although nobody looked after it': { as: 'wrong', tell: (one, { over }) => (over || !isGrave(one) ? null : [changed(one, { state: 'closed' })]) },
  'lets it wait for a person who has nothing to do': { as: 'wrong', tell: (one, { clearedBy, over }) => (clearedBy === null || (isGrave(one) && !over) ? null : [changed(one, { state: 'cleared' })]) },
  'counts it once more': { as: 'wrong', tell: (one, { occurrences }) => (occurrences === null ? null : [changed(one, { occurrences: occurrences + 1 })]) },
  'takes the time of receipt for the time of the event': { as: 'wrong', tell: (one, { raisedAt }) => (raisedAt === null ? null : [changed(one, { raisedAt: one.alarm.receivedAt })]) },
  'holds it back': { as: 'wrong', tell: (one) => [changed(one, { suppressedBy: 'a1' })] },
  'tells it of another device': { as: 'missed', tell: (one) => [changed(one, { subject: 'c02-camera-100', device: 'c02-camera-100' as Alarm['device'] })] },
  'names another device': { as: 'wrong', tell: (one) => [changed(one, { device: 'c02-camera-100' as Alarm['device'] })] },
  'names no device': { as: 'wrong', tell: (one) => [changed(one, { device: null })] },
  'tells it of another compound': { as: 'wrong', tell: (one, { subject }) => (ground.deviceOf(subject) ? [changed(one, { compound: 'c01' as Alarm['compound'] })] : null) },
  'sends people to another building': { as: 'wrong', tell: (one, { subject }) => (ground.deviceOf(subject) ? [changed(one, { building: '99' })] : null) },
  'sends people to another home': { as: 'wrong', tell: (one) => (one.alarm.location?.home === undefined ? null : [changed(one, { location: { ...one.alarm.location, home: '9999' } })]) },
  'does not say where it is': { as: 'wrong', tell: (one) => (one.alarm.location ? [changed(one, { location: null })] : null) },
  'tells it under another rule': { as: 'missed', tell: (one) => [changed(one, { rule: 'made.up' })] },
  'keeps no line of how it was raised': { as: 'wrong', tell: (one) => (linesOf(one).length < 2 ? null : [retold(one, (timeline) => timeline.slice(1))]) },
  'keeps no line of how it was cleared': { as: 'wrong', tell: (one) => (one.alarm.clearedAt === null ? null : [retold(one, (timeline) => timeline.filter(({ name }) => name !== 'cleared'))]) },
  'keeps no line of how it was closed': { as: 'wrong', tell: (one) => (one.alarm.state !== 'closed' ? null : [retold(one, (timeline) => timeline.filter(({ name }) => name !== 'closed'))]) },
  'has no timeline': { as: 'wrong', tell: (one) => [{ ...one, timeline: [] }] },
  'loses a line of its timeline': { as: 'wrong', tell: (one) => (linesOf(one).length < 3 ? null : [{ ...one, timeline: linesOf(one).filter(({ n }) => n !== 2) }]) },
  'writes its timeline out of order': { as: 'wrong', tell: (one) => (linesOf(one).length < 2 ? null : [{ ...one, timeline: linesOf(one).map((line, index) => written(line, { at: line.at - index * 3 * DAY })) }]) },
  'counts otherwise in its timeline': { as: 'wrong', tell: (one) => [{ ...one, timeline: linesOf(one).map((line) => written(line, { occurrences: line.occurrences + 1 })) }] }
}

function changed(one: Seen, part: Partial<Alarm>): Seen {
  return { ...one, alarm: { ...one.alarm, ...part } }
}

function linesOf({ timeline }: Seen): readonly Transition[] {
  return timeline ?? []
}

function written(line: Transition, part: Partial<Transition>): Transition {
  return { ...line, ...part }
}

/** With another timeline, its lines numbered anew. */
function retold(one: Seen, tell: (timeline: readonly Transition[]) => readonly Transition[]): Seen {
  return { ...one, timeline: tell(linesOf(one)).map((line, index) => written(line, { n: index + 1 })) }
}

describe('A platform that lies', () => {
  it('is not what an honest one is taken for', () => {
    const judgement = told(honest(truth))
    expect(judgement).to.deep.include({ missed: [], false: [], doubled: [], late: [], wrong: [], found: truth.demands.length })
    expect(good(judgement)).to.equal(true)
  })

  for (const [name, { as, tell }] of Object.entries(LIES)) {
    it(`is caught when it ${name}, whichever alarm of whichever scenario it is`, () => {
      const seen = honest(truth)
      let tried = 0
      for (const [index, demand] of truth.demands.entries()) {
        const one = seen[index]
        const instead = one ? tell(one, demand) : null
        if (!instead) continue
        tried++
        const judgement = told([...seen.slice(0, index), ...instead, ...seen.slice(index + 1)])
        expect(good(judgement), `${demand.scenario} ${demand.rule} ${demand.subject}`).to.equal(false)
        expect(judgement[as].map((finding) => `${finding.rule} ${finding.subject}`)).to.include(`${demand.rule} ${demand.subject}`)
      }
      expect(tried).to.be.greaterThan(0)
    })
  }

  it('is caught when it cries wolf about any device that was played with', () => {
    const seen = honest(truth)
    const [first] = seen
    if (!first) throw new Error('nothing is called for')
    for (const { scenario, devices } of truth.parts.filter((one) => one.scenario !== 'power-cut')) {
      for (const device of devices) {
        const wolf = changed(first, { id: 'wolf', rule: 'made.up', subject: device, device: device as Alarm['device'], receivedAt: START + 1 })
        expect(told([...seen, wolf]).false.map((one) => one.scenario)).to.deep.equal([scenario])
      }
    }
  })

  it('is caught when it cries wolf about a place', () => {
    const [first] = honest(truth)
    if (!first) throw new Error('nothing is called for')
    const wolf = changed(first, { id: 'wolf', rule: 'fire.confirmed', subject: 'building:c02/99', device: null, building: '99', receivedAt: START + 1 })
    expect(told([...honest(truth), wolf]).false.map((one) => one.subject)).to.deep.equal(['building:c02/99'])
  })

  it('is caught when it tells late of an alarm that never was', () => {
    const [first] = honest(truth)
    if (!first) throw new Error('nothing is called for')
    const wolf = changed(first, { id: 'wolf', rule: 'made.up', raisedAt: START - DAY, receivedAt: START + 1, state: 'closed' })
    expect(told([...honest(truth), wolf]).false.map((one) => one.rule)).to.deep.equal(['made.up'])
  })

  it('is caught when it counts an old alarm again for nothing, and not when it leaves it alone', () => {
    const [first] = honest(truth)
    if (!first) throw new Error('nothing is called for')
    const old = changed(first, { id: 'old', rule: 'made.up', receivedAt: START - DAY, occurrences: 3 })
    const judged = (before: number): Judgement => judge(truth, [...honest(truth), old], new Map([['old', before]]), START, END, ground)
    expect(judged(3).false).to.deep.equal([])
    expect(judged(2).false.map((one) => one.rule)).to.deep.equal(['made.up'])
  })

  it('may use what a scenario allows only for what plays in it, and not before it begins', () => {
    const [first] = honest(truth)
    const part = truth.parts.find((one) => one.scenario === 'building-without-power')
    const door = [...(part?.devices ?? [])].find((id) => id.includes('door'))
    const other = [...(truth.parts.find((one) => one.scenario === 'door-tamper')?.devices ?? [])][0]
    if (!first || !part || door === undefined || other === undefined) throw new Error('nobody plays')
    const building = part.tolerated[0]?.building ?? null
    const held = (device: string, receivedAt: number): Seen =>
      changed(first, { id: 'held', rule: 'door.held-open', subject: device, device: device as Alarm['device'], building, receivedAt, severity: 'medium' })
    const only: Truth = { ...truth, parts: truth.parts.map((one) => ({ ...one, from: one.from + 1_000 })) }
    const judged = (one: Seen): Judgement => judge(only, [...honest(truth), one], new Map(), START, END, ground)
    expect(judged(held(door, START + 2_000)).false).to.deep.equal([])
    expect(judged(held(door, START + 500)).false).to.have.length(1)
    expect(judged(held(other, START + 2_000)).false).to.have.length(1)
  })

  it('is caught when it reports the detectors behind a lost gateway one by one', () => {
    const child = truth.suppressed.flatMap((one) => [...one.devices])[0]
    const [first] = honest(truth)
    if (!first || child === undefined) throw new Error('no gateway is lost')
    const flood = changed(first, { id: 'flood', rule: 'device.offline', subject: child, device: child as Alarm['device'], receivedAt: START + 1, severity: 'medium' })
    expect(told([...honest(truth), flood]).false).to.have.length(1)
    expect(told([...honest(truth), changed(flood, { suppressedBy: 'a2' })]).false).to.have.length(0)
  })
})
