import { GatehouseError, asError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Thread } from '../../kernel/thread.ts'
import type { Journal, NewEntry } from '../ports.ts'
import { DAY_MILLIS, dayOf } from './day.ts'
import { BatchPacker } from './journal-entry.ts'
import type { JournalLink } from './journal-link.ts'

type Done = (error: Error | null, position: number) => void

interface Batch {
  readonly packer: BatchPacker
  readonly dayNumber: number
  readonly done: Done[]
  /** When it went to the writer, by the process's own clock, ms. */
  sentAt: number
}

/** A second batch goes out behind the one that is being committed only when it is worth a commit of its own. */
const WORTH_A_COMMIT = 64 * 1024
/** A batch closes at this size, so that no commit takes long. */
const FULL_BATCH = 4 * 1024 * 1024
const MOST_IN_FLIGHT = 2

export interface JournalOptions {
  readonly dataDir: string
  readonly clock: Clock
  /** The writer's thread ended by itself, or a `done` threw: nothing can be promised any more. */
  readonly onFatal: (error: Error) => void
  /** Largest size of a day's file in pages of 4 KiB; none by default. Tests make a full disk with it. */
  readonly pageLimit?: number | undefined
}

/** The journal as the main thread has it: packs what is appended, hands batches to the writer's thread, calls back after their commit. */
export class SqliteJournal implements Journal {
  readonly #options: JournalOptions
  readonly #thread: Thread<JournalLink>
  readonly #listeners = new Set<(head: number) => void>()
  readonly #inFlight: Batch[] = []
  /** Closed batches and the open one, the last. */
  readonly #gathered: Batch[] = []
  readonly #spares: ArrayBuffer[] = []
  #head = 0
  #pending = 0
  #commits: Journal['commits'] = { count: 0, millis: 0 }
  #lastAt = 0
  /** Since when, by what elapses, the journal's time is ahead of the wall clock, and where it was then; null: it is not. */
  #ahead: { readonly at: number; readonly since: number } | null = null
  /** The name of the day of the last batch: making it costs more than packing an entry. */
  #day = { number: -1, name: '' }
  #flushing = false
  #idle: (() => void) | null = null
  #state: 'closed' | 'open' | 'broken' = 'closed'

  constructor(options: JournalOptions) {
    this.#options = options
    this.#thread = new Thread<JournalLink>({
      name: 'journal', file: new URL('journal-writer.ts', import.meta.url),
      data: { dataDir: options.dataDir, pageLimit: options.pageLimit },
      onSaid: (answer) => this.#answered(answer), onDeath: (error) => this.#died(error)
    })
  }

  /** Rejects with `data-dir-in-use`, `newer-data`, or SQLite's error. */
  async open(): Promise<void> {
    await this.#thread.start()
    const { head, at } = await this.#thread.ask('bounds', null)
    this.#head = head
    this.#lastAt = at
    this.#state = 'open'
  }

  get head(): number {
    return this.#head
  }

  get pending(): number {
    return this.#pending
  }

  get commits(): Journal['commits'] {
    return this.#commits
  }

  append(entry: NewEntry, done: Done): void {
    if (this.#state !== 'open') {
      const error = new GatehouseError('journal-closed', 'the journal takes no entries: it is not open')
      queueMicrotask(() => done(error, 0))
      return
    }
    const at = this.#time()
    const dayNumber = Math.floor(at / DAY_MILLIS)
    let batch = this.#gathered.at(-1)
    // A batch is one transaction in one file, so it never spans two days.
    if (!batch || batch.dayNumber !== dayNumber || batch.packer.bytes > FULL_BATCH) {
      batch = { packer: new BatchPacker(this.#spares.pop()), dayNumber, done: [], sentAt: 0 }
      this.#gathered.push(batch)
    }
    batch.packer.add(entry, at)
    batch.done.push(done)
    this.#pending += 1
    if (this.#flushing || this.#inFlight.length > 0 && batch.packer.bytes < WORTH_A_COMMIT) return
    // Not at once: what the same turn of the event loop brings shares the commit.
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  /**
   * The time of receipt. The wall clock may be put back; the journal's time never goes back, nor does it stand still, for all that waits goes by it: a door that
   * is held open, a device that is silent. It goes on at half its pace until the wall clock is there again.
   */
  #time(): number {
    const { clock } = this.#options
    const now = clock.now()
    if (now >= this.#lastAt) {
      this.#ahead = null
      this.#lastAt = now
    } else {
      this.#ahead ??= { at: this.#lastAt, since: clock.elapsed() }
      this.#lastAt = this.#ahead.at + Math.floor((clock.elapsed() - this.#ahead.since) / 2)
    }
    return this.#lastAt
  }

  onCommit(listener: (head: number) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Removes the files of days before `day` (`YYYY-MM-DD`, UTC) that hold nothing after `upTo` (the smallest cursor of all
   * projections); never the current one. Answers the days that are gone.
   */
  dropDaysBefore(day: string, upTo: number): Promise<string[]> {
    return this.#thread.ask('drop', { before: day, upTo })
  }

  /** Commits what was appended, then closes. */
  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closed'
      if (this.#pending > 0) {
        this.#flush()
        await new Promise<void>((resolve) => void (this.#idle = resolve))
      }
    }
    await this.#thread.stop()
  }

  #flush(): void {
    for (let batch = this.#gathered[0]; batch; batch = this.#gathered[0]) {
      const room = this.#inFlight.length === 0
        || this.#inFlight.length < MOST_IN_FLIGHT && (batch.packer.bytes >= WORTH_A_COMMIT || this.#gathered.length > 1)
      if (!room) return
      this.#gathered.shift()
      this.#inFlight.push(batch)
      batch.sentAt = performance.now()
      const { buffer, bytes } = batch.packer.take()
      this.#thread.tell({ day: this.#nameOf(batch.dayNumber), buffer, bytes }, [buffer])
    }
  }

  #nameOf(dayNumber: number): string {
    if (this.#day.number !== dayNumber) this.#day = { number: dayNumber, name: dayOf(dayNumber * DAY_MILLIS) }
    return this.#day.name
  }

  #answered({ first, error, buffer }: JournalLink['said']): void {
    const batch = this.#inFlight.shift()
    if (!batch) return
    if (buffer.byteLength <= FULL_BATCH && this.#spares.length < MOST_IN_FLIGHT + 1) this.#spares.push(buffer)
    this.#flush()
    if (error === null) {
      this.#head = first + batch.done.length - 1
      const { count, millis } = this.#commits
      this.#commits = { count: count + 1, millis: millis + performance.now() - batch.sentAt }
    }
    this.#finish(batch, error === null ? null : new GatehouseError('journal-write-failed', `the journal did not take it: ${error}`), first)
    if (error === null) for (const listener of this.#listeners) listener(this.#head)
    if (this.#pending === 0) this.#idle?.()
  }

  #finish(batch: Batch, error: Error | null, first: number): void {
    this.#pending -= batch.done.length
    let position = first
    for (const done of batch.done) {
      try {
        done(error, error ? 0 : position)
      } catch (thrown) {
        this.#options.onFatal(asError(thrown))
      }
      position += 1
    }
  }

  #died(cause: Error): void {
    this.#state = 'broken'
    const error = new GatehouseError('journal-lost', 'the journal writer ended by itself', { cause })
    this.#options.onFatal(error)
    for (const batch of [...this.#inFlight.splice(0), ...this.#gathered.splice(0)]) this.#finish(batch, error, 0)
    this.#idle?.()
  }
}
