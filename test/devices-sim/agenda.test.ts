import { expect } from 'chai'
import { Agenda, systemClock } from '../../devices-sim/agenda.ts'
import { StillClock } from './support/still-clock.ts'

describe('The agenda', () => {
  it('lets things happen in the order of time, and in the order of asking where the time is the same', () => {
    const clock = new StillClock(1_000)
    const agenda = new Agenda(clock)
    const seen: string[] = []
    for (const [delay, name] of [[30, 'd'], [10, 'a'], [20, 'b'], [20, 'c'], [40, 'e']] as const) agenda.after(delay, () => seen.push(`${name}${clock.now()}`))
    clock.pass(100)
    expect(seen).to.deep.equal(['a1010', 'b1020', 'c1020', 'd1030', 'e1040'])
  })

  it('fires what is asked for earlier than anything before', () => {
    const clock = new StillClock(0)
    const agenda = new Agenda(clock)
    const seen: number[] = []
    agenda.after(1_000, () => seen.push(1_000))
    agenda.after(5, () => seen.push(5))
    clock.pass(5)
    expect(seen).to.deep.equal([5])
  })

  it('does not do what was called off, nor anything after it was closed', () => {
    const clock = new StillClock(0)
    const agenda = new Agenda(clock)
    const seen: string[] = []
    agenda.after(5, () => seen.push('called off')).cancel()
    agenda.after(6, () => agenda.close())
    agenda.after(7, () => seen.push('after closing'))
    clock.pass(100)
    expect(seen).to.deep.equal([])
  })

  it('does not take a time for none that is longer than a timer can be', async () => {
    const seen: string[] = []
    const callOff = systemClock.after(1_000 * 3_600_000, () => seen.push('in six weeks'))
    await new Promise<void>((resolve) => systemClock.after(20, resolve))
    callOff()
    expect(seen).to.deep.equal([])
  })

  it('keeps thousands in order', () => {
    const clock = new StillClock(0)
    const agenda = new Agenda(clock)
    const seen: number[] = []
    for (let i = 0; i < 5_000; i++) agenda.after((i * 7_919) % 5_000, () => seen.push(clock.now()))
    clock.pass(5_000)
    expect(seen).to.have.length(5_000)
    expect(seen).to.deep.equal(seen.toSorted((a, b) => a - b))
  })
})
