import { expect } from 'chai'
import { ceilingJetRise, GROWTH, heatRelease, obscuration, putOutAfter, seenInRoom, sensed } from '../../../devices-sim/scenarios/t-squared.ts'

describe('A t² fire', () => {
  for (const [growth, seconds] of [['slow', 600], ['medium', 300], ['fast', 150], ['ultra-fast', 75]] as const) {
    it(`reaches 1,055 kW after ${seconds} s when it grows ${growth}, as NFPA 72 has it`, () => {
      expect(heatRelease(growth, seconds)).to.be.closeTo(1_055, 1.5)
    })
  }

  it('has the coefficients of NFPA 72', () => {
    expect(GROWTH).to.deep.equal({ slow: 0.00293, medium: 0.01172, fast: 0.0469, 'ultra-fast': 0.1876 })
  })

  it('heats the ceiling as Alpert says', () => {
    // 5.38 (1000/2)^(2/3) / 2.5 and, above the fire itself, 16.9 · 1000^(2/3) / 2.5^(5/3).
    expect(ceilingJetRise(1_000, 2, 2.5)).to.be.closeTo(135.6, 0.1)
    expect(ceilingJetRise(1_000, 0.3, 2.5)).to.be.closeTo(367, 0.5)
  })

  it('turns smoke into obscuration over a metre', () => {
    expect(obscuration(0)).to.equal(0)
    expect(obscuration(Math.LN2)).to.be.closeTo(50, 1e-9)
  })

  it('grows until it is put out, and is over after that', () => {
    const out = putOutAfter('ultra-fast')
    const before = seenInRoom('ultra-fast', out / 2)
    const top = seenInRoom('ultra-fast', out)
    const after = seenInRoom('ultra-fast', out + 120)
    expect(before.rise).to.be.lessThan(top.rise)
    expect(after.rise).to.be.lessThan(0.1)
    expect(obscuration(after.extinction)).to.be.lessThan(1)
    expect(seenInRoom('ultra-fast', 0)).to.deep.equal({ rise: 0, extinction: 0 })
  })

  it('saturates the sensor at 125 °C', () => {
    expect([sensed(124), sensed(900)]).to.deep.equal([124, 125])
  })
})
