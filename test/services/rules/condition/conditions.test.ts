import { expect } from 'chai'
import { add, isBurst } from '../../../../services/rules/condition/burst.ts'
import type { Times } from '../../../../services/rules/condition/burst.ts'
import { beyond } from '../../../../services/rules/condition/limit.ts'
import { climb, NO_PAST } from '../../../../services/rules/condition/rise.ts'
import type { Past } from '../../../../services/rules/condition/rise.ts'
import { hold, sustained } from '../../../../services/rules/condition/sustained.ts'
import type { Since } from '../../../../services/rules/condition/sustained.ts'

describe('Conditions', () => {
  it('hold a limit with hysteresis on either side', () => {
    const run = (values: number[], limit: Parameters<typeof beyond>[2]): boolean[] => {
      let held = false
      return values.map((value) => (held = beyond(held, value, limit)))
    }
    expect(run([9, 10, 7, 5, 4, 7], { side: 'above', raise: 10, clear: 5 })).to.deep.equal([false, true, true, true, false, false])
    expect(run([20, 15, 14, 18, 20, 21, 18], { side: 'below', raise: 15, clear: 20 })).to.deep.equal([false, true, true, true, true, false, false])
  })

  it('are sustained by whichever clock says so first, and end at once', () => {
    let since: Since = hold(null, true, 1000, 500)
    since = hold(since, true, 2000, 40_000)
    expect([sustained(since, 2000, 30_499, 30_000), sustained(since, 2000, 30_500, 30_000), sustained(since, 31_000, 600, 30_000)]).to.deep.equal([false, true, true])
    expect(hold(since, false, 3000, 3000)).to.equal(null)
  })

  it('see a burst of n events within a window', () => {
    let times: Times = []
    const seen = [0, 10, 20, 30, 61, 62].map((time) => isBurst((times = add(times, time, 5)), 5, 60))
    expect(seen).to.deep.equal([false, false, false, false, false, true])
    expect(times).to.have.length(5)
  })

  it('keep a bounded past however often a value comes', () => {
    let past: Past = NO_PAST
    let rise = 0
    for (let time = 0; time < 600_000; time += 50) ({ past, rise } = climb(past, time, time / 10_000, 60_000))
    expect(past.length).to.be.at.most(260)
    expect(rise).to.be.within(5.9, 6)
  })
})
