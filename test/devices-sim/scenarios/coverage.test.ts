import { expect } from 'chai'
import type { RulesView } from '../../../protocol/http/rules.ts'
import { RULE_IDS, RULES } from '../../../services/rules/registry.ts'
import { RULE_SETTINGS } from '../../../services/rules/settings.ts'
import { createPilot } from '../../../devices-sim/pilot.ts'
import { batchesOf, devicesIn } from '../../../devices-sim/casting.ts'
import { CONTRACT_NUMBERS, NUMBER_NAMES, numbersOf, quickSettings } from '../../../devices-sim/rule-numbers.ts'
import type { RuleNumbers } from '../../../devices-sim/rule-numbers.ts'
import { SCENARIOS } from '../../../devices-sim/scenarios/catalogue.ts'
import { ruleCalls } from '../../../services/api/rule-calls.ts'
import type { DEFAULT_SETTINGS } from '../../../services/rules/settings.ts'

const PLAYED_WITHIN = 600_000
const pilot = createPilot(3, 800)
const stage = (numbers: RuleNumbers) => ({ pilot, at: 'c02', growth: 'ultra-fast' as const, dark: 20_000, roomTemperature: () => 21, numbers })

/** The rules as a platform tells them that was started with these variables. */
function told(environment: readonly (readonly [string, number])[]): RuleNumbers {
  const given = new Map(environment)
  const values = Object.fromEntries(Object.entries(RULE_SETTINGS).map(([name, setting]) => [name, given.get(setting.env) ?? setting.default])) as typeof DEFAULT_SETTINGS
  return numbersOf(ruleCalls({ rules: values })['rules.list']({} as never) as RulesView)
}

describe('Rules and scenarios', () => {
  it('no rule is without a scenario that calls for it, but for those about the platform itself, which no device can bring about', () => {
    const called = new Set(SCENARIOS.flatMap((one) => one.rules))
    expect(RULE_IDS.filter((id) => !called.has(id))).to.deep.equal(['platform.history-lag', 'platform.disk'])
  })

  it('a scenario calls for the rules that it names and for no other', () => {
    for (const { scenario, plan } of batchesOf(SCENARIOS, stage(CONTRACT_NUMBERS), 1).flat()) {
      expect([...new Set(plan.expected.map((one) => one.rule))].toSorted(), scenario.name).to.deep.equal([...scenario.rules].toSorted())
    }
  })

  it('truth agrees with the platform on how grave a rule is', () => {
    for (const { scenario, plan } of batchesOf(SCENARIOS, stage(CONTRACT_NUMBERS), 1).flat()) {
      for (const { rule, severity } of plan.expected) {
        // A door that stays open for long becomes graver than its rule says.
        if (scenario.name === 'door-held-open' && severity === 'high') continue
        expect(Object.values(RULES[rule as keyof typeof RULES].severity), `${scenario.name} ${rule}`).to.include(severity)
      }
    }
  })

  it('what the simulator takes for a number of the contract is the default of the platform', () => {
    const platform = told([])
    expect(Object.keys(RULE_SETTINGS)).to.include.members(NUMBER_NAMES)
    for (const name of NUMBER_NAMES) expect(platform.of(name), name).to.equal(CONTRACT_NUMBERS.of(name))
  })

  it('truth goes by the limits that the platform has, not by those that it might have', () => {
    const other = told([['RULE_SMOKE_HEAT_LIMIT', 90], ['RULE_SMOKE_HEAT_RISE', 30], ['RULE_SMOKE_BATTERY_LIMIT', 40], ['RULE_SMOKE_BATTERY_CLEAR', 50], ['RULE_SMOKE_CONTAMINATED_LIMIT', 30], ['RULE_SMOKE_CONTAMINATED_CLEAR', 20]])
    const called = (numbers: RuleNumbers, rule: string, field: string): unknown => {
      const plans = batchesOf(SCENARIOS, stage(numbers), 1).flat().map((one) => one.plan)
      return plans.flatMap(({ expected, steps }) => expected.filter((one) => one.rule === rule).map((one) => {
        const step = steps[one.step]
        return step?.does === 'telemetry' ? step.fields[field] : undefined
      }))[0]
    }
    expect(called(CONTRACT_NUMBERS, 'smoke.heat', 'temperature')).to.be.within(29.3, 50)
    expect(called(other, 'smoke.heat', 'temperature')).to.be.greaterThan(50)
    expect([called(CONTRACT_NUMBERS, 'smoke.battery', 'battery'), called(other, 'smoke.battery', 'battery')]).to.deep.equal([14, 39])
    expect([called(CONTRACT_NUMBERS, 'smoke.contaminated', 'contamination'), called(other, 'smoke.contaminated', 'contamination')]).to.deep.equal([80, 30])
  })

  it('the settings that it prints are ones that the platform takes, and with them nothing takes longer than ten minutes', () => {
    const limits = new Map(Object.values(RULE_SETTINGS).map((one) => [one.env, one]))
    for (const [name, value] of quickSettings()) expect(value, name).to.be.within(limits.get(name)?.min ?? NaN, limits.get(name)?.max ?? NaN)
    const quick = told(quickSettings())
    for (const { scenario, plan } of batchesOf(SCENARIOS, stage(quick), 1).flat()) expect(plan.lasts, scenario.name).to.be.lessThan(PLAYED_WITHIN)
  })

  it('scenarios that are played together never use the same device', () => {
    const batches = batchesOf(SCENARIOS, stage(CONTRACT_NUMBERS), 1)
    expect(batches.flat()).to.have.length(SCENARIOS.length)
    expect(batches.length, 'a compound of the pilot is large enough for all of them at once, but for the power cut').to.equal(2)
    for (const batch of batches) {
      const used = batch.flatMap((one) => [...devicesIn(one.plan)])
      expect(used.length).to.equal(new Set(used).size)
      // What speaks through a gateway that is lost must not be anybody else's.
      for (const { plan } of batch) for (const step of plan.steps) if (step.does === 'cut') for (const id of used) expect(pilot.devices.get(id)?.gateway === step.device && !devicesIn(plan).has(id)).to.equal(false)
    }
  })
})
