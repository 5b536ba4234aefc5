import { expect } from 'chai'
import { DISTRICTS, MAP, place } from '../../dashboards/src/live/district-map.ts'

/** True for a point within an outline of straight lines. */
function isInside(outline: string, x: number, y: number): boolean {
  const numbers = (outline.match(/\d+/g) ?? []).map(Number)
  const points = Array.from({ length: numbers.length / 2 }, (_, n) => [numbers[n * 2] ?? 0, numbers[n * 2 + 1] ?? 0] as const)
  return points.reduce((inside, [x1, y1], n) => {
    const [x2, y2] = points[(n + 1) % points.length] ?? [0, 0]
    return (y1 > y) !== (y2 > y) && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1 ? !inside : inside
  }, false)
}

const pilot = Array.from({ length: 54 }, (_, n) => ({ id: `c${n}`, district: `${DISTRICTS[n % 9]?.zh ?? ''}区`, location: null }))

describe('the map of the districts', () => {
  it('draws the compounds of each district inside it, six to a district without one hiding another', () => {
    const placed = place(pilot)
    expect(placed).to.have.length(54)
    for (const { id, x, y, district } of placed) {
      expect(isInside(district?.outline ?? '', x, y), `${id} in ${district?.pinyin} at ${x}, ${y}`).to.equal(true)
      const nearest = Math.min(...placed.filter((other) => other.id !== id).map((other) => Math.hypot(other.x - x, other.y - y)))
      expect(nearest, id).to.be.greaterThan(24)
    }
  })

  it('has the same place for a compound every time, by its location where it has one', () => {
    expect(place(pilot.toReversed())).to.have.deep.members(place(pilot))
    const [east, west] = place([
      { id: 'west', district: '城关', location: { lat: 36.057, lon: 103.806 } }, { id: 'east', district: '城关', location: { lat: 36.057, lon: 103.846 } }
    ])
    expect(west?.x).to.be.lessThan(east?.x ?? 0)
  })

  it('finds the district of a compound by the name in either language, by where it is, and sets the others apart', () => {
    const at = (district: string, location: { lat: number; lon: number } | null = null) => place([{ id: 'c01', district, location }])[0]?.district?.pinyin ?? null
    expect([at('兰州市西固区'), at('Xigu'), at('', { lat: 36.35, lon: 102.9 }), at('Elsewhere'), at('', { lat: 31, lon: 121 })]).to.deep.equal(['Xigu', 'Xigu', 'Honggu', null, null])
    expect(place([{ id: 'c01', district: '', location: null }])[0]?.y).to.be.greaterThan(MAP.height - 60)
  })
})
