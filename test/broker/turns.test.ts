import { expect } from 'chai'
import { Turns } from '../../broker/turns.ts'

const turn = (): Promise<void> => new Promise((next) => void setImmediate(next))

describe('the line of turns', () => {
  it('does at once what comes without a crowd', () => {
    const turns = new Turns()
    const done: number[] = []
    turns.take(() => done.push(1))
    turns.take(() => done.push(2))
    expect(done).to.deep.equal([1, 2])
    expect(turns.waiting).to.equal(0)
  })

  it('lets the event loop go round between the steps of a crowd, in the order in which they came', async () => {
    const turns = new Turns()
    const done: number[] = []
    for (let n = 0; n < 1000; n += 1) turns.take(() => done.push(n))
    let most = done.length
    let rounds = 0
    for (let before = done.length; turns.waiting > 0; before = done.length, rounds += 1) {
      await turn()
      most = Math.max(most, done.length - before)
    }
    expect(done).to.deep.equal(Array.from({ length: 1000 }, (_, n) => n))
    // Two shares may fall between two looks of this test.
    expect(most).to.be.at.most(32)
    expect(rounds).to.be.at.least(30)
  })

  it('does no more in a turn when its steps take long', async () => {
    const turns = new Turns()
    let done = 0
    const slow = (): void => {
      const end = performance.now() + 5
      while (performance.now() < end);
      done += 1
    }
    for (let n = 0; n < 3; n += 1) turns.take(slow)
    expect(done).to.equal(1)
    while (turns.waiting > 0) await turn()
    expect(done).to.equal(3)
  })

  it('keeps a step that follows from another behind those that wait already', async () => {
    const turns = new Turns()
    const done: string[] = []
    for (let n = 0; n < 16; n += 1) turns.take(() => undefined)
    turns.take(() => {
      done.push('first')
      turns.take(() => done.push('what follows from it'))
    })
    turns.take(() => done.push('second'))
    while (turns.waiting > 0) await turn()
    expect(done).to.deep.equal(['first', 'second', 'what follows from it'])
  })
})
