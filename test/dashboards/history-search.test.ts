import { expect } from 'chai'
import { allowed, holderOf } from '../../dashboards/src/live/actions.ts'
import { finds, historyRows } from '../../dashboards/src/screens/history-search.ts'
import type { Transition } from '../../protocol/alarm.ts'
import type { DeviceId } from '../../protocol/names.ts'
import { aTransition, anAlarm } from './samples.ts'

const day = () => '2026-11-22 03:12:45 11月22日周日 昨天'
const places = { compound: (id: string) => `${id} 小区`, within: () => '3 号楼 · 1203 室' }

describe('The search in the history', () => {
  it('finds by number, rule, device, text in both languages and place, whatever the case', () => {
    const alarm = anAlarm('a42')
    for (const text of ['a42', 'SMOKE.alarm', 'c07-smoke-0001', '烟雾', 'Smoke Alarm', '1203', 'c07 小区', '']) expect(finds(text, alarm, places, day), text).to.equal(true)
    expect(finds('a43', alarm, places, day)).to.equal(false)
  })

  it('wants every word of it', () => {
    expect(finds('1203 烟雾', anAlarm('a1'), places, day)).to.equal(true)
    expect(finds('1203 门禁', anAlarm('a1'), places, day)).to.equal(false)
  })

  it('finds by the day on which it was raised, but not every alarm of November by a bare 11', () => {
    for (const text of ['昨天 1203', '11-22', '2026-11-22', '11月22日', '03:12']) expect(finds(text, anAlarm('a1'), places, day), text).to.equal(true)
    for (const text of ['今天', '11', '22', '11-2 1203 室号']) expect(finds(text, anAlarm('a1'), places, day), text).to.equal(false)
  })

  it('takes a number from its beginning: building 7 is not 17, and leading zeros may be left out', () => {
    const inBuilding = (name: string) => ({ ...places, within: () => `${name} · 1203 室` })
    expect(finds('7号楼', anAlarm('a1'), inBuilding('7号楼'), day)).to.equal(true)
    expect(finds('7号楼', anAlarm('a1'), inBuilding('17号楼'), day)).to.equal(false)
    expect(finds('203', anAlarm('a1'), places, day)).to.equal(false)
    expect(finds('323', anAlarm('a1', { device: 'c07-smoke-0323' as DeviceId }), places, day)).to.equal(true)
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

describe('Who has an alarm', () => {
  const told = (...names: Transition['name'][]) => names.map((name, index) => aTransition(name, index + 1, name === 'acknowledged' ? 'wang' : 'system'))

  it('is who acknowledged it last, whatever was done since', () => {
    expect(holderOf(told('raised', 'acknowledged', 'noted', 'cleared'))?.who).to.equal('wang')
  })

  it('is nobody before, and nobody once it came back', () => {
    expect(holderOf(told('raised', 'counted'))).to.equal(null)
    expect(holderOf(told('raised', 'acknowledged', 'cleared', 'reactivated'))).to.equal(null)
    expect(holderOf([])).to.equal(null)
  })
})
