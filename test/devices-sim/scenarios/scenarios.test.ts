import { expect } from 'chai'
import { createPilot } from '../../../devices-sim/pilot.ts'
import { createRandom } from '../../../devices-sim/random.ts'
import { CONTRACT_NUMBERS } from '../../../devices-sim/rule-numbers.ts'
import { SCENARIOS } from '../../../devices-sim/scenarios/catalogue.ts'
import { doorForced } from '../../../devices-sim/scenarios/door-forced.ts'
import { fire } from '../../../devices-sim/scenarios/fire.ts'
import { powerCut } from '../../../devices-sim/scenarios/power-cut.ts'
import type { Stage } from '../../../devices-sim/scenarios/scenario.ts'

const pilot = createPilot(8, 100)
const stage = (at: string | null, seed = 1): Stage => ({ pilot, at, random: createRandom(seed, 'test'), growth: 'ultra-fast', dark: 20_000, roomTemperature: () => 21, taken: new Set(), numbers: CONTRACT_NUMBERS })

describe('Scenarios', () => {
  for (const scenario of SCENARIOS) {
    it(`${scenario.name} plans the same for the same seed, in the order of time, with devices that there are`, () => {
      const plan = scenario.plan(stage('c07'))
      expect(scenario.plan(stage('c07'))).to.deep.equal(plan)
      expect(plan.steps.map((one) => one.at)).to.deep.equal(plan.steps.map((one) => one.at).toSorted((a, b) => a - b))
      for (const step of plan.steps) if (step.does !== 'enrol' && step.does !== 'remove') expect(pilot.devices.get(step.device)?.compound).to.equal('c07')
      for (const one of plan.expected) expect(plan.steps[one.step]).to.have.property('device', one.subject)
    })

    it(`${scenario.name} stays within a device's ranges`, () => {
      for (const step of scenario.plan(stage(null)).steps) {
        if (step.does !== 'telemetry') continue
        expect(step.fields.obscuration ?? 0).to.be.within(0, 100)
        expect(step.fields.temperature ?? 0).to.be.within(-40, 125)
      }
    })
  }

  it('a fire calls for smoke and heat where it burns and for smoke at two neighbours', () => {
    const plan = fire.plan(stage('c07-smoke-0001'))
    const [first, ...others] = plan.expected.filter((one) => one.rule === 'smoke.alarm').map((one) => ({ subject: one.subject, at: plan.steps[one.step]?.at ?? NaN }))
    expect(first).to.deep.equal({ subject: 'c07-smoke-0001', at: 11_000 })
    expect(others).to.have.length(2)
    for (const other of others) expect(other.at).to.be.within(11_001, 25_000)
    expect(plan.expected.filter((one) => one.rule === 'smoke.heat').map((one) => one.subject)).to.deep.equal(['c07-smoke-0001'])
  })

  it('a fire calls for smoke with the first sample at 10 %/m, and says so by an event', () => {
    const plan = fire.plan(stage('c07-smoke-0001'))
    const own = plan.steps.filter((one) => one.device === 'c07-smoke-0001')
    const dense = own.find((one) => one.does === 'telemetry' && Number(one.fields.obscuration) >= 10)
    const alarm = plan.steps[plan.expected.find((one) => one.rule === 'smoke.alarm')?.step ?? -1]
    expect(alarm).to.include({ does: 'event', type: 'alarm', at: dense?.at })
  })

  it('a fire ends: the detectors say so, and what it called for has to clear', () => {
    const plan = fire.plan(stage('c07-smoke-0001'))
    expect(plan.steps.filter((one) => one.does === 'event' && one.type === 'alarm-cleared')).to.have.length(3)
    for (const one of plan.expected) expect(one.clearedBy).to.be.within(60_000, plan.lasts)
    const last = plan.steps.findLast((one) => one.does === 'telemetry')
    expect(last?.does === 'telemetry' && last.fields).to.include({ alarm: false })
  })

  it('a slower fire takes longer to be seen', () => {
    const at = (growth: Stage['growth']): number => {
      const plan = fire.plan({ ...stage('c07-smoke-0001'), growth })
      return plan.steps[plan.expected[0]?.step ?? -1]?.at ?? NaN
    }
    expect(at('medium')).to.be.greaterThan(at('fast'))
    expect(at('fast')).to.be.greaterThan(at('ultra-fast'))
  })

  it('a forced door opens locked, later than 5 s after anybody could have been let through', () => {
    const plan = doorForced.plan(stage('c07-door-02'))
    expect(plan.expected.map((one) => [one.rule, one.subject])).to.deep.equal([['door.forced', 'c07-door-02']])
    const opened = plan.steps[plan.expected[0]?.step ?? -1]
    expect(opened).to.include({ does: 'event', type: 'opened' })
    expect(opened?.at).to.be.greaterThan(5_000)
  })

  it('a power cut takes every connection, brings each back once, and calls for nothing', () => {
    const plan = powerCut.plan(stage(null))
    const speakers = [...pilot.devices.values()].filter((one) => one.gateway === null).map((one) => one.id)
    const of = (does: string): string[] => plan.steps.filter((one) => one.does === does).map((one) => one.device)
    expect(of('cut').toSorted()).to.deep.equal(speakers.toSorted())
    expect(of('power').toSorted()).to.deep.equal(speakers.toSorted())
    expect(Math.min(...plan.steps.filter((one) => one.does === 'power').map((one) => one.at))).to.be.at.least(21_000)
    expect(plan.expected).to.deep.equal([])
  })
})
