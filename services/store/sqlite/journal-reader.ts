import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { GatehouseError } from '../../kernel/errors.ts'
import type { JournalEntry, JournalReader } from '../ports.ts'
import { dayPath, listDays } from './day.ts'
import { TYPE_NUMBERS, entryOf, isExact } from './journal-entry.ts'
import type { JournalRow } from './journal-entry.ts'
import { boundsOf, openForReading } from './journal-file.ts'

const COLUMNS = 'position, at, type, subject, via, size'
const MESSAGE = TYPE_NUMBERS.message

interface OpenDay {
  readonly day: string
  readonly db: DatabaseSync
  readonly select: StatementSync
  /** The same columns of one row, with the body as it came. */
  readonly selectOne: StatementSync
}

/** Reads the day files with a read-only connection; at most one file is open at a time. Opens nothing before it is first asked. */
export class SqliteJournalReader implements JournalReader {
  readonly #folder: string
  /** The day files known, ascending, each with the position before its first entry. */
  #days: { readonly day: string; readonly origin: number }[] = []
  #open: OpenDay | null = null

  /** `dataDir`: the platform's DATA_DIR. */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'journal')
  }

  /** Throws `journal-gap` where entries between two days are missing: nothing is skipped in silence. */
  read(after: number, limit: number): JournalEntry[] {
    const known = this.#readKnown(after, limit)
    if (known.length > 0 || !this.#look()) return known
    return this.#readKnown(after, limit)
  }

  first(): number {
    this.#look()
    const oldest = this.#days[0]
    return oldest ? oldest.origin + 1 : 1
  }

  head(): number {
    this.#look()
    const newest = this.#days.at(-1)
    const open = newest && this.#openDay(newest.day)
    return open ? boundsOf(open.db).last.position : 0
  }

  close(): void {
    this.#open?.db.close()
    this.#open = null
    this.#days = []
  }

  #readKnown(after: number, limit: number): JournalEntry[] {
    const entries: JournalEntry[] = []
    const kept = this.#days[0]?.origin ?? 0
    for (let index = this.#indexFor(after); entries.length < limit; index += 1) {
      const day = this.#days[index]
      const open = day && this.#openDay(day.day)
      // Without a file behind it, retention took the day since; the next look will not list it.
      if (!open) break
      const last = entries.at(-1)?.position ?? after
      const rows = open.select.all(last, limit - entries.length) as unknown as JournalRow[]
      const first = rows[0]?.[0] ?? last + 1
      if (first !== last + 1 && last >= kept) {
        throw new GatehouseError('journal-gap', `${dayPath(this.#folder, open.day)} goes on at position ${first}, but ${last + 1} is missing`)
      }
      for (const row of rows) entries.push(entryOf(isExact(row) ? row : open.selectOne.get(row[0]) as unknown as JournalRow))
    }
    return entries
  }

  /** The newest file that begins at or before `after`; the oldest when all begin later. */
  #indexFor(after: number): number {
    let index = this.#days.length - 1
    while (index > 0 && (this.#days[index]?.origin ?? 0) > after) index -= 1
    return Math.max(index, 0)
  }

  /** Looks which files there are. True when there are others than before. */
  #look(): boolean {
    const days = listDays(this.#folder)
    const before = this.#days
    const origins = new Map(before.map(({ day, origin }) => [day, origin]))
    const now: { day: string; origin: number }[] = []
    for (const day of days) {
      const origin = origins.get(day) ?? this.#originOf(day)
      if (origin !== null) now.push({ day, origin })
    }
    this.#days = now
    if (this.#open && !days.includes(this.#open.day)) {
      this.#open.db.close()
      this.#open = null
    }
    return now.length !== before.length || now.some(({ day }, index) => day !== before[index]?.day)
  }

  #originOf(day: string): number | null {
    if (!existsSync(dayPath(this.#folder, day))) return null
    const db = openForReading(dayPath(this.#folder, day))
    if (!db) return null
    try {
      return boundsOf(db).origin.position
    } finally {
      db.close()
    }
  }

  #openDay(day: string): OpenDay | null {
    if (this.#open?.day === day) return this.#open
    const path = dayPath(this.#folder, day)
    const db = existsSync(path) ? openForReading(path) : null
    if (!db) return null
    this.#open?.db.close()
    const select = db.prepare(`SELECT ${COLUMNS}, iif(type = ${MESSAGE}, CAST(body AS TEXT), body), length(body) FROM entry WHERE position > ? ORDER BY position LIMIT ?`)
    const selectOne = db.prepare(`SELECT ${COLUMNS}, body, length(body) FROM entry WHERE position = ?`)
    for (const statement of [select, selectOne]) statement.setReturnArrays(true)
    this.#open = { day, db, select, selectOne }
    return this.#open
  }
}
