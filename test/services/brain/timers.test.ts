import { expect } from 'chai'
import * as fc from 'fast-check'
import { Timers } from '../../../services/brain/timers.ts'

describe('Timers', () => {
  it('fire in the order of due time and then of key, whatever was set, moved and called off before', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), due: fc.option(fc.nat(30), { nil: null }), now: fc.nat(40), take: fc.boolean()
    })
    fc.assert(fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const timers = new Timers()
      const model = new Map<string, number>()
      for (const { key, due, now, take } of steps) {
        if (take) {
          const due = [...model].filter(([, at]) => at <= now).sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
          for (const [key, at] of due) {
            expect(timers.take(now)).to.deep.equal({ due: at, key })
            model.delete(key)
          }
          expect(timers.take(now)).to.equal(null)
        } else {
          timers.set(key, due)
          if (due === null) model.delete(key)
          else model.set(key, due)
        }
        expect(timers.size).to.equal(model.size)
      }
    }), { numRuns: 500 })
  })

  it('stays small however often deadlines are set nearer and further', () => {
    const timers = new Timers()
    for (let n = 0; n < 100_000; n += 1) timers.set(`k${n % 10}`, n % 2 === 0 ? 5 : 1_000_000 + n)
    const fired: string[] = []
    for (let next = timers.take(2_000_000); next; next = timers.take(2_000_000)) fired.push(next.key)
    expect(fired).to.have.length(10)
  })
})
