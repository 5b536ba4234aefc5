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

  it('count refusals on over one that came late', () => {
    const device = new OneDevice('door')
    for (const at of [0, 10, 20, 30]) device.says(s(at), 'event', { ts: s(at), type: 'denied' })
    device.says(s(36), 'event', { ts: s(35), historical: true, type: 'denied' }).says(s(45), 'event', { ts: s(45), type: 'denied' })
    expect(device.linesOf('door.denied-burst')).to.deep.equal(['raise door.denied-burst 45'])
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

  describe('of a lock that was told to lock', () => {
    /** Unlocked since 0 s; each step is a command, or what the door says of its bolt. */
    function door(...steps: readonly (readonly [seconds: number, what: string | boolean])[]): OneDevice {
      const device = new OneDevice('door').says(s(0), 'telemetry', { ts: s(0), locked: false })
      for (const [at, what] of steps) {
        if (typeof what === 'string') device.input(s(at), { type: 'told', command: what })
        else device.says(s(at), 'telemetry', { ts: s(at), locked: what })
      }
      return device
    }
    const linesOf = (device: OneDevice, until = 100): string[] => device.pass(s(until)).linesOf('door.lock-fault')

    it('raise that it is still unlocked after 10 s, to the millisecond, whether it says so or nothing', () => {
      expect(linesOf(door([20, 'lock']), 29.999)).to.deep.equal([])
      expect(linesOf(door([20, 'lock']))).to.deep.equal(['raise door.lock-fault 30'])
      const told = door([20, 'lock'], [25, false])
      expect(linesOf(told)).to.deep.equal(['raise door.lock-fault 30'])
      expect(told.signals[0]?.severity).to.equal('medium')
      expect(told.signals[0]?.message).to.deep.equal({ zh: '门禁 b1：下令上锁 10 秒后仍未锁上', en: 'Door b1: told to lock, still unlocked after 10 s' })
    })

    it('clear when it is locked, and are not raised when it is in time', () => {
      expect(linesOf(door([20, 'lock'], [40, false], [50, true], [60, false]))).to.deep.equal(['raise door.lock-fault 30', 'clear door.lock-fault 50'])
      expect(linesOf(door([20, 'lock'], [29.9, true], [30, false]))).to.deep.equal([])
    })

    it('are called off by a command that opens, and stay with a fault that is raised until the bolt is in its place', () => {
      for (const opens of ['unlock', 'release']) {
        expect(linesOf(door([20, 'lock'], [29, opens]))).to.deep.equal([])
        expect(linesOf(door([20, 'lock'], [40, opens], [50, false], [60, true]))).to.deep.equal(['raise door.lock-fault 30', 'clear door.lock-fault 60'])
      }
      expect(linesOf(door([20, 'lock'], [25, 'unlock'], [26, 'lock']))).to.deep.equal(['raise door.lock-fault 36'])
    })

    it('count from when it was told last', () => {
      expect(linesOf(door([20, 'lock'], [28, 'lock']))).to.deep.equal(['raise door.lock-fault 38'])
    })

    it('wait for nothing where the door was locked, never said that it is not, or was only restored', () => {
      expect(linesOf(door([10, true], [20, 'lock'], [25, false]))).to.deep.equal([])
      expect(linesOf(new OneDevice('door').says(s(0), 'telemetry', { ts: s(0), open: true }).input(s(1), { type: 'told', command: 'lock' }))).to.deep.equal([])
      expect(linesOf(door([20, 'restore'], [30, false]))).to.deep.equal([])
    })

    it('count by our clock, whatever time the door says that it is', () => {
      const device = door([20, 'lock']).says(s(22), 'telemetry', { ts: s(82), locked: false })
      expect(linesOf(device, 29)).to.deep.equal([])
      expect(linesOf(device)).to.deep.equal(['raise door.lock-fault 30'])
      const stored = door([20, 'lock']).says(s(22), 'telemetry', [{ ts: s(2), locked: false }, { ts: s(21), locked: false }])
      expect(linesOf(stored, 29)).to.deep.equal([])
      expect(linesOf(stored)).to.deep.equal(['raise door.lock-fault 30'])
    })

    it('give it its time anew when the platform was not listening', () => {
      expect(linesOf(door([20, 'lock']).input(s(28), { type: 'grace', started: true }))).to.deep.equal(['raise door.lock-fault 38'])
    })

    it('count the fault that the door reports itself besides', () => {
      const device = door([20, 'lock']).says(s(25), 'event', { ts: s(25), type: 'lock-fault' })
      expect(linesOf(device)).to.deep.equal(['raise door.lock-fault 25'])
      expect(linesOf(device.says(s(110), 'telemetry', { ts: s(110), locked: true }), 200)).to.deep.equal(['raise door.lock-fault 25', 'clear door.lock-fault 110'])
    })
  })
})
