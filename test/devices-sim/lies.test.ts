import { expect } from 'chai'
import type { Alarm } from '../../protocol/alarm.ts'
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

/** Every scenario as it would be played, with each step done on time. */
const performances = batchesOf(SCENARIOS, { pilot, at: 'c02', growth: 'ultra-fast', dark: 20_000, roomTemperature: () => 21, numbers: CONTRACT_NUMBERS }, 1).flat()
  .map(({ scenario, plan }): Performance => ({ scenario: scenario.name, plan, startedAt: START, doneAt: Float64Array.from(plan.steps, (step) => START + step.at), finished: true, stoppedAt: null }))
const truth = truthOf(performances, END)

/** What a platform has that tells the truth: one alarm a demand, in time, over when it has to be. */
function honest({ demands }: Truth): Seen[] {
  return demands.map((demand, index): Seen => {
    const device = pilot.devices.get(demand.subject as never)
    const receivedAt = demand.calledAt + 20
    return {
      timeline: [],
      alarm: {
        id: `a${index + 1}`, rule: demand.rule, subject: demand.subject, severity: demand.severity as Alarm['severity'], compound: 'c02' as Alarm['compound'],
        building: device?.location.building ?? '1', device: demand.subject as Alarm['device'], location: null, state: demand.clearedBy === null ? 'active' : 'cleared', acknowledged: false,
        latched: false, shelvedUntil: null, suppressedBy: null, raisedAt: demand.raisedAt ?? receivedAt, receivedAt, clearedAt: demand.clearedBy, closedAt: null, cause: null,
        occurrences: demand.occurrences ?? 1, message: { zh: '', en: '' }, incident: null
      }
    }
  })
}

const told = (seen: readonly Seen[]): Judgement => judge(truth, seen, new Map(), START, END, () => true)
const good = (judgement: Judgement): boolean => isGood(createReport({ seed: 1, duration: 1, sent: 1, acknowledged: 1 }, judgement, null))

/** What a platform may get wrong about one alarm, and under which name the oracle has to say so. */
const LIES: Readonly<Record<string, { readonly as: 'missed' | 'false' | 'doubled' | 'late' | 'wrong'; readonly tell: (one: Seen, demand: Demand) => readonly Seen[] | null }>> = {
  'drops it': { as: 'missed', tell: () => [] },
  'tells it twice': { as: 'doubled', tell: (one) => [one, changed(one, { id: 'again', receivedAt: one.alarm.receivedAt + 500 })] },
  'tells it late': { as: 'late', tell: (one, { deadline }) => [changed(one, { receivedAt: deadline + 1 })] },
  'tells it before it is one': { as: 'false', tell: (one, { calledAt }) => (calledAt - START > 4_000 ? [changed(one, { receivedAt: calledAt - 3_000 })] : null) },
  'makes it less grave': { as: 'wrong', tell: (one) => [changed(one, { severity: one.alarm.severity === 'low' ? 'medium' : 'low' })] },
  'never clears it': { as: 'wrong', tell: (one, { clearedBy }) => (clearedBy === null ? null : [changed(one, { state: 'active' })]) },
  'counts it once more': { as: 'wrong', tell: (one, { occurrences }) => (occurrences === null ? null : [changed(one, { occurrences: occurrences + 1 })]) },
  'takes the time of receipt for the time of the event': { as: 'wrong', tell: (one, { raisedAt }) => (raisedAt === null ? null : [changed(one, { raisedAt: one.alarm.receivedAt })]) },
  'holds it back': { as: 'wrong', tell: (one) => [changed(one, { suppressedBy: 'a1' })] },
  'tells it of another device': { as: 'missed', tell: (one) => [changed(one, { subject: 'c02-camera-100', device: 'c02-camera-100' as Alarm['device'] })] },
  'tells it under another rule': { as: 'missed', tell: (one) => [changed(one, { rule: 'made.up' })] }
}

function changed(one: Seen, part: Partial<Alarm>): Seen {
  return { ...one, alarm: { ...one.alarm, ...part } }
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
    for (const [device, scenario] of truth.scenarioOf) {
      const wolf = changed(first, { id: 'wolf', rule: 'made.up', subject: device, device: device as Alarm['device'], receivedAt: START + 1 })
      expect(told([...seen, wolf]).false.map((one) => one.scenario)).to.deep.equal([scenario])
    }
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
