import { expect } from 'chai'
import { gapsOf, scaleOf } from '../../dashboards/src/parts/scale.ts'

describe('the scale of a chart', () => {
  it('does not blow the noise of a calm value up to an event', () => {
    const [least, greatest] = scaleOf([[0, 12.38, 12.36, 12.42, 5]], 'V', 0)
    expect(least).to.be.at.most(11.5)
    expect(greatest).to.be.at.least(13)
  })

  it('holds every value and does not go below what the field can be', () => {
    const [least, greatest] = scaleOf([[0, 0.05, 0.02, 0.07, 5], [1, 9, 8, 11.4, 5]], '%/m', 0)
    expect(least).to.equal(0)
    expect(greatest).to.be.within(11.4, 15)
    expect(scaleOf([[0, -20, -21, -19, 1]], '°C', -40)[0]).to.be.within(-24, -21)
  })

  it('has a height for a single value without a unit', () => {
    const [least, greatest] = scaleOf([[0, 50, 50, 50, 1]], null, 0)
    expect(greatest).to.be.greaterThan(least)
  })

  it('is divided into even steps, so that no two lines crowd at its ends', () => {
    for (const [least, greatest, unit] of [[25, 25, '1/s'], [60, 62.9, '%'], [11.9, 12.2, 'V'], [2, 50, null], [-91, -60, 'dBm'], [0.04, 0.04, '%/m'], [1700, 2500, 'kbit/s']] as const) {
      const [bottom, top, step] = scaleOf([[0, least, least, greatest, 1]], unit, -Infinity)
      expect((top - bottom) / step, `${bottom} to ${top} by ${step}`).to.be.closeTo(Math.round((top - bottom) / step), 1e-9).and.to.be.within(2, 8)
      expect(bottom / step).to.be.closeTo(Math.round(bottom / step), 1e-9)
    }
  })
})

describe('the gaps of a chart', () => {
  const MINUTE = 60_000
  const at = (...minutes: readonly number[]) => minutes.map((minute) => [minute * MINUTE, 1, 1, 1, 1] as const)

  it('lie where a device was not heard, and not where a report or two are missing', () => {
    expect(gapsOf(at(0, 1, 2, 6, 7, 67, 68), MINUTE)).to.deep.equal([37 * MINUTE])
  })

  it('are none in the coarse steps of a long range, nor of a device that speaks more rarely than its kind', () => {
    expect(gapsOf(at(0, 25, 50, 75, 100, 150), MINUTE)).to.deep.equal([])
    expect(gapsOf(at(7), MINUTE)).to.deep.equal([])
    expect(gapsOf([], MINUTE)).to.deep.equal([])
  })
})
