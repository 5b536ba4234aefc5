import { expect } from 'chai'
import type { Alarm } from '../../protocol/alarm.ts'
import type { DeviceView } from '../../protocol/http/devices.ts'
import { oldest } from '../../dashboards/src/live/attention.ts'
import { groundOf } from '../../dashboards/src/live/condition.ts'
import { withDetail } from '../../dashboards/src/parts/scale.ts'

describe('what stands at the foot of a building', () => {
  const device = (id: string, unit?: string) => ({ id, kind: id.split('-')[1], location: { building: '1', ...(unit === undefined ? {} : { unit }) } }) as DeviceView

  it('is drawn below the entrance that it belongs to, doors before cameras, by number', () => {
    const ground = groundOf([device('c01-camera-010', '1'), device('c01-camera-002', '1'), device('c01-door-03', '1'), device('c01-door-04', '2')], ['1', '2'])
    expect(ground.byUnit.map((unit) => unit.map(({ id }) => id))).to.deep.equal([['c01-door-03', 'c01-camera-002', 'c01-camera-010'], ['c01-door-04']])
    expect(ground.rest).to.deep.equal([])
  })

  it('stands apart where its entrance is not on record or not in the building: nothing is left out', () => {
    const ground = groundOf([device('c01-gateway-01'), device('c01-door-03', '9')], ['1'])
    expect(ground.byUnit).to.deep.equal([[]])
    expect(ground.rest.map(({ id }) => id)).to.have.members(['c01-gateway-01', 'c01-door-03'])
  })
})

describe('the numbers on the overview', () => {
  it('say since when the oldest open alarm of each severity waits', () => {
    const alarm = (severity: string, raisedAt: number, state = 'active') => ({ severity, raisedAt, state }) as Alarm
    expect(oldest([alarm('high', 30), alarm('high', 10), alarm('high', 5, 'closed'), alarm('low', 40, 'cleared')])).to.deep.equal({ critical: null, high: 10, medium: null, low: 40 })
  })
})

describe('a chart that is zoomed into', () => {
  it('shows the finer points where it is looked at and the coarse ones beside it', () => {
    const point = (at: number, value: number) => [at, value, value, value, 1] as const
    expect(withDetail([point(0, 1), point(10, 1), point(20, 1), point(30, 1)], [point(10, 2), point(13, 2), point(17, 2)], [9, 21]))
      .to.deep.equal([point(0, 1), point(10, 2), point(13, 2), point(17, 2), point(30, 1)])
  })
})
