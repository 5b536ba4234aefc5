import { expect } from 'chai'
import { conditionOf, elevationOf, worstByDevice } from '../../dashboards/src/live/condition.ts'
import { regroup, withChange, withChanges } from '../../dashboards/src/live/devices.ts'
import type { DeviceChange } from '../../protocol/live.ts'
import type { DeviceId } from '../../protocol/names.ts'
import { aDevice, anAlarm } from './samples.ts'

const change = (id: string, more: Partial<DeviceChange>): DeviceChange => ({ device: id as DeviceId, ...more })

describe('a device on screen', () => {
  it('takes a newer value and never an older one', () => {
    const device = aDevice('d1', { latest: { co: { value: 5, ts: 100 } } })
    expect(withChange(device, change('d1', { latest: { co: { value: 9, ts: 200 } } })).latest).to.deep.equal({ co: { value: 9, ts: 200 } })
    expect(withChange(device, change('d1', { latest: { co: { value: 1, ts: 50 } } }))).to.equal(device)
  })

  it('takes presence, and keeps the later of two times at which it was heard', () => {
    const device = aDevice('d1', { lastSeenAt: 500 })
    expect(withChange(device, change('d1', { online: false, lastSeenAt: 400 }))).to.include({ online: false, lastSeenAt: 500 })
  })

  it('is the same object as before when nothing changed, and so is the list', () => {
    const fetched = [aDevice('d1'), aDevice('d2')]
    const first = withChanges([], fetched, new Map())
    expect(withChanges(first, fetched, new Map())).to.equal(first)
    const second = withChanges(first, fetched, new Map([['d2', change('d2', { online: false })]]))
    expect(second[0]).to.equal(first[0])
    expect(second[1]).not.to.equal(first[1])
  })

  it('belongs to a group that stays the same array while its members do', () => {
    const [one, other] = [aDevice('d1', { location: { building: '1' } }), aDevice('d2', { location: { building: '2' } })]
    const before = regroup(new Map(), [one, other], (device) => device.location.building)
    const after = regroup(before, [one, { ...other, online: false }], (device) => device.location.building)
    expect(after.get('1')).to.equal(before.get('1'))
    expect(after.get('2')).not.to.equal(before.get('2'))
  })
})

describe('the condition of a device', () => {
  it('is its worst open alarm, then silence, then what it says itself', () => {
    const silent = aDevice('d1', { online: false })
    expect(conditionOf(silent, 'high')).to.equal('high')
    expect(conditionOf(silent, undefined)).to.equal('offline')
    expect(conditionOf(aDevice('d1', { online: false, lastSeenAt: null }), undefined)).to.equal('never-seen')
    expect(conditionOf(aDevice('d1', { latest: { fault: { value: true, ts: 1 } } }), undefined)).to.equal('trouble')
    expect(conditionOf(aDevice('d1', { latest: { fault: { value: false, ts: 1 } } }), undefined)).to.equal('normal')
  })

  it('comes from the alarms of its own compound, and from the worst of several', () => {
    const [d1, d2] = ['d1' as DeviceId, 'd2' as DeviceId]
    const alarms = [anAlarm('a1', { device: d1, severity: 'low' }), anAlarm('a2', { device: d1, severity: 'high' }), anAlarm('a3', { device: d2, compound: 'c08' as never })]
    const worst = worstByDevice(new Map(), alarms, 'c07')
    expect([...worst]).to.deep.equal([['d1', 'high']])
    expect(worstByDevice(worst, alarms.toReversed(), 'c07')).to.equal(worst)
  })
})

describe('a building from outside', () => {
  const home = (unit: string, floor: number, home: string) => aDevice(`d-${unit}-${home}`, { location: { building: '1', unit, floor, home } })

  it('has its top floor first, its units from left to right and homes in the order of their numbers', () => {
    const elevation = elevationOf([home('2', 1, '101'), home('1', 1, '102'), home('1', 1, '101'), home('1', 10, '1001'), home('1', 2, '201')])
    expect(elevation.units).to.deep.equal(['1', '2'])
    expect(elevation.widths).to.deep.equal([2, 1])
    expect(elevation.floors.map(({ floor }) => floor)).to.deep.equal([10, 2, 1])
    expect(elevation.floors[2]?.units.map((unit) => unit.map((device) => device.location.home))).to.deep.equal([['101', '102'], ['101']])
  })

  it('does not lose a device whose floor is not on record', () => {
    const elevation = elevationOf([aDevice('d1')])
    expect(elevation.floors).to.deep.equal([])
    expect(elevation.unplaced).to.have.length(1)
  })
})
