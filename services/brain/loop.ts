import { setImmediate as turn } from 'node:timers/promises'
import { asError, GatehouseError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JournalReader, OperationsStore, StatePiece } from '../store/ports.ts'
import type { Fold } from './fold.ts'
import { ChangeSet } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import { Sightings } from './sightings.ts'
import { formatOf, slices, SNAPSHOT_FORMAT } from './snapshot.ts'

/** Entries judged between two looks at the messages of the thread. */
const BATCH = 256
/** A snapshot every 5 minutes of the journal's time, or every so many entries: what a restart has to judge again at most (design choice). */
const SNAPSHOT_MILLIS = 300_000
const SNAPSHOT_ENTRIES = 200_000
/** And when nothing is left to judge after so many, 30 s after the last one: who starts it again after the pilot was enrolled, or after a long catching up, need not wait for all of it again (they take about 2 s of a processor to judge). */
const SNAPSHOT_SETTLED = { entries: 50_000, millis: 30_000 } as const
const SLICE = 250
/** A commit waits so long for more while there is more to judge and nobody waits for an answer, ms: alarms went out before it anyway. */
const COMMIT_PAUSE = 25
/** Sightings of devices in one commit: while entries wait, while a snapshot waits for them, and when there is nothing else to do. */
const SHARE = { busy: 64, snapshot: 256, idle: 256 } as const
const FIRST_RETRY = 250
const LONGEST_RETRY = 15_000

/** What the loop tells while it runs. */
export interface LoopListener {
  /** Judged and not yet committed: what must not wait for a disk. */
  judged(position: number, news: Pick<Outcome, 'transitions' | 'rejections' | 'dispatches' | 'presence' | 'summaries'>): void
  /** Judged and committed: what may be answered, and what others read now. */
  committed(news: Pick<Outcome, 'changes' | 'replies'>): void
  /** The store does not take what was judged; null: it does again. Alarms go on meanwhile. */
  stalled(error: Error | null): void
}

export interface LoopParts {
  readonly fold: Fold
  readonly reader: JournalReader
  readonly operations: OperationsStore
  readonly clock: Clock
  readonly listener: LoopListener
}

interface Writing {
  readonly position: number
  readonly pieces: ReadonlyMap<string, unknown>
  readonly slices: Generator<StatePiece[], undefined>
}

/** Reads the journal behind its head, has it judged, hands on what follows, commits, and keeps snapshots: in everyday work and when catching up alike. */
export class BrainLoop {
  readonly #parts: LoopParts
  #head = 0
  /** Everything up to here was handed on and committed by an earlier run. */
  #cursor = 0
  /** What has to be judged and committed before it counts as caught up; nobody asked yet. */
  #goal = Infinity
  readonly #caughtUp = Promise.withResolvers<void>()
  #uncommitted = new ChangeSet()
  #replies: Outcome['replies'][number][] = []
  #committed = 0
  #committedAt = -Infinity
  readonly #sightings = new Sightings()
  /** Sightings that have to be written before the snapshot at hand is whole: what comes before it is not judged again. */
  #owed = 0
  #stalled = false
  #retry = 0
  #nextTry = 0
  /** The last snapshot that was begun. */
  #snapshot: { position: number; at: number } = { position: 0, at: 0 }
  /** Position of the last whole one. */
  #whole = 0
  #writing: Writing | null = null
  #wake: (() => void) | null = null
  #stopping = false
  #running: Promise<void> | null = null

  constructor(parts: LoopParts) {
    this.#parts = parts
  }

  /**
   * Restores the last snapshot; one of another version is left out, and the journal judged from its start. Throws `journal-behind` when the journal ends
   * before it, `journal-gap` when entries in between are missing, `snapshot-format` when the journal does not reach back to its start.
   */
  async open(): Promise<void> {
    const { fold, reader, operations } = this.#parts
    this.#head = reader.head()
    this.#cursor = await operations.cursor()
    if (this.#head < this.#cursor) {
      throw new GatehouseError('journal-behind', `the journal ends at ${this.#head}, but ${this.#cursor} entries were judged: it is not the journal of this database`)
    }
    const { position, pieces } = await this.#snapshotOfThisFormat()
    fold.restore(position, pieces)
    this.#committed = position
    this.#snapshot = { position, at: fold.now }
    this.#whole = position
    if (this.#head > position && reader.first() > position + 1) throw gap(position + 1, reader.first())
  }

  async #snapshotOfThisFormat(): Promise<{ readonly position: number; readonly pieces: readonly StatePiece[] }> {
    const { reader, operations } = this.#parts
    const snapshot = await operations.loadSnapshot()
    const format = formatOf(snapshot.pieces)
    if (format === null || format === SNAPSHOT_FORMAT) return snapshot
    if (reader.first() > 1) {
      throw new GatehouseError('snapshot-format',
        `the state of this platform was written by another version (format ${format}, this one has ${SNAPSHOT_FORMAT}) and cannot be made anew: the journal begins at entry ${reader.first()}. ` +
        'Start the version that wrote it, or give this one a fresh DATA_DIR')
    }
    await operations.beginAnew()
    this.#cursor = 0
    return { position: 0, pieces: [] }
  }

  /** The journal grew. */
  nudge(head: number): void {
    this.#head = Math.max(this.#head, head)
    this.#wake?.()
  }

  /** Asked once: resolves when everything up to a position, or to the head that is known, has been judged and committed. */
  caughtUp(position = this.#head): Promise<void> {
    this.#goal = position
    this.#wake?.()
    return this.#caughtUp.promise
  }

  /** Runs until `stop`; rejects when the journal cannot be read. */
  run(): Promise<void> {
    this.#running = this.#run()
    return this.#running
  }

  /** Ends after the batch at hand; commits, and takes a last snapshot, so that the next start has nothing to judge again. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#running
    this.#nextTry = 0
    while (this.#committed < this.#parts.fold.position || this.#sightings.size > 0) {
      this.#committedAt = -Infinity
      await this.#commit()
      if (this.#retry > 0) return
    }
    if (this.#parts.fold.position > this.#whole) this.#beginSnapshot()
    while (this.#writing) await this.#writeSlice()
  }

  async #run(): Promise<void> {
    const { fold } = this.#parts
    while (!this.#stopping) {
      if (fold.position < this.#head) this.#judge()
      await this.#commit()
      if (this.#committed >= this.#goal && this.#sightings.size === 0) this.#caughtUp.resolve()
      if (this.#snapshotDue()) this.#beginSnapshot()
      if (this.#writing) await this.#writeSlice()
      const more = fold.position < this.#head || this.#writing || (this.#sightings.size > 0 && this.#retry === 0)
      if (more) await turn()
      else await this.#sleep()
    }
  }

  #judge(): void {
    const { fold, reader, listener } = this.#parts
    // A run of entries lies wholly before or wholly behind what was handed on before the restart.
    const known = this.#cursor - fold.position
    const limit = Math.min(BATCH, this.#head - fold.position, known > 0 ? known : BATCH)
    const entries = reader.read(fold.position, limit)
    const first = entries[0]?.position ?? this.#head
    if (first !== fold.position + 1) throw gap(fold.position + 1, first)
    for (const entry of entries) fold.apply(entry)
    // The first time of a new journal; the periods of snapshots begin there.
    if (this.#snapshot.at < 0) this.#snapshot = { ...this.#snapshot, at: entries[0]?.at ?? fold.now }
    const outcome = fold.take()
    const { presence: seen, ...changes } = outcome.changes
    for (const id of changes.devices.remove) this.#sightings.forget(id)
    if (known > 0) {
      for (const record of seen) this.#sightings.again(record)
      this.#committed = fold.position
      return
    }
    this.#uncommitted.add({ ...changes, presence: seen.filter((record) => this.#sightings.isNews(record)) })
    for (const reply of outcome.replies) this.#replies.push(reply)
    const { transitions, rejections, dispatches, presence, summaries } = outcome
    listener.judged(fold.position, { transitions, rejections, dispatches, presence, summaries })
  }

  async #commit(): Promise<void> {
    const { fold, operations, clock, listener } = this.#parts
    const now = clock.elapsed()
    const { position } = fold
    const isNew = position > this.#committed
    if (now < this.#nextTry || position < this.#cursor || (!isNew && this.#sightings.size === 0)) return
    const busy = position < this.#head
    if (busy && this.#replies.length === 0 && now - this.#committedAt < COMMIT_PAUSE) return
    const share = this.#sightings.take(!busy ? SHARE.idle : this.#writing ? SHARE.snapshot : SHARE.busy)
    for (const record of share) this.#uncommitted.presence(record)
    this.#owed -= share.length
    const changes = this.#uncommitted.changes(position)
    try {
      await operations.commit(changes)
    } catch (thrown) {
      this.#retry = Math.min(this.#retry * 2 || FIRST_RETRY, LONGEST_RETRY)
      this.#nextTry = clock.elapsed() + this.#retry
      this.#fail(thrown)
      return
    }
    if (this.#stalled) listener.stalled(null)
    this.#stalled = false
    this.#retry = 0
    this.#nextTry = 0
    this.#committed = position
    this.#committedAt = now
    const replies = this.#replies
    this.#uncommitted = new ChangeSet()
    this.#replies = []
    if (isNew) listener.committed({ changes, replies })
  }

  #snapshotDue(): boolean {
    const { fold } = this.#parts
    if (this.#writing || this.#retry > 0 || fold.position === this.#snapshot.position || this.#committed < fold.position) return false
    const entries = fold.position - this.#snapshot.position
    const millis = fold.now - this.#snapshot.at
    const settled = fold.position >= this.#head && entries >= SNAPSHOT_SETTLED.entries && millis >= SNAPSHOT_SETTLED.millis
    return settled || entries >= SNAPSHOT_ENTRIES || millis >= SNAPSHOT_MILLIS
  }

  #beginSnapshot(): void {
    // One that is half written is begun anew at this position, with everything that it should have held.
    if (this.#writing) this.#giveUp(this.#writing)
    const { fold } = this.#parts
    const pieces = fold.takePieces()
    this.#owed = this.#sightings.size
    this.#snapshot = { position: fold.position, at: fold.now }
    this.#writing = { position: fold.position, pieces, slices: slices(pieces, SLICE) }
  }

  async #writeSlice(): Promise<void> {
    const { operations } = this.#parts
    const writing = this.#writing
    if (!writing) return
    try {
      const { value } = writing.slices.next()
      if (value) return await operations.saveSlice(writing.position, value)
      if ((this.#owed > 0 && this.#sightings.size > 0) || this.#retry > 0) return
      await operations.completeSnapshot(writing.position)
      this.#whole = writing.position
      this.#writing = null
    } catch (thrown) {
      this.#giveUp(writing)
      this.#fail(thrown)
    }
  }

  #fail(thrown: unknown): void {
    this.#stalled = true
    this.#parts.listener.stalled(asError(thrown))
  }

  #giveUp(writing: Writing): void {
    this.#parts.fold.putBackPieces(writing.pieces)
    this.#writing = null
  }

  /** Until the journal grows, the store is to be tried again, or the end. */
  async #sleep(): Promise<void> {
    const { clock } = this.#parts
    await new Promise<void>((resolve) => {
      const stalled = this.#retry > 0
      const callOff = stalled ? clock.after(Math.max(1, this.#nextTry - clock.elapsed()), resolve) : null
      this.#wake = () => {
        callOff?.()
        resolve()
      }
      if (this.#stopping) this.#wake()
    })
    this.#wake = null
  }
}

function gap(wanted: number, found: number): GatehouseError {
  return new GatehouseError('journal-gap', `entry ${wanted} of the journal is missing: the next one is ${found}`)
}
