import { expect } from 'chai'
import { fieldName, unitText, valueText } from '../../dashboards/src/parts/field-value.ts'
import { translator } from '../../dashboards/src/i18n/text.ts'
import type { Language } from '../../dashboards/src/i18n/text.ts'
import { KIND_DEFINITIONS, telemetryField } from '../../protocol/kinds/index.ts'
import type { Kind } from '../../protocol/names.ts'

describe('a value on the page of a device', () => {
  const said = (language: Language, kind: Kind, field: string, value: boolean | string) => {
    const t = translator(language)
    const definition = telemetryField(kind, field)
    return `${fieldName(t, language, field, definition)}: ${valueText(t, language, field, definition, value)}`
  }

  it('reads as a sentence together with its name, whichever it is', () => {
    expect(said('zh', 'door', 'open', false)).to.equal('门: 关着')
    expect(said('en', 'door', 'locked', false)).to.equal('Lock: unlocked')
    expect(said('zh', 'door', 'tamper', false)).to.equal('防拆: 正常')
    expect(said('zh', 'door', 'tamper', true)).to.equal('防拆: 被拆')
    expect(said('zh', 'gateway', 'mains', false)).to.equal('市电: 断电')
    expect(said('en', 'camera', 'recording', false)).to.equal('Recording: no')
  })

  it('has a word in both languages for each choice of each kind', () => {
    for (const { telemetry, eventFields } of Object.values(KIND_DEFINITIONS)) {
      for (const [field, definition] of Object.entries({ ...telemetry, ...eventFields })) {
        if (definition.type !== 'enum') continue
        for (const value of definition.values) expect(valueText(translator('zh'), 'zh', field, definition, value), value).to.match(/\p{Script=Han}|^4G$/u)
      }
    }
  })

  it("leaves a device's own words alone", () => {
    const t = translator('zh')
    expect(valueText(t, 'zh', 'credential', KIND_DEFINITIONS.door.eventFields.credential, 'card')).to.equal('card')
    expect(valueText(t, 'zh', 'brand-new', undefined, 'in')).to.equal('in')
  })

  it('has a unit that people know', () => {
    expect(unitText(translator('zh'), '1/s')).to.equal('帧/秒')
    expect(unitText(translator('en'), '°C')).to.equal('°C')
    expect(unitText(translator('en'), null)).to.equal('')
  })
})
