import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { KINDS } from '../../../protocol/names.ts'
import type { DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { DeviceView, EventView, Page, Paging, Point, Value } from '../ports.ts'
import { keyOf, pageOf } from './cursor.ts'
import { dayOf, dayPath, listDays } from './day.ts'
import { fieldColumns, readingTable } from './history-file.ts'
import { CLOCK_SUSPECT, HISTORICAL, SEQUENCE_REUSED } from './history-item.ts'
import { historyFolder, latestPath } from './history-projection.ts'
import { latestSince } from './latest.ts'
import { openError } from './open-error.ts'
import { passagesFolder } from './passages.ts'

/** Days that stay open between questions; more are opened while one needs them. */
const MOST_OPEN = 32
/** Times of day files lie between these, so that their names sort: the years 1970 to 9999. */
const EARLIEST = 0
const LATEST = 253_402_300_799_999

interface OpenDay {
  readonly db: DatabaseSync
  readonly deviceNumber: StatementSync
  readonly fields: ReadonlyMap<Kind, ReadonlySet<string>>
}
interface Sum {
  step: number
  total: number
  min: number
  max: number
  count: number
}
interface EventRow {
  readonly ts_: number
  readonly position_: number
  readonly flags_: number
  readonly n: number
  readonly received_at: number
  readonly type: string
  readonly fields: string
}

/** Questions to the files of history over read-only connections. Files that are not there yet hold nothing; files that retention took are let go. */
export class HistoryReader {
  readonly #folder: string
  readonly #days = new Map<string, OpenDay>()
  #latest: { readonly db: DatabaseSync; readonly select: StatementSync } | null = null

  constructor(dataDir: string) {
    this.#folder = historyFolder(dataDir)
  }

  /** Steps over [from, to), at most `points` of them; see the port. */
  readings(device: DeviceId, field: string, from: Millis, to: Millis, points: number): Point[] {
    if (to <= from || points < 1) return []
    const step = Math.max(1, Math.ceil((to - from) / points))
    const sums = new Map<number, Sum>()
    for (const day of this.#daysBetween(from, to)) {
      const n = day.deviceNumber.get(device)?.['n'] as number | undefined
      if (n === undefined) continue
      for (const kind of KINDS) {
        // The names of columns are taken from the file, so a field's name never reaches the SQL unknown.
        if (!day.fields.get(kind)?.has(field)) continue
        // Numbers are bound as floating point; steps are whole.
        const rows = day.db.prepare(`
          SELECT (ts_ - CAST(?1 AS INTEGER)) / CAST(?2 AS INTEGER) AS step, total("${field}") AS total, min("${field}") AS min, max("${field}") AS max, count(*) AS count
          FROM ${readingTable(kind)}
          WHERE device_ = ?3 AND ts_ >= ?1 AND ts_ < ?4 AND typeof("${field}") IN ('integer', 'real') GROUP BY 1
        `).all(from, step, n, to) as unknown as Sum[]
        for (const row of rows) addTo(sums, row)
      }
    }
    return [...sums.values()].sort((a, b) => a.step - b.step)
      .map(({ step: index, total, min, max, count }) => [from + index * step, total / count, min, max, count])
  }

  events(device: DeviceId, range: { from?: Millis | undefined; to?: Millis | undefined }, { limit, cursor }: Paging): Page<EventView> {
    const before = keyOf<readonly [number, number, number]>('events', cursor, [0, 0, 0]) ?? [Number.MAX_SAFE_INTEGER, 0, 0]
    const from = range.from ?? EARLIEST
    const to = Math.min(range.to ?? LATEST + 1, before[0] + 1)
    const rows: EventRow[] = []
    for (const day of this.#daysBetween(from, to).toReversed()) {
      const n = day.deviceNumber.get(device)?.['n'] as number | undefined
      if (n === undefined) continue
      const found = day.db.prepare(`
        SELECT ts_, position_, flags_, n, received_at, type, fields FROM event
        WHERE device_ = ? AND ts_ >= ? AND ts_ < ? AND (ts_, position_, n) < (?, ?, ?)
        ORDER BY ts_ DESC, position_ DESC, n DESC LIMIT ?
      `).all(n, from, to, ...before, limit + 1 - rows.length) as unknown as EventRow[]
      rows.push(...found)
      if (rows.length > limit) break
    }
    return pageOf('events', rows, limit, (row) => [row.ts_, row.position_, row.n], (row) => eventOf(device, row))
  }

  latest(device: DeviceId, enrolledAt: Millis): DeviceView['latest'] {
    const fields = this.#latestFile()?.get(device)?.['fields']
    return typeof fields === 'string' ? latestSince(fields, enrolledAt) : {}
  }

  close(): void {
    for (const { db } of this.#days.values()) db.close()
    this.#days.clear()
    this.#latest?.db.close()
    this.#latest = null
  }

  /** The days that can hold times in [from, to), ascending. */
  #daysBetween(from: Millis, to: Millis): OpenDay[] {
    const there = this.#paths()
    const paths = new Set(there.values())
    for (const [path, { db }] of this.#days) {
      if (paths.has(path) && this.#days.size <= MOST_OPEN) continue
      db.close()
      this.#days.delete(path)
    }
    const first = dayOf(clamp(from))
    const last = dayOf(clamp(to - 1))
    const days: OpenDay[] = []
    for (const [day, path] of there) {
      const open = day >= first && day <= last ? this.#day(path) : null
      if (open) days.push(open)
    }
    return days
  }

  /** The file of each day, ascending: the whole day, or what is left of it. */
  #paths(): Map<string, string> {
    const days = new Map<string, string>()
    for (const folder of [passagesFolder(this.#folder), this.#folder]) for (const day of listDays(folder)) days.set(day, dayPath(folder, day))
    return new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #day(path: string): OpenDay | null {
    const known = this.#days.get(path)
    if (known) return known
    const db = openWritten(path)
    if (!db) return null
    const open: OpenDay = {
      db, deviceNumber: db.prepare('SELECT n FROM device WHERE id = ?'),
      fields: new Map(KINDS.map((kind) => [kind, fieldColumns(db, kind)]))
    }
    this.#days.set(path, open)
    return open
  }

  #latestFile(): StatementSync | null {
    if (this.#latest) return this.#latest.select
    const db = openWritten(latestPath(this.#folder))
    if (!db) return null
    this.#latest = { db, select: db.prepare('SELECT fields FROM latest WHERE device = ?') }
    return this.#latest.select
  }
}

/** Null where the file is not there or not yet made. */
function openWritten(path: string): DatabaseSync | null {
  if (!existsSync(path)) return null
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 5000')
    if (db.prepare('PRAGMA user_version').get()?.['user_version'] !== 0) return db
  } catch (thrown) {
    db.close()
    throw openError(path, thrown)
  }
  db.close()
  return null
}

function clamp(at: Millis): Millis {
  return Math.min(Math.max(at, EARLIEST), LATEST)
}

/** A step can lie in two days, and a device that was enrolled anew in two tables. */
function addTo(sums: Map<number, Sum>, row: Sum): void {
  const sum = sums.get(row.step)
  if (!sum) {
    sums.set(row.step, { ...row })
    return
  }
  sum.total += row.total
  sum.min = Math.min(sum.min, row.min)
  sum.max = Math.max(sum.max, row.max)
  sum.count += row.count
}

function eventOf(device: DeviceId, row: EventRow): EventView {
  return {
    id: `${row.position_}-${row.n}`, device, ts: row.ts_, receivedAt: row.received_at, type: row.type,
    historical: (row.flags_ & HISTORICAL) !== 0,
    clockSuspect: (row.flags_ & CLOCK_SUSPECT) !== 0,
    sequenceReused: (row.flags_ & SEQUENCE_REUSED) !== 0,
    fields: JSON.parse(row.fields) as Readonly<Record<string, Value>>
  }
}
