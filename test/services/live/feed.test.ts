import { expect } from 'chai'
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import { Board } from '../../../services/live/board.ts'
import { Feed } from '../../../services/live/feed.ts'
import { Watch } from '../../../services/live/watch.ts'
import { Directory } from '../../../services/registry/directory.ts'
import type { Signal } from '../../../services/rules/signal.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { furnish, InProcessBrain, raise } from '../../support/house.ts'

interface Told {
  readonly name: string
  readonly seq: number
  readonly alarm?: { readonly state: string; readonly occurrences: number }
  readonly compounds?: readonly { readonly id: string; readonly alarms: object }[]
  readonly changes?: readonly { readonly device: string; readonly online?: boolean }[]
}

describe('The feed of the live link', () => {
  let clock: FakeClock
  let brain: InProcessBrain
  let feed: Feed
  let watched: (readonly CompoundId[] | 'all')[]

  beforeEach(async () => {
    clock = new FakeClock()
    brain = new InProcessBrain(clock)
    const directory = new Directory()
    watched = []
    feed = new Feed({ directory, board: new Board(), clock, onWatched: (compounds) => void watched.push(compounds), onTold: () => undefined })
    brain.onOutcome((outcome) => {
      directory.apply(outcome.changes)
      feed.outcome(outcome)
    })
    await furnish({ brain }, 'c07', 'c08')
  })
  afterEach(() => feed.stop())

  function watching(compounds: readonly string[] | 'all', devices = true, platform = false): { watch: Watch; told: Told[]; line: { congested: boolean }; state: ReturnType<Feed['watch']> } {
    const told: Told[] = []
    const line = { congested: false, send: (name: string, event: object) => void told.push({ name, ...event } as Told) }
    const watch = new Watch(line)
    const state = feed.watch(watch, { compounds: compounds as readonly CompoundId[] | 'all', devices, platform })
    return { watch, told, line, state }
  }
  const alarm = (device: string, more: Partial<Signal> = {}): void => void brain.say(device, { signals: [raise(device, { ts: clock.now(), ...more })] })
  const presence = (device: string, online: boolean): void => void brain.say(device, { presence: { device: device as DeviceId, online, lastSeenAt: clock.now() } })
  const named = (told: readonly Told[], name: string): Told[] => told.filter((event) => event.name === name)

  it('tells a transition before the call that brought it returns', () => {
    const { told } = watching('all')
    alarm('c07-smoke-0001')
    expect(named(told, 'alarm')).to.have.length(1)
  })

  it('has each transition either in the picture or in the events after it, never in both and never in neither', () => {
    const seen = new Map<number, number>()
    for (let n = 0; n < 20; n += 1) {
      const { told, state } = watching('all')
      const before = state.alarms.length
      alarm('c07-smoke-0001', { rule: `rule.${n}` })
      alarm('c08-smoke-0001', { rule: `rule.${n}` })
      seen.set(before + named(told, 'alarm').length, n)
      expect(named(told, 'alarm').map((event) => event.seq)).to.have.length(2)
      expect(before + 2).to.equal((n + 1) * 2)
    }
    expect(seen.size).to.equal(20)
  })

  it('tells alarms about the platform itself to those alone that are to mind it', () => {
    const [administrator, others] = [watching('all', true, true), watching('all')]
    alarm('c07-smoke-0001', { subject: 'platform:history', compound: null, building: null, device: null, location: null })
    expect([named(administrator.told, 'alarm').length, named(others.told, 'alarm').length]).to.deep.equal([1, 0])
    expect([watching('all', true, true).state.alarms.length, watching('all').state.alarms.length]).to.deep.equal([1, 0])
    clock.tick(2000)
    expect(named(administrator.told, 'summary')).to.deep.equal([])
  })

  it('numbers the events of a watch without gaps, from the number in its picture on', () => {
    const { told, state, watch } = watching('all')
    for (let n = 0; n < 5; n += 1) {
      alarm('c07-smoke-0001', { rule: `rule.${n}` })
      presence('c07-door-01', n % 2 === 0)
      clock.tick(400)
    }
    expect(told.map((event) => event.seq)).to.deep.equal(told.map((_, index) => state.seq + index + 1))
    expect(feed.watch(watch, { compounds: [], devices: true, platform: false }).seq).to.equal(told.length)
  })

  it('tells further occurrences of an alarm once a second, and never an older state after a newer one', () => {
    const { told } = watching('all')
    for (let n = 0; n < 30; n += 1) {
      alarm('c07-smoke-0001')
      clock.tick(100)
    }
    const counts = named(told, 'alarm').map((event) => event.alarm?.occurrences ?? 0)
    expect(counts).to.have.length.within(3, 5)
    expect(counts).to.deep.equal([...counts].sort((a, b) => a - b))
    alarm('c07-smoke-0001')
    alarm('c07-smoke-0001', { change: 'clear' })
    clock.tick(5000)
    expect(named(told, 'alarm').at(-1)?.alarm?.state).to.equal('cleared')
  })

  it('gathers what changes at devices, at most four times a second and compound, the last word of each', () => {
    const { told } = watching(['c07'])
    for (let n = 0; n < 40; n += 1) {
      presence('c07-door-01', n % 2 === 1)
      presence('c07-camera-001', true)
      clock.tick(50)
    }
    clock.tick(250)
    const events = named(told, 'devices')
    expect(events).to.have.length.within(7, 10)
    expect(events.at(-1)?.changes?.find((change) => change.device === 'c07-door-01')?.online).to.equal(true)
  })

  it('puts latest values and presence of a device into one change', () => {
    const { told } = watching(['c07'])
    presence('c07-door-01', true)
    feed.latest([{ device: 'c07-door-01' as DeviceId, compound: 'c07' as CompoundId, values: { open: { value: true, ts: 1 } } }])
    feed.latest([{ device: 'c07-door-01' as DeviceId, compound: 'c07' as CompoundId, values: { battery: { value: 9, ts: 2 } } }])
    presence('c07-door-01', false)
    clock.tick(250)
    expect(named(told, 'devices')[1]?.changes).to.deep.equal([{
      device: 'c07-door-01', online: false, lastSeenAt: clock.now() - 250, latest: { open: { value: true, ts: 1 }, battery: { value: 9, ts: 2 } }
    }])
  })

  it('tells a summary at most once a second, only of compounds that changed', () => {
    const { told } = watching('all')
    for (let n = 0; n < 20; n += 1) {
      alarm('c07-smoke-0001', { rule: `rule.${n}` })
      clock.tick(100)
    }
    clock.tick(1000)
    const events = named(told, 'summary')
    expect(events).to.have.length.within(2, 4)
    for (const event of events) expect(event.compounds?.map((summary) => summary.id)).to.deep.equal(['c07'])
    expect(events.at(-1)?.compounds?.[0]?.alarms).to.deep.equal({ critical: 20, high: 0, medium: 0, low: 0 })
    clock.tick(10_000)
    expect(named(told, 'summary')).to.have.length(events.length)
  })

  it('tells nothing of compounds that are not watched, and says which are', () => {
    const { told, watch, state } = watching(['c08'])
    alarm('c07-smoke-0001')
    presence('c07-door-01', true)
    feed.latest([{ device: 'c07-door-01' as DeviceId, compound: 'c07' as CompoundId, values: { open: { value: true, ts: 1 } } }])
    clock.tick(2000)
    expect(told).to.deep.equal([])
    expect(state.compounds.map((summary) => summary.id)).to.deep.equal(['c08'])
    feed.end(watch)
    watching('all')
    expect(watched).to.deep.equal([['c08'], [], 'all'])
  })

  it('sends no devices to a watch that wants none, its numbers without gaps, and has none computed for it', () => {
    const plain = watching('all', false)
    alarm('c07-smoke-0001')
    presence('c07-door-01', true)
    clock.tick(2000)
    expect(new Set(plain.told.map((event) => event.name))).to.deep.equal(new Set(['alarm', 'summary']))
    expect(plain.told.map((event) => event.seq)).to.deep.equal(plain.told.map((_, index) => index + 1))
    expect(watched).to.deep.equal([[]])
    const beside = watching(['c07'])
    presence('c07-door-01', false)
    presence('c08-door-01', true)
    clock.tick(250)
    expect(named(beside.told, 'devices').map((event) => event.changes?.[0]?.device)).to.deep.equal(['c07-door-01'])
    expect(named(plain.told, 'devices')).to.deep.equal([])
    feed.end(beside.watch)
    expect(watched).to.deep.equal([[], ['c07'], []])
  })

  it('keeps nothing for a line that is too slow: a gap tells the client, as soon as there is room', () => {
    const { told, line, watch } = watching('all')
    line.congested = true
    for (let n = 0; n < 100; n += 1) alarm('c07-smoke-0001', { rule: `rule.${n}` })
    expect(told).to.deep.equal([])
    line.congested = false
    watch.drained()
    expect(told).to.have.length(1)
    expect(told[0]?.seq).to.be.greaterThan(100)
    expect(feed.picture(watch)).to.have.property('alarms').with.length(100)
    watch.drained()
    expect(told).to.have.length(1)
  })

  it('leaves no timer behind', () => {
    watching('all')
    alarm('c07-smoke-0001')
    alarm('c07-smoke-0001')
    presence('c07-door-01', true)
    feed.stop()
    const { told } = watching('all')
    clock.tick(10_000)
    expect(told).to.deep.equal([])
  })
})
