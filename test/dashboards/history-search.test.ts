import { expect } from 'chai'
import { allowed } from '../../dashboards/src/live/actions.ts'
import { finds, historyRows } from '../../dashboards/src/screens/history-search.ts'
import { anAlarm } from './samples.ts'

const places = { compound: (id: string) => `${id} 小区`, within: () => '3 号楼 · 1203 室' }

describe('The search in the history', () => {
  it('finds by number, rule, device, text in both languages and place, whatever the case', () => {
    const alarm = anAlarm('a42')
    for (const text of ['a42', 'SMOKE.alarm', 'c07-smoke-0001', '烟雾', 'Smoke Alarm', '1203', 'c07 小区', '']) expect(finds(text, alarm, places), text).to.equal(true)
    expect(finds('a43', alarm, places)).to.equal(false)
  })

  it('wants every word of it', () => {
    expect(finds('1203 烟雾', anAlarm('a1'), places)).to.equal(true)
    expect(finds('1203 门禁', anAlarm('a1'), places)).to.equal(false)
  })

  it('writes a row for each alarm, with nothing where nothing was', () => {
    const words = { head: ['id'], severity: () => '紧急', message: () => 'm', cause: () => '', moment: String }
    expect(historyRows([anAlarm('a1')], places, words)).to.deep.equal([
      ['id'], ['a1', '紧急', 'm', 'smoke.alarm', 'c07 小区', '3 号楼 · 1203 室', 'c07-smoke-0001', '1000', null, null, '', 1]
    ])
  })
})

describe('Shelving, as the screens offer it', () => {
  it('is for what goes on, and for fifteen minutes at most where it is critical', () => {
    expect(allowed(anAlarm('a1')).shelve).to.equal(15)
    expect(allowed(anAlarm('a1', { severity: 'high' })).shelve).to.equal(7 * 24 * 60)
    expect(allowed(anAlarm('a1', { state: 'cleared' })).shelve).to.equal(null)
    expect(allowed(anAlarm('a1', { shelvedUntil: 5 })).unshelve).to.equal(true)
  })
})
