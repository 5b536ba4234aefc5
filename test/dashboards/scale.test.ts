import { expect } from 'chai'
import { scaleOf } from '../../dashboards/src/parts/scale.ts'

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
})
