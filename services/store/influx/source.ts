/** Where the forwarder gets its points: the journal after a position, and the alarms' timelines after a row. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { DeviceId, Kind } from '../../../protocol/names.ts'
import { SqliteJournalReader } from '../sqlite/journal-reader.ts'
import { historyItems } from '../sqlite/history-item.ts'
import type { HistoryItem } from '../sqlite/history-item.ts'
import { operationsPath } from '../sqlite/operations.ts'
import { alarmOf, transitionOf } from '../sqlite/rows.ts'
import type { AlarmRow, TransitionRow } from '../sqlite/tables.ts'
import { alarmPoint, pointOf } from './point.ts'
import type { HistoryPoint } from './point.ts'
import type { Mark, ProgressFile } from './progress.ts'
import { HOUR } from './rollup-list.ts'
import type { RollupKey } from './rollup-list.ts'
import { KnownSeries } from './series.ts'

/** Points of one request; InfluxDB's own advice is 5,000. An entry is never cut, so it may be up to an array more. */
export const BATCH = 5000
/** Entries that are read at once. */
const READ = 1000

export interface Batch {
  readonly points: readonly HistoryPoint[]
  /** Where the forwarder is when they are written. */
  readonly mark: Mark
  /** Devices that were removed within it. */
  readonly removed: readonly string[]
  /** Hours that its readings are of. */
  readonly hours: readonly RollupKey[]
}

export class PointSource {
  readonly #dataDir: string
  readonly #retentionDays: number
  readonly #progress: ProgressFile
  readonly #reader: SqliteJournalReader
  readonly #series = new KnownSeries((device) => this.#progress.place(device) ?? this.#lookUp(device))
  /** Where devices hang that were met for the first time, until that is kept; null: they hang nowhere, and that is asked once a batch. */
  readonly #found = new Map<DeviceId, string | null>()
  #operations: DatabaseSync | null = null

  constructor(dataDir: string, retentionDays: number, progress: ProgressFile) {
    this.#dataDir = dataDir
    this.#retentionDays = retentionDays
    this.#progress = progress
    this.#reader = new SqliteJournalReader(dataDir)
  }

  /** What follows on a mark, up to about `most` points; null when there is nothing. */
  after(mark: Mark, most = BATCH): Batch | null {
    const points: HistoryPoint[] = []
    const removed: string[] = []
    const hours = new Map<string, RollupKey>()
    let hour: RollupKey | null = null
    let { position, at, since } = mark
    const transition = this.#transitionsAfter(mark.transition, points)
    while (points.length < most) {
      const entries = this.#reader.read(position, READ)
      for (const entry of entries) {
        since ??= entry.at
        position = entry.position
        at = entry.at
        if (entry.type === 'action' && entry.action.name === 'device.remove') removed.push(String(entry.action['id']))
        for (const item of historyItems(entry, this.#retentionDays)) {
          if (this.#progress.suspects.isRepeat(item)) continue
          points.push(pointOf(item, this.#series))
          if (item.type === null) hour = keepHour(hours, item, hour)
        }
        if (points.length >= most) break
      }
      if (entries.length < READ) break
    }
    this.#progress.keepPlaces(this.#found)
    this.#found.clear()
    if (position === mark.position && transition === mark.transition) return null
    return { points, removed, hours: [...hours.values()], mark: { position, at, since, transition } }
  }

  /** Closes its files; they are opened again when they are needed. */
  close(): void {
    this.#reader.close()
    this.#operations?.close()
    this.#operations = null
  }

  #lookUp(device: DeviceId): string | null {
    const known = this.#found.get(device)
    if (known !== undefined) return known
    const building = this.#open()?.prepare('SELECT building FROM device WHERE id = ?').get(device)?.['building']
    const found = typeof building === 'string' && building !== '' ? building : null
    this.#found.set(device, found)
    return found
  }

  /** Adds the points of transitions behind a row; answers the last row. */
  #transitionsAfter(row: number, points: HistoryPoint[]): number {
    const db = this.#open()
    if (!db) return row
    const last = Number(db.prepare('SELECT max(rowid) AS last FROM transition').get()?.['last'] ?? 0)
    // Made anew from the journal, the table counts from 1 again; the points come out the same.
    const from = last < row ? 0 : row
    const rows = db.prepare(`
      SELECT transition.rowid AS row_, transition.*, device.kind AS kind_ FROM transition
      JOIN alarm ON alarm.n = transition.alarm LEFT JOIN device ON device.id = alarm.device
      WHERE transition.rowid > ? ORDER BY transition.rowid LIMIT ?`).all(from, BATCH) as unknown as (TransitionRow & { row_: number; kind_: string | null })[]
    const alarms = db.prepare('SELECT * FROM alarm WHERE n = ?')
    for (const { row_: _row, kind_: kind, ...transition } of rows) {
      const alarm = alarmOf(alarms.get(transition.alarm) as unknown as AlarmRow)
      points.push(alarmPoint(alarm, transitionOf(transition), kind as Kind | null))
    }
    return rows.at(-1)?.row_ ?? from
  }

  /** Null before the brain made it. */
  #open(): DatabaseSync | null {
    const path = operationsPath(this.#dataDir)
    if (this.#operations || !existsSync(path)) return this.#operations
    const db = new DatabaseSync(path, { readOnly: true })
    db.exec('PRAGMA busy_timeout = 5000')
    if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'transition'").get()) {
      db.close()
      return null
    }
    this.#operations = db
    return db
  }
}

/** `last`: what came out for the reading before; most often the same comes again. */
function keepHour(hours: Map<string, RollupKey>, { kind, compound, ts }: HistoryItem, last: RollupKey | null): RollupKey {
  const start = Math.floor(ts / HOUR) * HOUR
  if (last?.start === start && last.compound === compound && last.kind === kind) return last
  const text = `${start} ${kind} ${compound}`
  const key = hours.get(text) ?? { period: 'hour', kind, compound, start }
  hours.set(text, key)
  return key
}
