import { expect } from 'chai'
import { OutageWatch } from '../../devices-sim/outages.ts'
import type { Speaker } from '../../devices-sim/fleet/speaker.ts'

const speakers = Array.from({ length: 10 }, (_, index) => ({ link: { online: true, lost: false }, self: { about: { id: `d${index}` } }, children: index === 0 ? [{ about: { id: 'child' } }] : [] }))
const all = speakers as unknown as readonly Speaker[]
const set = (from: number, to: number, online: boolean, lost: boolean): void => speakers.slice(from, to).forEach((one) => Object.assign(one.link, { online, lost }))

describe('An outage', () => {
  beforeEach(() => set(0, 10, true, false))

  it('is most connections thrown out at once, until the last is back', () => {
    const watch = new OutageWatch()
    set(0, 10, false, true)
    watch.look(all, 1_000, 900)
    expect(watch.outages.map(({ from, to }) => [from, to])).to.deep.equal([[900, Infinity]])
    set(0, 4, true, false)
    watch.look(all, 2_000, 1_900)
    set(4, 10, true, false)
    watch.look(all, 3_000, 2_900)
    const [outage] = watch.outages
    expect(outage).to.include({ from: 900, to: 3_000 })
    expect(['d0', 'child', 'd9', 'somebody'].map((id) => outage?.backOf(id))).to.deep.equal([2_000, 2_000, 3_000, 3_000])
  })

  it('is not a power cut, nor some that lose their connection', () => {
    const watch = new OutageWatch()
    set(0, 10, false, false)
    watch.look(all, 1_000, 900)
    set(0, 10, true, false)
    set(0, 3, false, true)
    watch.look(all, 2_000, 1_900)
    expect(watch.outages).to.deep.equal([])
  })

  it('ends for a device that a scenario cuts off meanwhile', () => {
    const watch = new OutageWatch()
    set(0, 10, false, true)
    watch.look(all, 1_000, 900)
    set(0, 10, false, false)
    watch.look(all, 2_000, 1_900)
    expect(watch.outages[0]?.to).to.equal(2_000)
  })
})
