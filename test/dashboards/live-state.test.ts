import { expect } from 'chai'
import { broken, hasGap, looksTheSame, nothing, takeEvent, takeSnapshot } from '../../dashboards/src/live/state.ts'
import type { LiveEvent, Watched } from '../../dashboards/src/live/state.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import type { Summary } from '../../protocol/live.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import { aTransition, anAlarm } from './samples.ts'

const c07 = 'c07' as CompoundId
const summary = (online: number): Summary => ({ id: c07, devices: { total: 10, online }, alarms: { critical: 0, high: 0, medium: 0, low: 0 } })
const summaryEvent = (seq: number, online: number): LiveEvent => ({ type: 'summary', body: { seq, compounds: [summary(online)] } })
const alarmEvent = (seq: number, alarm: Alarm, name: Parameters<typeof aTransition>[0] = 'raised'): LiveEvent =>
  ({ type: 'alarm', body: { seq, alarm, transition: aTransition(name) } })
const deviceEvent = (seq: number, ts: number, value: number): LiveEvent =>
  ({ type: 'devices', body: { seq, compound: c07, changes: [{ device: 'c07-smoke-0001' as DeviceId, latest: { co: { value, ts } } }] } })
const started = (withDevices = false): Watched => takeSnapshot(nothing(withDevices), { seq: 5, compounds: [summary(10)], alarms: [] })
const online = (state: Watched) => state.compounds.get(c07)?.devices.online

describe('what a watch shows', () => {
  it('is the snapshot, and then each event on top of it', () => {
    const state = [summaryEvent(6, 9), alarmEvent(7, anAlarm('a1'))].reduce(takeEvent, started())
    expect(online(state)).to.equal(9)
    expect([...state.alarms.keys()]).to.deep.equal(['a1'])
    expect(state.arrived).to.deep.equal(['a1'])
    expect(state.seq).to.equal(7)
    expect(hasGap(state)).to.equal(false)
  })

  it('loses an alarm when it closes, and does not take an acknowledgement for news', () => {
    const state = [
      alarmEvent(6, anAlarm('a1')), alarmEvent(7, anAlarm('a2')),
      alarmEvent(8, anAlarm('a2', { acknowledged: true }), 'acknowledged'), alarmEvent(9, anAlarm('a1', { state: 'closed' }), 'closed')
    ].reduce(takeEvent, started())
    expect([...state.alarms.keys()]).to.deep.equal(['a2'])
    expect(state.alarms.get('a2')?.acknowledged).to.equal(true)
    expect(state.arrived).to.deep.equal(['a1', 'a2'])
  })

  it('does not change by an event that it has seen', () => {
    const state = takeEvent(started(), summaryEvent(6, 9))
    expect(takeEvent(state, summaryEvent(6, 1))).to.equal(state)
    expect(takeEvent(state, summaryEvent(2, 1))).to.equal(state)
  })

  it('says that there is a gap when a number is missing, and does not show what is behind it yet', () => {
    const state = takeEvent(started(), summaryEvent(7, 3))
    expect(hasGap(state)).to.equal(true)
    expect(online(state)).to.equal(10)
    expect(state.seq).to.equal(5)
  })

  it('closes the gap when the missing event comes late, in the right order', () => {
    const state = [summaryEvent(8, 1), summaryEvent(7, 2), summaryEvent(6, 3)].reduce(takeEvent, started())
    expect(hasGap(state)).to.equal(false)
    expect(state.seq).to.equal(8)
    expect(online(state)).to.equal(1)
  })

  it('closes the gap with the snapshot of a resync, and applies what came meanwhile on top of it and nothing twice', () => {
    const behind = [summaryEvent(8, 1), alarmEvent(10, anAlarm('a9')), summaryEvent(11, 4)].reduce(takeEvent, started())
    const state = takeSnapshot(behind, { seq: 9, compounds: [summary(7)], alarms: [anAlarm('a3')] })
    expect(hasGap(state)).to.equal(false)
    expect(state.seq).to.equal(11)
    expect(online(state)).to.equal(4)
    expect([...state.alarms.keys()]).to.deep.equal(['a3', 'a9'])
  })

  it('still has a gap when the snapshot is older than what is missing', () => {
    const behind = takeEvent(started(), summaryEvent(9, 1))
    const state = takeSnapshot(behind, { seq: 7, compounds: [summary(7)], alarms: [] })
    expect(hasGap(state)).to.equal(true)
    expect(takeEvent(state, summaryEvent(8, 2)).seq).to.equal(9)
  })

  it('holds what comes before the first snapshot, and takes it up behind it', () => {
    const early = takeEvent(nothing(false), alarmEvent(6, anAlarm('a1')))
    expect(early.alarms.size).to.equal(0)
    expect([...takeSnapshot(early, { seq: 5, compounds: [], alarms: [] }).alarms.keys()]).to.deep.equal(['a1'])
  })

  it('tells alarms that were raised while the link was down as news, but not those of the first snapshot', () => {
    const first = takeSnapshot(nothing(false), { seq: 0, compounds: [], alarms: [anAlarm('a1')] })
    expect(first.arrived).to.deep.equal([])
    const again = takeSnapshot({ ...first, seq: null }, { seq: 0, compounds: [], alarms: [anAlarm('a1'), anAlarm('a2')] })
    expect(again.arrived).to.deep.equal(['a2'])
    expect(again.epoch).to.equal(2)
  })

  it('keeps the newest value of a device, whatever the order of its times', () => {
    const state = [deviceEvent(6, 2000, 20), deviceEvent(7, 1000, 10)].reduce(takeEvent, started(true))
    expect(state.devices?.get('c07-smoke-0001' as DeviceId)?.latest?.['co']).to.deep.equal({ value: 20, ts: 2000 })
    expect(takeSnapshot(state, { seq: 9, compounds: [], alarms: [] }).devices?.size).to.equal(0)
  })

  it('of everything counts device events without keeping them, so that nothing is drawn again', () => {
    const before = started()
    const after = takeEvent(before, deviceEvent(6, 1000, 1))
    expect(after.seq).to.equal(6)
    expect(looksTheSame(before, after)).to.equal(true)
    expect(looksTheSame(before, takeEvent(after, summaryEvent(7, 2)))).to.equal(false)
  })
})

describe('a broken link', () => {
  it('keeps the moment at which it broke until it is live again', () => {
    const first = broken({ state: 'live' }, 1000)
    expect(first).to.deep.equal({ state: 'broken', since: 1000 })
    expect(broken(first, 9000)).to.equal(first)
  })

  it('that never worked has no such moment', () => {
    expect(broken({ state: 'connecting' }, 1000)).to.deep.equal({ state: 'broken', since: null })
  })

  it('whose session is over stays that', () => {
    expect(broken({ state: 'refused' }, 1000)).to.deep.equal({ state: 'refused' })
  })
})
