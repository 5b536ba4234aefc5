import { expect } from 'chai'
import { NO_FLOOD, followFlood } from '../../dashboards/src/live/flood.ts'
import { anAlarm } from './samples.ts'

const MINUTE = 60_000
const came = (count: number, at: number, prefix = 'a') => Array.from({ length: count }, (_each, n) => anAlarm(`${prefix}${n}`, { receivedAt: at }))

describe('A flood of alarms', () => {
  it('begins with the eleventh new alarm in ten minutes, not with the tenth', () => {
    expect(followFlood(NO_FLOOD, came(10, 0), MINUTE).flooded).to.equal(false)
    expect(followFlood(NO_FLOOD, came(11, 0), MINUTE).flooded).to.equal(true)
  })

  it('counts alarms that were closed meanwhile', () => {
    const first = followFlood(NO_FLOOD, came(6, 0, 'a'), 1)
    expect(followFlood(first, came(5, MINUTE, 'b'), MINUTE).flooded).to.equal(true)
  })

  it('is over below five in ten minutes, not before', () => {
    const begun = followFlood(followFlood(NO_FLOOD, came(7, 0, 'a'), 1), came(5, 5 * MINUTE, 'b'), 5 * MINUTE)
    const later = followFlood(begun, [], 11 * MINUTE)
    expect([later.flooded, later.arrivals.size]).to.deep.equal([true, 5])
    expect(followFlood(later, [], 16 * MINUTE)).to.deep.equal({ arrivals: new Map(), flooded: false })
  })

  it('is the same object while nothing changes, so that nothing is drawn again', () => {
    const before = followFlood(NO_FLOOD, came(3, 0), 1)
    expect(followFlood(before, came(3, 0), 2)).to.equal(before)
  })
})
