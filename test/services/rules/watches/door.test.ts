import { expect } from 'chai'
import { OneDevice, s } from '../../../support/one-device.ts'
import { table } from './cases.ts'

const denied = (...times: number[]): readonly [number, Record<string, unknown>][] => times.map((at) => [at, { type: 'denied' }])

describe('Rules of doors', () => {
  table('door', [
    { rule: 'door.held-open', title: 'is raised after 60 s, high after 300 s', says: [[0, { type: 'opened' }]], until: 1000, hears: ['raise 60 medium', 'raise 300 high'], words: 'open for 300 s' },
    { rule: 'door.held-open', title: 'counts from the opening, however often it is told', says: [[0, { open: true }], [30, { open: true }], [59, { open: true }]], until: 60, hears: ['raise 60'] },
    { rule: 'door.held-open', title: 'is not raised when it closes in time', says: [[0, { type: 'opened' }], [59.9, { type: 'closed' }], [70, { type: 'opened' }]], until: 129, hears: [] },
    { rule: 'door.held-open', title: 'clears when it closes', says: [[0, { type: 'opened' }], [400, { open: false }]], until: 900, hears: ['raise 60 medium', 'raise 300 high', 'clear 400'] },
    { rule: 'door.denied-burst', title: 'is raised by 5 refusals within 60 s, and not again by the sixth', says: denied(0, 10, 20, 30, 60, 61), hears: ['raise 60'], words: '5 refusals within 60 s' },
    { rule: 'door.denied-burst', title: 'is not raised by 5 in more than 60 s', says: denied(0, 10, 20, 30, 60.001), hears: [] },
    { rule: 'door.denied-burst', title: 'clears 5 min after the last refusal', says: denied(0, 1, 2, 3, 4, 200), until: 1000, hears: ['raise 4', 'clear 500'] },
    { rule: 'door.duress', title: 'is raised at once, and waits for a person', says: [[0, { type: 'duress', method: 'pin' }]], until: 300, hears: ['raise 0', 'clear 60'], words: 'somebody used the duress code' },
    { rule: 'door.tamper', title: 'is raised by event or flag and cleared by the flag', says: [[0, { type: 'tamper' }], [20, { tamper: false }], [30, { tamper: true }]], hears: ['raise 0', 'clear 20', 'raise 30'] },
    { rule: 'door.lock-fault', title: 'is raised by the event and cleared by a lock that is locked', says: [[0, { type: 'lock-fault' }], [10, { locked: false }], [20, { locked: true }]], hears: ['raise 0', 'clear 20'], words: 'the lock does not lock' }
  ])

  it('do not hold a door open for longer because its clock runs ahead', () => {
    const device = new OneDevice('door').says(s(0), 'telemetry', { ts: s(0), open: true }).says(s(50), 'telemetry', { ts: s(60), open: true })
    expect(device.linesOf('door.held-open')).to.deep.equal([])
    expect(device.pass(s(60)).linesOf('door.held-open')).to.deep.equal(['raise door.held-open 60'])
  })

  it('give a door that stood open when the platform stopped its time to say that it is closed', () => {
    const door = (): OneDevice => new OneDevice('door').says(s(0), 'event', { ts: s(0), type: 'opened' }).input(s(59), { type: 'grace', started: true })
    expect(door().says(s(100), 'event', { ts: s(50), type: 'closed' }).pass(s(900)).linesOf('door.held-open')).to.deep.equal([])
    expect(door().pass(s(119)).linesOf('door.held-open')).to.deep.equal(['raise door.held-open 119'])
  })

  it('tell of a door that closes before that time is over, though it stood open for too long by both clocks', () => {
    const door = (gap: number): OneDevice => new OneDevice('door').says(s(0), 'event', { ts: s(0), type: 'opened' }).input(s(gap), { type: 'grace', started: true })
    expect(door(59).says(s(100), 'event', { ts: s(99), type: 'closed' }).pass(s(900)).linesOf('door.held-open')).to.deep.equal(['raise door.held-open 100', 'clear door.held-open 100'])
    const graver = door(299).says(s(310), 'event', { ts: s(309), type: 'closed' }).pass(s(900))
    expect(graver.linesOf('door.held-open')).to.deep.equal(['raise door.held-open 60', 'raise door.held-open 310', 'clear door.held-open 310'])
    expect(graver.signals.filter(({ rule }) => rule === 'door.held-open').slice(0, 2).map(({ severity }) => severity)).to.deep.equal(['medium', 'high'])
    // A second gap does not forget how long it was open before the first.
    expect(door(30).input(s(59), { type: 'grace', started: true }).says(s(65), 'event', { ts: s(65), type: 'closed' }).linesOf('door.held-open')).to.deep.equal(
      ['raise door.held-open 65', 'clear door.held-open 65']
    )
  })

  it('do not wait for more of a late backlog that tells of duress, and leave it to a person however old it is', () => {
    const old = { ts: s(0), historical: true, type: 'duress' }
    expect(new OneDevice('door').says(s(20), 'event', old).linesOf('door.duress')).to.deep.equal(['raise door.duress 0', 'clear door.duress 20'])
    expect(new OneDevice('door').says(s(7200), 'event', [old, old]).pass(s(7300)).linesOf('door.duress')).to.deep.equal(['raise door.duress 0', 'clear door.duress 60'])
  })

  it('record a door that stood open in late data as over, with how grave it became', () => {
    const device = new OneDevice('door').says(s(9000), 'event', [{ ts: s(0), historical: true, type: 'opened' }, { ts: s(400), historical: true, type: 'closed' }]).pass(s(9100))
    expect(device.linesOf('door.held-open')).to.deep.equal(['over door.held-open 60 until 400'])
    expect(device.signals.find(({ rule }) => rule === 'door.held-open')?.severity).to.equal('high')
  })

  it('raise with its own time what late data left open long ago', () => {
    const device = new OneDevice('door').says(s(9000), 'event', { ts: s(0), historical: true, type: 'opened' }).pass(s(9100))
    expect(device.linesOf('door.held-open')).to.deep.equal(['raise door.held-open 60'])
    expect(device.signals.find(({ rule }) => rule === 'door.held-open')?.severity).to.equal('high')
  })

  it('go on counting live from what late data told last', () => {
    const device = new OneDevice('door').says(s(100), 'event', [{ ts: s(70), historical: true, type: 'granted' }, { ts: s(71), historical: true, type: 'opened' }])
    expect(device.pass(s(300)).linesOf('door.held-open')).to.deep.equal(['raise door.held-open 131'])
  })

  it('raise nothing in the future', () => {
    const device = new OneDevice('door').says(s(100), 'event', { ts: s(99), historical: true, type: 'opened' }).pass(s(130))
    expect(device.linesOf('door.held-open')).to.deep.equal([])
  })
})
