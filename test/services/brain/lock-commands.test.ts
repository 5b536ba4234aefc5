import { expect } from 'chai'
import type { NewEntry } from '../../../services/store/ports.ts'
import { issue, result, sent } from './command-entries.ts'
import { Feed, message, Shelf, T0 } from './entries.ts'

describe('a door that has a command to lock', () => {
  const unlocked = message('d1', 'door', 'telemetry', { ts: T0, locked: false })
  const faults = (feed: Feed): string[] => feed.lines().filter((line) => line.includes('door.lock-fault'))
  const RAISED = 'a1 raised door.lock-fault d1'
  /** What is done about the door while it says nothing but that it is unlocked; numbers are s. */
  const CASES: readonly (readonly [title: string, steps: readonly (NewEntry | number)[], raised: boolean])[] = [
    ['and does not is a lock fault after 10 s', [issue('d1', 'lock'), sent('k1'), 10], true],
    ['has 10 s', [issue('d1', 'lock'), sent('k1'), 9], false],
    ['is not told before a connection has the command', [issue('d1', 'lock'), 30], false],
    ['and accepts it before the sending is on record has it', [issue('d1', 'lock'), result('k1', 'accepted'), 10], true],
    ['is not taken at its word that it is done', [issue('d1', 'lock'), sent('k1'), result('k1', 'done'), 10], true],
    ['is told to unlock afterwards', [issue('d1', 'lock'), sent('k1'), 5, issue('d1', 'unlock'), sent('k2'), 30], false],
    ['is held released, and right not to obey', [issue('d1', 'release'), sent('k1'), issue('d1', 'lock'), sent('k2'), 30], false],
    ['was held released before', [issue('d1', 'release'), sent('k1'), issue('d1', 'restore'), sent('k2'), result('k2', 'done'), issue('d1', 'lock'), sent('k3'), 10], true]
  ]
  for (const [title, steps, raised] of CASES) {
    it(title, () => {
      const feed = Feed.enrolled()
      feed.say(unlocked)
      for (const step of steps) {
        if (typeof step === 'number') feed.pass(step * 1000)
        else feed.say(step)
      }
      expect(faults(feed)).to.deep.equal(raised ? [RAISED] : [])
      expect(feed.faults).to.deep.equal([])
    })
  }

  it('is judged the same after a restart from a snapshot in between, to the byte', () => {
    const feed = Feed.enrolled()
    for (const entry of [unlocked, issue('d1', 'lock'), sent('k1')]) feed.say(entry)
    feed.pass(4000)
    const next = feed.restarted()
    expect(faults(next)).to.deep.equal([])
    feed.pass(6000)
    next.pass(6000)
    expect(faults(next)).to.deep.equal([RAISED])
    expect(new Shelf().take(next.fold).dump()).to.equal(new Shelf().take(feed.fold).dump())
  })
})
