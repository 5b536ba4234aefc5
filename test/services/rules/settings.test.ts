import { expect } from 'chai'
import { RULE_IDS, RULES } from '../../../services/rules/registry.ts'
import { DEFAULT_SETTINGS, envName, millisOf, RULE_SETTINGS, settingsOf } from '../../../services/rules/settings.ts'

describe('Settings of rules', () => {
  it('are named in the environment after themselves', () => {
    expect(envName('smoke.heat.limit')).to.equal('RULE_SMOKE_HEAT_LIMIT')
    expect(RULE_SETTINGS['device.offline.smoke'].env).to.equal('RULE_DEVICE_OFFLINE_SMOKE')
  })

  it('have defaults within their own limits, and say in both languages what they are and where they come from', () => {
    for (const { default: value, min, max, label, source } of Object.values(RULE_SETTINGS)) {
      expect(value).to.be.within(min, max)
      expect(label.zh).to.match(/[\u4e00-\u9fff]/)
      expect(label.en).to.match(/^[A-Z]/)
      expect(source).to.match(/^(rule table|table of numbers|design choice|promise to devices|retention of raw readings)$/)
    }
  })

  it('fill in what a start did not say, and leave out what nobody knows', () => {
    expect(settingsOf({ 'smoke.heat.limit': 60, 'gas.limit': 1 })).to.deep.equal({ ...DEFAULT_SETTINGS, 'smoke.heat.limit': 60 })
  })

  it('are converted to milliseconds from their unit', () => {
    expect([millisOf(DEFAULT_SETTINGS, 'device.offline.smoke'), millisOf(DEFAULT_SETTINGS, 'door.forced.grace'), millisOf(DEFAULT_SETTINGS, 'time.behind')])
      .to.deep.equal([7_200_000, 5000, 14 * 86_400_000])
  })

  it('belong to the rules of the registry', () => {
    for (const id of RULE_IDS) {
      expect(RULES[id].id).to.equal(id)
      for (const name of RULES[id].settings) expect(name.startsWith(`${id}.`) || name === 'camera.pulse.quiet', name).to.equal(true)
    }
  })
})
