import { expect } from 'chai'
import { doToEach } from '../../dashboards/src/live/bulk.ts'

describe('One deed for many alarms', () => {
  it('goes on over failures and tells for each what became of it', async () => {
    const told = new Map<number, unknown>()
    await doToEach([1, 2, 3, 4, 5, 6], (n) => (n % 2 === 0 ? Promise.reject(new Error(`no ${n}`)) : Promise.resolve()), String, (n, outcome) => told.set(n, outcome))
    expect(told.size).to.equal(6)
    expect(told.get(1)).to.deep.equal({ ok: true })
    expect(told.get(4)).to.deep.equal({ ok: false, why: 'Error: no 4' })
  })

  it('is done to a few at a time, to each once', async () => {
    let [now, most] = [0, 0]
    const done: number[] = []
    await doToEach(Array.from({ length: 50 }, (_each, n) => n), async (n) => {
      now += 1
      most = Math.max(most, now)
      await new Promise((turn) => setImmediate(turn))
      now -= 1
      done.push(n)
    }, String, () => undefined)
    expect(most).to.equal(4)
    expect(done.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 50 }, (_each, n) => n))
  })
})
