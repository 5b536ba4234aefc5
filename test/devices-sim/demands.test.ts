import { expect } from 'chai'
import type { DeviceId } from '../../protocol/names.ts'
import { truthOf } from '../../devices-sim/demands.ts'
import type { Outage } from '../../devices-sim/outages.ts'
import type { Performance } from '../../devices-sim/player.ts'
import type { Expected, Step } from '../../devices-sim/scenarios/scenario.ts'

const START = 1_000_000
const END = START + 60_000
const door = 'c01-door-01' as DeviceId

function played(steps: readonly Step[], expected: readonly Partial<Expected>[], rest: Partial<Performance> = {}): Performance {
  return {
    scenario: 's', startedAt: START, finished: false, stoppedAt: null, doneAt: Float64Array.from(steps, (step) => START + step.at),
    plan: {
      where: '', steps, tolerated: [], lasts: 30_000,
      expected: expected.map((one) => ({ rule: 'r', subject: door, severity: 'low' as const, step: 0, within: 1_000, clearedBy: null, occurrences: null, ...one }))
    },
    ...rest
  }
}
const says = (at: number): Step => ({ at, does: 'event', device: door, type: 'opened' })
const away = (from: number, to: number, back = to): Outage => ({ from: START + from, to: START + to, backOf: () => START + back })

describe('What a scenario calls for', () => {
  it('is what was done before the end; the rest is neither asked for nor false', () => {
    const steps = [says(0), says(5), says(10)]
    const doneAt = new Float64Array([START + 5, END + 1, NaN])
    const truth = truthOf([played(steps, [0, 1, 2].map((step) => ({ step, subject: `${step}`, clearedBy: 500 })), { doneAt })], END)
    expect(truth.demands.map((one) => [one.subject, one.calledAt, one.deadline, one.clearedBy])).to.deep.equal([['0', START + 5, START + 1_005, START + 500]])
    expect([...truth.excused]).to.deep.equal(['r 1', 'r 2'])
    expect(truth.unjudged).to.equal(0)
  })

  it('is only that it comes, when somebody ended the scenario before it was over', () => {
    const stopped = { stoppedAt: START + 10_000 }
    const { demands, excused } = truthOf([played([says(0)], [{ occurrences: 3, clearedBy: 20_000 }, { rule: 'later', after: 15_000 }], stopped)], END)
    expect(demands).to.deep.equal([{
      scenario: 's', rule: 'r', subject: door, severity: null, calledAt: START, deadline: START + 1_000, clearedBy: null, holdsUntil: null, occurrences: null, raisedAt: null, over: false
    }])
    expect([...excused]).to.deep.equal([`later ${door}`])
  })

  it('may come later by as much as the platform was away, and not a moment more', () => {
    const one = (outage: Outage, expected: Partial<Expected> = {}): number => (truthOf([played([says(0)], [expected])], END, [outage]).demands[0]?.deadline ?? NaN) - START
    expect(one(away(500, 4_000))).to.equal(5_000)
    expect(one(away(-3_000, 4_000))).to.equal(5_000)
    expect(one(away(-3_000, -1))).to.equal(1_000)
    expect(one(away(1_001, 4_000))).to.equal(1_000)
    // Its own connection came back later than most.
    expect(one(away(500, 9_000, 7_000))).to.equal(8_000)
    // What takes a time may have its time again.
    expect(one(away(500, 4_000), { after: 10_000 })).to.equal(15_000)
  })

  it('may be cleared later when the platform was away', () => {
    const { demands } = truthOf([played([says(0)], [{ clearedBy: 20_000 }])], END, [away(10_000, 15_000)])
    expect(demands[0]?.clearedBy).to.equal(START + 35_000)
  })

  it('is not judged when it hangs on a connection and the platform took none', () => {
    const flap = [{ at: 0, does: 'cut', device: door }, { at: 300, does: 'power', device: door }, { at: 900, does: 'cut', device: door }] as const
    const truth = truthOf([played(flap, [{ step: 2 }])], END, [away(100, 600)])
    expect(truth).to.deep.include({ demands: [], unjudged: 1, excused: new Set([`r ${door}`]) })
    expect(truthOf([played(flap, [{ step: 2 }])], END, [away(-500, -100)]).demands).to.have.length(1)
    expect(truthOf([played(flap, [{ step: 2 }])], END, [away(5_000, 9_000)]).demands).to.have.length(1)
  })
})
