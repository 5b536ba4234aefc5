import { expect } from 'chai'
import { describe, it } from 'mocha'
import type { HistoryPoint } from '../../../../services/store/influx/point.ts'
import { part } from '../../../../services/store/influx/refusal.ts'

const DAY = 86_400_000
const point = (n: number, fields: HistoryPoint['fields'], measurement = 'smoke', day = 20_000): HistoryPoint =>
  ({ device: null, compound: null, series: `${measurement},device=d${n}`, fields, timestamp: `${day * DAY + n}000000` })
const conflict = (field: string, measurement: string, dropped: number): string =>
  `partial write: field type conflict: input field "${field}" on measurement "${measurement}" is type float, already exists as type string dropped=${dropped}`

/** The parts, by the numbers in them. */
function parts(points: readonly HistoryPoint[], words: string): number[][] | 'all-bad' {
  const parted = part(points, words)
  return parted.type === 'all-bad' ? parted.type : parted.parts.map((each) => each.map(({ series }) => Number(series.split('=d')[1])))
}

describe('points that InfluxDB refused', () => {
  const mixed = [point(1, { co: 1 }), point(2, { temperature: 1 }), point(3, { co: 2, temperature: 1 }), point(4, { co: 3 }, 'event')]

  it('are parted by the field that conflicts in its measurement', () => {
    expect(parts(mixed, conflict('co', 'smoke', 2))).to.deep.equal([[1, 3], [2, 4]])
  })

  it('are all bad where as many were dropped as were sent, and alone', () => {
    expect(parts([mixed[0]!, mixed[2]!], conflict('co', 'smoke', 2))).to.equal('all-bad')
    expect(parts([mixed[0]!], 'unable to parse')).to.equal('all-bad')
  })

  it('that all have the field are parted by days, which the server counts apart, and then halved', () => {
    const days = [point(1, { co: 1 }), point(2, { co: 1 }, 'smoke', 20_001), point(3, { co: 1 })]
    expect(parts(days, conflict('co', 'smoke', 2))).to.deep.equal([[1, 3], [2]])
    expect(parts([point(1, { co: 1 }), point(2, { co: 1 })], conflict('co', 'smoke', 1))).to.deep.equal([[1], [2]])
  })

  it('that are too old are halved in the order of their times', () => {
    const unordered = [point(4, { co: 1 }), point(1, { co: 1 }), point(3, { co: 1 }), point(2, { co: 1 })]
    expect(parts(unordered, 'partial write: points beyond retention policy dropped=1')).to.deep.equal([[1, 2], [3, 4]])
  })

  it('of which nothing is said are halved', () => {
    expect(parts(mixed, '')).to.deep.equal([[1, 2], [3, 4]])
  })
})
