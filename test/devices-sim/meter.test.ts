import { expect } from 'chai'
import { costLine, Meter, ownCost } from '../../devices-sim/meter.ts'
import type { Cost } from '../../devices-sim/meter.ts'
import { createTally } from '../../devices-sim/tally.ts'

describe('What a run costs', () => {
  it('is said of both sides in one line, of the platform only when it says so', () => {
    const own = { share: 0.314, memory: 181_400_000 }
    expect(costLine({ own, platform: null })).to.equal('simulator 31 % of a core, 181 MB')
    expect(costLine({ own, platform: { share: 1.2, memory: 404e6 } })).to.equal('simulator 31 % of a core, 181 MB; platform 120 % of a core, 404 MB')
  })

  it('is known of the platform after it was asked twice, and again after a restart set it to zero', () => {
    let platform: Cost | null = null
    const meter = new Meter(createTally(), ownCost, () => platform)
    expect(meter.read().platform).to.equal(null)
    platform = { cpu: 10, memory: 1 }
    expect(meter.read().platform).to.equal(null)
    platform = { cpu: 11, memory: 2 }
    const share = meter.read().platform?.share ?? 0
    expect(share).to.be.greaterThan(0)
    // Not asked anew: what was known last, and not zero.
    expect(meter.read().platform).to.deep.equal({ share, memory: 2 })
    platform = { cpu: 0.5, memory: 3 }
    expect(meter.read().platform).to.equal(null)
    platform = { cpu: 0.6, memory: 3 }
    expect(meter.read().platform?.share).to.be.greaterThan(0)
    expect(meter.overall().platform).to.include({ memory: 3 })
  })
})
