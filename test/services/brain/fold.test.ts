import { expect } from 'chai'
import type { JudgeDevice } from '../../../services/rules/judgement.ts'
import { judgeDevice } from '../../../services/rules/engine.ts'
import { act, compound, Feed, id, message, Shelf, started, T0, tick } from './entries.ts'
import type { Action } from '../../../services/brain/port.ts'
import type { NewEntry } from '../../../services/store/ports.ts'

const smoke = (feed: Feed, values: object, device = 's1'): NewEntry => message(device, 'smoke', 'telemetry', { ts: feed.now, ...values }, 'g1')

describe('the fold', () => {
  it('takes no crowd of doors for a crowd of gateways: the one that is lost among them counts at once', () => {
    const feed = Feed.enrolled()
    feed.say({ type: 'connected', device: id('g1'), session: 1, address: '::1' })
    for (let n = 0; n < 20; n += 1) {
      feed.say({ type: 'connected', device: id('d1'), session: n + 2, address: '::1' })
      feed.say({ type: 'disconnected', device: id('d1'), session: n + 2, reason: 'lost' })
    }
    feed.say({ type: 'disconnected', device: id('g1'), session: 1, reason: 'lost' })
    expect(feed.lines(feed.pass(6000)).filter((line) => line.includes('device.offline'))).to.have.length(1)
  })

  it('makes an alarm of a report, with its line, its row and the numbers of its compound', () => {
    const feed = Feed.enrolled()
    const outcome = feed.say(smoke(feed, { alarm: true }))
    expect(feed.lines([outcome])).to.deep.equal(['a1 raised smoke.alarm s1'])
    expect(outcome.changes.alarms.map((alarm) => alarm.id)).to.deep.equal(['a1'])
    expect(outcome.changes.transitions).to.have.length(1)
    expect(outcome.summaries).to.deep.equal([{ id: 'c07', devices: { total: 5, online: 2 }, alarms: { critical: 1, high: 0, medium: 0, low: 0 } }])
    expect(outcome.presence.map((record) => record.device).sort()).to.deep.equal(['g1', 's1'])
    expect(outcome.changes.position).to.equal(feed.fold.position)
  })

  it('answers actions at their position, and keeps the audit', () => {
    const feed = Feed.enrolled()
    feed.say(smoke(feed, { alarm: true }))
    const yes = feed.say(act({ name: 'alarm.acknowledge', alarm: 'a1', note: 'going' }))
    const no = feed.say(act({ name: 'alarm.acknowledge', alarm: 'a1', note: null }))
    expect(yes.replies).to.have.length(1)
    expect(yes.replies[0]).to.deep.include({ position: feed.fold.position - 1 })
    expect(yes.replies[0]?.reply.ok).to.equal(true)
    expect(yes.changes.audit[0]).to.include({ actor: 'li', name: 'alarm.acknowledge', object: 'a1', refused: null, detail: 'going' })
    expect(no.replies[0]?.reply).to.include({ ok: false, code: 'not-allowed-in-this-state' })
    expect(no.changes.audit[0]).to.include({ refused: 'not-allowed-in-this-state' })
  })

  it('judges what the platform sees of itself: an alarm of no compound, raised once and not anew after a restart', () => {
    const feed = new Feed()
    const seen = (historyLag: number): NewEntry => act({ name: 'platform.seen', historyLag, diskFree: 0.5 }, 'system')
    feed.say(started)
    const raised = feed.say(seen(60_000))
    expect(feed.lines([raised])).to.deep.equal(['a1 raised platform.history-lag platform:history'])
    expect([raised.summaries, raised.changes.audit]).to.deep.equal([[], []])
    expect(raised.replies[0]?.reply).to.deep.equal({ ok: true, value: null })
    expect(feed.lines([feed.say(seen(120_000))])).to.deep.equal([])
    const later = feed.restarted()
    expect(later.lines([later.say(seen(130_000))])).to.deep.equal([])
    expect(later.lines([later.say(seen(0))])).to.deep.equal(['a1 cleared platform.history-lag platform:history', 'a1 closed platform.history-lag platform:history'])
  })

  it('refuses an action that nobody knows', () => {
    const feed = Feed.enrolled()
    const { replies } = feed.say({ type: 'action', actor: 'li', action: { name: 'alarm.explode' } })
    expect(replies[0]?.reply).to.include({ ok: false, code: 'unknown-action' })
  })

  it('leaves an entry alone that it has judged', () => {
    const feed = Feed.enrolled()
    const entry = feed.journal.at(-1)!
    feed.fold.apply(entry)
    expect(feed.fold.take().changes.audit).to.deep.equal([])
  })

  it('closes the alarms of a removed device and forgets it', () => {
    const feed = Feed.enrolled()
    feed.say(smoke(feed, { alarm: true }))
    const refused = feed.say(act({ name: 'device.remove', id: id('g1') }))
    expect(refused.replies[0]?.reply).to.include({ code: 'has-children' })
    const { replies, changes, summaries } = feed.say(act({ name: 'device.remove', id: id('s1') }, 'zhao'))
    expect(replies[0]?.reply).to.deep.equal({ ok: true, value: null })
    expect(feed.lines().slice(-1)).to.deep.equal(['a1 closed smoke.alarm s1'])
    expect(changes.alarms[0]).to.include({ cause: 'maintenance' })
    expect(changes.devices.remove).to.deep.equal(['s1'])
    expect(summaries[0]).to.deep.include({ devices: { total: 4, online: 1 }, alarms: { critical: 0, high: 0, medium: 0, low: 0 } })
    const late = feed.say(smoke(feed, { alarm: true }))
    expect(late.changes.quarantine[0]).to.include({ code: 'unknown-device', device: 's1', compound: null, refused: true })
    expect(late.rejections[0]).to.include({ code: 'unknown-device', device: 's1' })
    expect(late.transitions).to.deep.equal([])
    expect([...new Shelf().take(feed.fold).pieces.keys()].filter((key) => key.includes('s1'))).to.deep.equal([])
  })

  it('ends sessions and tokens by the journal\'s clock', () => {
    const feed = Feed.enrolled()
    feed.say(act({ name: 'user.password', user: 'admin', passwordHash: 'x' }))
    feed.say(act({ name: 'session.open', user: 'admin', hash: 'h1', expiresAt: T0 + 5000 }))
    feed.say(act({ name: 'token.create', id: 't1', label: 'city', role: 'viewer', compounds: 'all', hash: 'x', expiresAt: T0 + 7000 }))
    const outcomes = feed.pass(10_000)
    expect(outcomes.findIndex(({ changes }) => changes.sessions.remove.includes('h1'))).to.equal(4)
    expect(outcomes.findIndex(({ changes }) => changes.tokens.remove.includes('t1'))).to.equal(6)
  })

  it('ends sessions and tokens that were open before a restart', () => {
    const feed = Feed.enrolled()
    feed.say(act({ name: 'user.password', user: 'admin', passwordHash: 'x' }))
    feed.say(act({ name: 'session.open', user: 'admin', hash: 'h1', expiresAt: T0 + 5000 }))
    feed.say(act({ name: 'token.create', id: 't1', label: 'city', role: 'viewer', compounds: 'all', hash: 'x', expiresAt: T0 + 5000 }))
    const next = feed.restarted()
    next.now = T0 + 5000
    const { changes } = next.say(tick)
    expect([changes.sessions.remove, changes.tokens.remove]).to.deep.equal([['h1'], ['t1']])
  })

  it('remembers over a restart how many gateways were lost', () => {
    const feed = Feed.enrolled()
    feed.say({ type: 'connected', device: id('g1'), session: 1, address: '::1' })
    feed.say({ type: 'disconnected', device: id('g1'), session: 1, reason: 'lost' })
    const seen: unknown[] = []
    const next = feed.restarted((device, state, input, now, world) => {
      seen.push(world.fleet.lost)
      return judgeDevice(device, state, input, now, world)
    })
    next.say({ type: 'connected', device: id('g1'), session: 2, address: '::1' })
    expect(seen[0]).to.deep.equal([T0])
  })

  it('waits for a device from its enrolment on, also over a restart', () => {
    const feed = Feed.enrolled()
    feed.say(message('d1', 'door', 'telemetry', { ts: feed.now, open: false }))
    const next = feed.restarted()
    next.pass(24 * 3_600_000, 10_000)
    const lines = next.lines().filter((line) => line.includes('never-seen')).map((line) => line.split(' ').slice(1).join(' '))
    expect(lines).to.deep.equal(['g1', 'k1', 's1', 's2'].map((device) => `raised device.never-seen ${device}`))
  })

  it('counts a broken connection among what is refused of a device', () => {
    const feed = Feed.enrolled()
    for (let n = 0; n < 10; n += 1) feed.say({ type: 'violation', device: id('d1'), code: 'frame-too-large', detail: '' })
    expect(feed.lines()).to.deep.equal(['a1 raised device.rejected d1'])
  })

  it('puts a broken connection on record', () => {
    const feed = Feed.enrolled()
    const { changes } = feed.say({ type: 'violation', device: id('d1'), code: 'frame-too-large', detail: 'a frame of 2 MiB' })
    expect(changes.quarantine[0]).to.include({ device: 'd1', compound, code: 'frame-too-large', message: 'a frame of 2 MiB', channel: '', size: 0 })
  })
})

describe('the clock of the fold', () => {
  /** Judges nothing and writes down who is called when; devices ask to be called again as they are told in a message. */
  const recorder = (calls: string[]): JudgeDevice => (device, state, input, now) => {
    if (input.type !== 'grace') calls.push(`${now - T0} ${device.id} ${input.type}`)
    const due = input.type === 'message' ? Number(new TextDecoder().decode(input.entry.body)) : null
    return { state, signals: [], due, presence: null, connection: null, children: null, quarantine: [], rejections: [] }
  }

  it('fires timers that are due before the entry is judged, by due time and then by key', () => {
    const calls: string[] = []
    const feed = Feed.enrolled(recorder(calls))
    feed.say(message('k1', 'camera', 'telemetry', `${T0 + 500}`))
    feed.say(message('d1', 'door', 'telemetry', `${T0 + 700}`))
    feed.say(message('s1', 'smoke', 'telemetry', `${T0 + 500}`, 'g1'))
    calls.length = 0
    feed.now = T0 + 1000
    feed.say(message('k1', 'camera', 'telemetry', `${T0 + 99_000}`))
    expect(calls).to.deep.equal(['500 k1 due', '500 s1 due', '700 d1 due', '1000 k1 message'])
  })

  it('after a gap gives silence its time anew before any timer fires, and no timer fires in the past', () => {
    const calls: string[] = []
    const feed = Feed.enrolled((device, state, input, now, world) => {
      if (input.type === 'grace') calls.push(`${now - T0} ${device.id} grace`)
      return recorder(calls)(device, state, input, now, world)
    })
    feed.say(message('d1', 'door', 'telemetry', `${T0 + 5000}`))
    calls.length = 0
    feed.now = T0 + 15_000
    feed.say(tick)
    expect(calls, '15 s are no gap').to.deep.equal(['5000 d1 due'])
    feed.say(message('d1', 'door', 'telemetry', `${T0 + 20_000}`))
    calls.length = 0
    feed.now = T0 + 30_001
    feed.say(tick)
    expect(calls).to.deep.equal(['d1', 'g1', 'k1', 's1', 's2'].map((device) => `30001 ${device} grace`))
    expect(feed.fold.now).to.equal(T0 + 30_001)
  })

  it('is not held up by a rule that wants to be called at once, for ever', () => {
    const feed = Feed.enrolled((_device, state, _input, now) =>
      ({ state, signals: [], due: now, presence: null, connection: null, children: null, quarantine: [], rejections: [] }))
    feed.say(message('d1', 'door', 'telemetry', '1'))
    feed.pass(3000)
    expect(feed.fold.now).to.equal(T0 + 3000)
  })

  it('nothing is offline after a restart until it has had its time again, and nothing that was open is raised again', () => {
    const feed = Feed.enrolled()
    feed.say({ type: 'connected', device: id('d1'), session: 1, address: '::1' })
    feed.say(smoke(feed, { alarm: true }))
    feed.say(message('d1', 'door', 'telemetry', { ts: feed.now, open: false }))
    feed.now += 3_600_000
    feed.say(started)
    feed.pass(110_000)
    expect(feed.lines()).to.deep.equal(['a1 raised smoke.alarm s1'])
    feed.pass(20_000)
    expect(feed.lines()).to.include('a2 raised device.offline d1')
    expect(feed.fold.openAlarms().filter((alarm) => alarm.rule === 'smoke.alarm')).to.have.length(1)
  })

  it('ends the shelving of an alarm in time, also over a restart', () => {
    const feed = Feed.enrolled()
    feed.say(smoke(feed, { alarm: true }))
    feed.say(act({ name: 'alarm.shelve', alarm: 'a1', minutes: 1, reason: 'welding' }))
    const next = feed.restarted()
    const outcomes = next.pass(61_000)
    expect(next.lines(outcomes.slice(0, 59))).to.deep.equal([])
    expect(next.lines(outcomes)).to.deep.equal(['a1 unshelved smoke.alarm s1'])
  })
})

describe('what cannot be judged', () => {
  const poisonous: JudgeDevice = (device, state, input, now, world) => {
    if (device.id === 'd1' && input.type === 'message') throw new Error('boom')
    return judgeDevice(device, state, input, now, world)
  }

  it('is kept with the error, and the fold goes on', () => {
    const feed = Feed.enrolled(poisonous)
    const { changes, rejections } = feed.say(message('d1', 'door', 'event', { ts: feed.now, type: 'opened' }))
    expect(changes.quarantine[0]).to.include({ device: 'd1', code: 'internal-error', refused: true, channel: 'event' })
    expect(changes.quarantine[0]?.message).to.contain('boom')
    expect(rejections[0]).to.include({ code: 'internal-error' })
    expect(feed.faults.map(({ error, position, key }) => [error.message, position, key])).to.deep.equal([['boom', 4, null]])
    expect(feed.lines([feed.say(smoke(feed, { alarm: true }))])).to.deep.equal(['a1 raised smoke.alarm s1'])
  })

  it('does not keep the other children of a gateway from being told', () => {
    const told: string[] = []
    const feed = Feed.enrolled((device, state, input) => {
      if (input.type === 'gateway') told.push(device.id)
      if (input.type === 'gateway' && device.id === 's1') throw new Error('boom')
      return { state, signals: [], due: null, presence: null, connection: null, children: input.type === 'connected' ? 'up' : null, quarantine: [], rejections: [] }
    })
    feed.say({ type: 'connected', device: id('g1'), session: 1, address: '::1' })
    expect(told).to.deep.equal(['s1', 's2'])
    expect(feed.faults.map(({ key }) => key)).to.deep.equal(['due:s1'])
  })

  it('answers an action that makes no sense, and changes nothing', () => {
    const feed = Feed.enrolled()
    const bad = [{ name: 'device.enrol' }, { name: 'compound.create' }, { name: 'device.enrol', devices: [{ id: 'x' }, null] }] as unknown as Action[]
    for (const action of bad) {
      const { replies, changes } = feed.say(act(action))
      expect(replies[0]?.reply).to.include({ ok: false, code: 'internal-error' })
      expect(changes.devices.put).to.deep.equal([])
      expect(changes.audit).to.have.length(1)
    }
    expect(feed.faults).to.have.length(bad.length)
  })

  it('survives settings that are none', () => {
    const feed = Feed.enrolled()
    feed.say({ type: 'started', settings: null as unknown as Record<string, number> })
    expect(feed.faults).to.have.length(1)
    expect(feed.lines([feed.say(smoke(feed, { alarm: true }))])).to.have.length(1)
  })
})
