import { expect } from 'chai'
import { watchJudging } from '../../../services/brain/watch-judging.ts'
import { FakeClock } from '../../support/fake-clock.ts'

describe('The watch over the judging', () => {
  const brain = { judged: 10, behind: 3, stalled: null as string | null }
  let clock: FakeClock
  let deaths: Error[]
  let stop: () => void
  beforeEach(() => {
    Object.assign(brain, { judged: 10, behind: 3, stalled: null })
    clock = new FakeClock()
    deaths = []
    stop = watchJudging({ brain, clock, onFatal: (error) => void deaths.push(error) })
  })

  it('ends the platform, once, when what is stored is not judged for 90 s', () => {
    clock.tick(94_999)
    expect(deaths).to.deep.equal([])
    clock.tick(600_000)
    expect(deaths.map((death) => [(death as Error & { code: string }).code, death.message])).to.deep.equal([
      ['brain-hangs', 'nothing was judged for 90 s after entry 10 of the journal, and 3 wait']
    ])
  })

  it('bears with a brain that has nothing to do, that gets on however slowly, or whose store takes nothing', () => {
    brain.behind = 0
    clock.tick(600_000)
    brain.behind = 3
    for (let n = 0; n < 10; n += 1) {
      clock.tick(80_000)
      brain.judged += 1
    }
    brain.stalled = 'disk full'
    clock.tick(600_000)
    expect(deaths).to.deep.equal([])
  })

  it('begins anew after it got on, and ends when it is told to', () => {
    clock.tick(80_000)
    brain.judged += 1
    clock.tick(80_000)
    stop()
    clock.tick(600_000)
    expect(deaths).to.deep.equal([])
  })
})
