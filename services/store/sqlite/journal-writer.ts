/** The journal writer's thread: one commit a batch, each of them synced. */
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { GatehouseError, asError } from '../../kernel/errors.ts'
import { serveThread } from '../../kernel/thread.ts'
import { dayPath, listDays, makeFolder, removeDay, startOfDay } from './day.ts'
import { unpackBatch } from './journal-entry.ts'
import { boundsOf, openForAppend, openForReading } from './journal-file.ts'
import type { Origin } from './journal-file.ts'
import type { JournalLink } from './journal-link.ts'
import { lockDataDir } from './lock.ts'

interface OpenDay {
  readonly day: string
  readonly db: DatabaseSync
  readonly insert: StatementSync
}

class JournalWriter {
  readonly #folder: string
  readonly #pageLimit: number | undefined
  #last: Origin
  #open: OpenDay | null = null

  constructor(folder: string, pageLimit: number | undefined) {
    this.#folder = makeFolder(folder)
    this.#pageLimit = pageLimit
    this.#last = lastOf(folder)
  }

  get last(): Origin {
    return this.#last
  }

  /** Stores the batch whole and answers its first position, or throws and stores nothing of it. */
  append(day: string, buffer: ArrayBuffer, bytes: number): number {
    const first = this.#last.position + 1
    try {
      const { db, insert } = this.#dayFor(day)
      let position = this.#last.position
      let lastAt = this.#last.at
      db.exec('BEGIN IMMEDIATE')
      unpackBatch(buffer, bytes, (at, type, subject, via, size, body) => {
        position += 1
        lastAt = at
        insert.run(position, at, type, subject, via, size, body)
      })
      db.exec('COMMIT')
      this.#last = { position, at: lastAt }
      return first
    } catch (error) {
      this.#giveUp()
      throw error
    }
  }

  /** Removes the files of days before `before` whose entries are all at or before `upTo`; never the newest one. Answers the days. */
  drop(before: string, upTo: number): string[] {
    const dropped: string[] = []
    for (const day of listDays(this.#folder).slice(0, -1)) {
      if (day >= before || day === this.#open?.day) break
      const db = openForReading(dayPath(this.#folder, day))
      const last = db ? boundsOf(db).last.position : 0
      db?.close()
      if (last > upTo) break
      removeDay(this.#folder, day)
      dropped.push(day)
    }
    return dropped
  }

  /** Closing writes the WAL into the file and removes it. */
  close(): void {
    this.#open?.db.close()
    this.#open = null
  }

  #dayFor(day: string): OpenDay {
    if (this.#open?.day === day) return this.#open
    this.close()
    const db = openForAppend(dayPath(this.#folder, day), this.#last, this.#pageLimit)
    try {
      this.#reconcile(db, day)
      const insert = db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)')
      this.#open = { day, db, insert }
      return this.#open
    } catch (error) {
      db.close()
      throw error
    }
  }

  /**
   * After a failed sync it is open whether a refused batch is in the file. Whoever sent it was told that it is not
   * stored, and its positions go to the next one: so it must not be there.
   */
  #reconcile(db: DatabaseSync, day: string): void {
    const { last } = boundsOf(db)
    if (last.position > this.#last.position) db.exec(`DELETE FROM entry WHERE position > ${this.#last.position}`)
    if (last.position < this.#last.position) {
      throw new GatehouseError('journal-damaged', `${dayPath(this.#folder, day)} ends at ${last.position}, but ${this.#last.position} was stored`)
    }
  }

  /** After an error the file is opened anew for the next batch, so that nothing half done stays in this connection. */
  #giveUp(): void {
    const open = this.#open
    this.#open = null
    if (!open) return
    if (open.db.isTransaction) open.db.exec('ROLLBACK')
    open.db.close()
  }
}

/** The last entry stored. Its time is not before the newest file's day, so that no later entry falls into an older file. */
function lastOf(folder: string): Origin {
  const days = listDays(folder).toReversed()
  const earliest = days[0] === undefined ? 0 : startOfDay(days[0])
  for (const day of days) {
    const db = openForReading(dayPath(folder, day))
    if (!db) continue
    try {
      const { position, at } = boundsOf(db).last
      return { position, at: Math.max(at, earliest) }
    } finally {
      db.close()
    }
  }
  return { position: 0, at: earliest }
}

await serveThread<JournalLink>(({ dataDir, pageLimit }, say) => {
  const unlock = lockDataDir(dataDir)
  const writer = new JournalWriter(join(dataDir, 'journal'), pageLimit)
  return {
    calls: {
      bounds: () => ({ head: writer.last.position, at: writer.last.at }),
      drop: ({ before, upTo }) => writer.drop(before, upTo)
    },
    told: ({ day, buffer, bytes }) => {
      let first = 0
      let error: string | null = null
      try {
        first = writer.append(day, buffer, bytes)
      } catch (thrown) {
        error = asError(thrown).message
      }
      say({ first, error, buffer }, [buffer])
    },
    stop: () => {
      writer.close()
      unlock()
    }
  }
})
