import { expect } from 'chai'
import { Fold } from '../../../services/brain/fold.ts'
import { BrainLoop } from '../../../services/brain/loop.ts'
import type { Outcome } from '../../../services/brain/outcome.ts'
import { SNAPSHOT_FORMAT } from '../../../services/brain/snapshot.ts'
import { judgeDevice } from '../../../services/rules/engine.ts'
import type { Changes, JournalEntry, JournalReader, NewEntry, OperationsStore, StatePiece } from '../../../services/store/ports.ts'
import { eventually } from '../../support/eventually.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { act, ENROL, message, started, T0, tick } from './entries.ts'

class MemoryJournal implements JournalReader {
  readonly entries: JournalEntry[] = []
  readonly reads: { after: number; limit: number }[] = []
  at = T0

  add(...entries: NewEntry[]): this {
    for (const entry of entries) this.entries.push({ ...entry, position: this.head() + 1, at: this.at })
    return this
  }
  read(after: number, limit: number): JournalEntry[] {
    this.reads.push({ after, limit })
    const from = after + 1 - this.first()
    return this.entries.slice(Math.max(0, from), Math.max(0, from) + limit)
  }
  first(): number {
    return this.entries[0]?.position ?? 1
  }
  head(): number {
    return this.entries.at(-1)?.position ?? 0
  }
  close(): void {
    this.entries.length = 0
  }
}

/** A store in memory that can be told to be full. */
class MemoryOperations implements OperationsStore {
  full = false
  snapshotsFail = false
  readonly commits: Changes[] = []
  readonly slices: StatePiece[][] = []
  readonly pieces = new Map<string, string>()
  snapshot = 0
  #cursor = 0
  #staged: StatePiece[] = []

  async commit(changes: Changes): Promise<void> {
    if (this.full) throw new Error('disk is full')
    this.commits.push(changes)
    this.#cursor = changes.position
  }
  async cursor(): Promise<number> {
    return this.#cursor
  }
  async saveSlice(_position: number, pieces: readonly StatePiece[]): Promise<void> {
    if (this.snapshotsFail) throw new Error('disk is full')
    this.slices.push([...pieces])
    this.#staged.push(...pieces)
  }
  async completeSnapshot(position: number): Promise<void> {
    for (const { key, value } of this.#staged) {
      if (value === null) this.pieces.delete(key)
      else this.pieces.set(key, value)
    }
    this.#staged = []
    this.snapshot = position
  }
  async loadSnapshot(): Promise<{ position: number; pieces: StatePiece[] }> {
    this.#staged = []
    return { position: this.snapshot, pieces: [...this.pieces].map(([key, value]) => ({ key, value })) }
  }
  async beginAnew(): Promise<void> {
    this.pieces.clear()
    this.commits.length = 0
    this.snapshot = 0
    this.#cursor = 0
  }
  async close(): Promise<void> {
    this.full = true
  }
}

class Rig {
  readonly clock = new FakeClock(T0)
  readonly said: string[] = []
  readonly replies: Outcome['replies'][number][] = []
  readonly stalls: (string | null)[] = []
  readonly fold = new Fold({ judge: judgeDevice, onFault: () => undefined })
  readonly loop: BrainLoop
  readonly journal: MemoryJournal
  readonly operations: MemoryOperations

  constructor(journal: MemoryJournal, operations: MemoryOperations) {
    this.journal = journal
    this.operations = operations
    this.loop = new BrainLoop({
      fold: this.fold, reader: journal, operations, clock: this.clock,
      listener: {
        judged: (position, { transitions }) => {
          for (const { alarm, transition } of transitions) this.said.push(`${alarm.id} ${transition.name} at ${position}`)
        },
        committed: ({ replies }) => void this.replies.push(...replies),
        stalled: (error) => void this.stalls.push(error?.message ?? null)
      }
    })
  }

  async start(): Promise<this> {
    await this.loop.open()
    void this.loop.run()
    return this
  }

  say(...entries: NewEntry[]): void {
    this.loop.nudge(this.journal.add(...entries).head())
  }

  async committed(position = this.journal.head()): Promise<void> {
    await eventually(`commit of ${position}`, async () => await this.operations.cursor() >= position)
  }
}

const smoke = (): NewEntry => message('s1', 'smoke', 'telemetry', { ts: T0, alarm: true }, 'g1')
const enrolled = (): MemoryJournal => new MemoryJournal().add(started, ...ENROL.map((action) => act(action)))

describe('the loop behind the journal', () => {
  it('judges what is there, then what comes; commits after it has told', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    expect(await rig.operations.cursor()).to.equal(3)
    rig.say(smoke())
    await rig.committed()
    expect(rig.said).to.deep.equal(['a1 raised at 4'])
    expect(rig.operations.commits.at(-1)?.alarms.map((alarm) => alarm.id)).to.deep.equal(['a1'])
    expect(rig.replies.map(({ position }) => position)).to.deep.equal([2, 3])
    await rig.loop.stop()
  })

  /** A store as it was left by a version that did not name the format of its snapshot. */
  const former = async (journal: MemoryJournal): Promise<MemoryOperations> => {
    const rig = await new Rig(journal, new MemoryOperations()).start()
    await rig.loop.caughtUp()
    await rig.loop.stop()
    const meta = JSON.parse(rig.operations.pieces.get('meta') ?? '') as Record<string, unknown>
    expect(meta).to.include({ format: SNAPSHOT_FORMAT })
    delete meta['format']
    rig.operations.pieces.set('meta', JSON.stringify(meta))
    rig.operations.pieces.set('state:s1', '"in a form that nobody understands"')
    return rig.operations
  }

  it('leaves out a snapshot of another version, and judges and writes the whole journal anew', async () => {
    const journal = enrolled().add(smoke())
    const rig = await new Rig(journal, await former(journal)).start()
    await rig.loop.caughtUp()
    expect(journal.reads.at(-1)).to.deep.equal({ after: 0, limit: 4 })
    expect(rig.operations.commits.flatMap(({ alarms }) => alarms.map(({ id }) => id))).to.deep.equal(['a1'])
    expect(rig.fold.openAlarms().map(({ id }) => id)).to.deep.equal(['a1'])
    await rig.loop.stop()
    expect(rig.operations.snapshot).to.equal(4)
  })

  it('refuses a snapshot of another version when the journal does not reach back to its start', async () => {
    const journal = enrolled().add(smoke())
    const operations = await former(journal)
    journal.entries.shift()
    const failed: unknown = await new Rig(journal, operations).loop.open().then(() => null, (error: unknown) => error)
    expect(failed).to.include({ code: 'snapshot-format' }).and.property('message').contain('format 1')
    expect(operations.snapshot).to.equal(4)
  })

  it('takes at most 256 entries at a time', async () => {
    const rig = await new Rig(enrolled().add(...Array<NewEntry>(1000).fill(tick)), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    expect(Math.max(...rig.journal.reads.map(({ limit }) => limit))).to.equal(256)
    expect(rig.fold.position).to.equal(1003)
    await rig.loop.stop()
  })

  it('leaves a snapshot behind, so that the next one has nothing to judge again', async () => {
    const first = await new Rig(enrolled().add(smoke()), new MemoryOperations()).start()
    await first.loop.caughtUp()
    await first.loop.stop()
    expect(first.operations.snapshot).to.equal(4)
    const second = await new Rig(first.journal, first.operations).start()
    await second.loop.caughtUp()
    expect(second.journal.reads.filter(({ after }) => after >= 4)).to.deep.equal([])
    expect(second.fold.openAlarms().map((alarm) => alarm.id)).to.deep.equal(['a1'])
    await second.loop.stop()
  })

  it('after a kill tells nothing again that was told and committed, and judges the rest', async () => {
    const operations = new MemoryOperations()
    const killed = await new Rig(enrolled().add(smoke()), operations).start()
    await killed.loop.caughtUp()
    // No stop: there is no snapshot, and the journal has grown by one alarm that nobody judged.
    const journal = new MemoryJournal()
    journal.entries.push(...killed.journal.entries)
    journal.add(message('s2', 'smoke', 'telemetry', { ts: T0, alarm: true }, 'g1'))
    const commits = operations.commits.length
    const next = await new Rig(journal, operations).start()
    await next.loop.caughtUp()
    expect(next.said).to.deep.equal(['a2 raised at 5'])
    const written = operations.commits.slice(commits)
    expect(written.flatMap((changes) => changes.transitions.map(({ alarm }) => alarm))).to.deep.equal(['a2'])
    expect(written.every((changes) => changes.position >= 4)).to.equal(true)
    // When devices were last seen may not have been written before the kill: it is now.
    expect(written.flatMap((changes) => changes.presence.map(({ device }) => device))).to.include.members(['g1', 's1', 's2'])
    expect(next.fold.openAlarms().map((alarm) => alarm.id)).to.deep.equal(['a1', 'a2'])
    await next.loop.stop()
    await killed.loop.stop()
  })

  it('goes on telling alarms while the store takes nothing, answers nobody, and loses nothing of it', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    rig.operations.full = true
    rig.say(smoke())
    await eventually('the first alarm', () => rig.said.length === 1)
    rig.say(act({ name: 'alarm.acknowledge', alarm: 'a1', note: null }))
    await eventually('the second line', () => rig.said.length === 2)
    expect(rig.said).to.deep.equal(['a1 raised at 4', 'a1 acknowledged at 5'])
    expect(rig.stalls).to.deep.equal(['disk is full'])
    expect(rig.replies).to.have.length(2)
    rig.clock.tick(250)
    await eventually('the second try', () => rig.stalls.length === 2)
    rig.operations.full = false
    rig.clock.tick(250)
    expect(await rig.operations.cursor(), 'it waits longer after each failure').to.equal(3)
    rig.clock.tick(250)
    await rig.committed()
    expect(rig.operations.commits.at(-1)?.transitions.map(({ transition }) => transition.name)).to.deep.equal(['raised', 'acknowledged'])
    expect(rig.replies.map(({ position }) => position)).to.deep.equal([2, 3, 5])
    await eventually('the end of the stall', () => rig.stalls.at(-1) === null)
    await rig.loop.stop()
  })

  it('tries again soon also where the clock was put back meanwhile', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    rig.operations.full = true
    rig.say(smoke())
    await eventually('the stall', () => rig.stalls.length === 1)
    rig.operations.full = false
    rig.clock.set(rig.clock.now() - 3_600_000)
    rig.clock.tick(250)
    await rig.committed()
    expect(rig.stalls).to.deep.equal(['disk is full', null])
    await rig.loop.stop()
  })

  it('writes sightings in shares while there is much to judge, and all of them in the end', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    const spoken = (n: number): NewEntry => message(n % 2 === 0 ? 'd1' : 'k1', n % 2 === 0 ? 'door' : 'camera', 'telemetry', { ts: T0 + n })
    for (let n = 0; n < 600; n += 1) {
      rig.journal.at += 10
      rig.journal.add(spoken(n))
    }
    const before = rig.operations.commits.length
    rig.loop.nudge(rig.journal.head())
    await rig.committed()
    await rig.loop.stop()
    const seen = rig.operations.commits.slice(before).flatMap((changes) => changes.presence)
    expect(seen.length).to.be.lessThan(20)
    for (const device of ['d1', 'k1']) {
      const last = seen.findLast((record) => record.device === device)?.lastSeenAt
      expect(last).to.be.greaterThan(rig.journal.at - 30)
    }
  })

  it('takes a snapshot every 5 minutes of the journal, in slices, of what changed since the last one', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    rig.journal.at += 299_000
    rig.say(tick)
    await rig.committed()
    rig.journal.at += 1000
    rig.say(tick)
    await eventually('the first snapshot', () => rig.operations.snapshot === 5)
    rig.journal.at += 300_000
    rig.say(smoke())
    await eventually('the second snapshot', () => rig.operations.snapshot === 6)
    const keys = rig.operations.slices.at(-1)?.map(({ key }) => key)
    expect(keys).to.include.members(['state:s1', 'alarm:a1', 'meta', 'alarms']).and.not.include('compound:c07')
    await rig.loop.stop()
  })

  it('takes one soon after much that came is judged, and not again and again while more comes', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    rig.say(...Array<NewEntry>(50_000).fill(tick))
    await rig.committed()
    expect(rig.operations.snapshot, 'within 30 s').to.equal(0)
    rig.journal.at += 30_000
    rig.say(tick)
    await eventually('the first snapshot', () => rig.operations.snapshot === 50_004)
    rig.journal.at += 30_000
    rig.say(...Array<NewEntry>(49_000).fill(tick))
    await rig.committed()
    rig.say(tick)
    await rig.committed()
    expect(rig.operations.snapshot).to.equal(50_004)
    await rig.loop.stop()
  })

  it('begins a failed snapshot anew with everything that it should have held', async () => {
    const rig = await new Rig(enrolled(), new MemoryOperations()).start()
    await rig.loop.caughtUp()
    rig.operations.snapshotsFail = true
    rig.journal.at += 300_000
    rig.say(smoke())
    await eventually('the failure', () => rig.stalls.length > 0)
    rig.operations.snapshotsFail = false
    await rig.loop.stop()
    expect([...rig.operations.pieces.keys()]).to.include.members(['compound:c07', 'device:s1', 'state:s1', 'alarm:a1'])
  })

  it('refuses a journal that is not the one of its database, or has a gap', async () => {
    const operations = new MemoryOperations()
    const rig = await new Rig(enrolled().add(smoke()), operations).start()
    await rig.loop.caughtUp()
    await rig.loop.stop()
    const failure = async (journal: MemoryJournal): Promise<unknown> => new Rig(journal, operations).loop.open().then(() => null, (error: unknown) => error)
    expect(await failure(enrolled())).to.include({ code: 'journal-behind' })
    const cut = enrolled().add(smoke(), tick, tick, tick)
    cut.entries.splice(0, 5)
    expect(await failure(cut)).to.include({ code: 'journal-gap' })
    const holed = enrolled().add(smoke(), tick, tick, tick)
    holed.entries.splice(4, 1)
    const running = new Rig(holed, operations)
    await running.loop.open()
    expect(await running.loop.run().then(() => null, (error: unknown) => error)).to.include({ code: 'journal-gap' })
  })
})
