/**
 * One day of history by `ts`: a table of readings for each kind of device with a column for each field, and one of events.
 * One row a report and not one a value: of detectors' reports that takes 60 bytes each instead of 255, with decoding and
 * everything in no more time than the bare rows of the other (bench/history.ts). Rows lie in the order (device, ts), so that a chart reads a few neighbouring pages.
 */
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import type { Kind } from '../../../protocol/names.ts'
import { GatehouseError } from '../../kernel/errors.ts'
import { SEQUENCE_REUSED, hashOf, keyOf } from './history-item.ts'
import type { HistoryItem } from './history-item.ts'
import { openError } from './open-error.ts'

const HISTORY_VERSION = 1

/** The table of a kind's readings. */
export function readingTable(kind: Kind): string {
  return `reading_${kind}`
}

/** The columns of a table that hold fields. */
export function fieldColumns(db: DatabaseSync, kind: Kind): Set<string> {
  const names = db.prepare(`SELECT name FROM pragma_table_info('${readingTable(kind)}')`).all().map((row) => String(row['name']))
  return new Set(names.filter((name) => !OWN_COLUMNS.has(name)))
}

const OWN_COLUMNS = new Set(['device_', 'ts_', 'hash_', 'position_', 'flags_', 'delay_'])

/** A day that is open for writing. Everything between `begin` and `commit` is stored whole or not at all. */
export class HistoryFile {
  readonly #db: DatabaseSync
  readonly #devices = new Map<string, number>()
  readonly #insertDevice: StatementSync
  readonly #insertReading = new Map<Kind, { readonly statement: StatementSync; readonly fields: readonly string[] }>()
  readonly #insertEvent: StatementSync
  readonly #sameKey: StatementSync

  private constructor(db: DatabaseSync) {
    this.#db = db
    for (const row of db.prepare('SELECT n, id FROM device').all()) this.#devices.set(row['id'] as string, row['n'] as number)
    this.#insertDevice = db.prepare('INSERT INTO device (n, id) VALUES (?, ?)')
    for (const kind of KINDS) {
      const fields = Object.keys(KIND_DEFINITIONS[kind].telemetry)
      const columns = [...OWN_COLUMNS, ...fields].map((name) => `"${name}"`)
      const statement = db.prepare(
        `INSERT INTO ${readingTable(kind)} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ${OR_REPLAYED}`
      )
      this.#insertReading.set(kind, { statement, fields })
    }
    this.#insertEvent = db.prepare(
      `INSERT INTO event (device_, ts_, hash_, position_, flags_, n, received_at, key, type, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${OR_REPLAYED}`
    )
    this.#sameKey = db.prepare('SELECT 1 FROM event WHERE device_ = ? AND key = ? AND hash_ <> ? LIMIT 1')
  }

  /** Makes the file where there is none and adds columns for fields that are new since it was made. */
  static open(path: string): HistoryFile {
    const db = new DatabaseSync(path)
    try {
      // FULL: the cursor lies in another file and must never reach the disk before these rows do.
      db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000')
      prepareTables(db, path)
      return new HistoryFile(db)
    } catch (thrown) {
      db.close()
      throw openError(path, thrown)
    }
  }

  begin(): void {
    this.#db.exec('BEGIN IMMEDIATE')
  }

  commit(): void {
    this.#db.exec('COMMIT')
  }

  /** False for a repeat: the same object was stored from another journal entry before. */
  insert(item: HistoryItem): boolean {
    const device = this.#deviceNumber(item.device)
    if (item.type !== null) return this.#insertEventItem(item, device, item.type)
    const table = this.#insertReading.get(item.kind)
    if (!table) throw new GatehouseError('unknown-kind', `no table for readings of the kind ${item.kind}`)
    const values = table.fields.map((field) => sqlValue(item.values[field]))
    return table.statement.run(device, item.ts, hashOf(item), item.position, item.flags, item.delay, ...values).changes === 1
  }

  /** Undoes what was not committed. */
  close(): void {
    this.#db.close()
  }

  #insertEventItem(item: HistoryItem, device: number, type: string): boolean {
    const hash = hashOf(item)
    const key = keyOf(item)
    const reused = key !== null && this.#sameKey.get(device, key, hash) !== undefined
    const flags = item.flags + (reused ? SEQUENCE_REUSED : 0)
    return this.#insertEvent.run(
      device, item.ts, hash, item.position, flags, item.n, item.receivedAt, key, type, JSON.stringify(item.values)
    ).changes === 1
  }

  #deviceNumber(id: string): number {
    const known = this.#devices.get(id)
    if (known !== undefined) return known
    const n = this.#devices.size + 1
    this.#insertDevice.run(n, id)
    this.#devices.set(id, n)
    return n
  }
}

/** The same row from the same journal position is a replay after a kill: it counts as stored now, a repeat from elsewhere does not. */
const OR_REPLAYED = 'ON CONFLICT (device_, ts_, hash_) DO UPDATE SET position_ = excluded.position_ WHERE position_ = excluded.position_'

function sqlValue(value: number | boolean | string | undefined): number | string | null {
  return typeof value === 'boolean' ? Number(value) : value ?? null
}

/** Makes the tables of a day where they are missing. */
export function prepareTables(db: DatabaseSync, path: string): void {
  const version = db.prepare('PRAGMA user_version').get()?.['user_version'] as number
  if (version > HISTORY_VERSION) throw new GatehouseError('newer-data', `${path} was written by a newer Gatehouse (history version ${version})`)
  db.exec('BEGIN IMMEDIATE')
  db.exec(`
    CREATE TABLE IF NOT EXISTS device (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
    CREATE TABLE IF NOT EXISTS event (
      device_ INTEGER NOT NULL, ts_ INTEGER NOT NULL, hash_ INTEGER NOT NULL, position_ INTEGER NOT NULL, flags_ INTEGER NOT NULL,
      n INTEGER NOT NULL, received_at INTEGER NOT NULL, key INTEGER, type TEXT NOT NULL, fields TEXT NOT NULL,
      PRIMARY KEY (device_, ts_, hash_)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS event_key ON event (device_, key) WHERE key IS NOT NULL`)
  for (const kind of KINDS) {
    // Names of the table's own columns end in _, so that no field can have one.
    db.exec(`CREATE TABLE IF NOT EXISTS ${readingTable(kind)} (
      device_ INTEGER NOT NULL, ts_ INTEGER NOT NULL, hash_ INTEGER NOT NULL, position_ INTEGER NOT NULL, flags_ INTEGER NOT NULL,
      delay_ INTEGER, PRIMARY KEY (device_, ts_, hash_)) WITHOUT ROWID`)
    const there = fieldColumns(db, kind)
    for (const [field, { type }] of Object.entries(KIND_DEFINITIONS[kind].telemetry)) {
      // NUMERIC keeps whole numbers in as few bytes as they need.
      const affinity = type === 'number' || type === 'boolean' ? 'NUMERIC' : 'TEXT'
      if (!there.has(field)) db.exec(`ALTER TABLE ${readingTable(kind)} ADD COLUMN "${field}" ${affinity}`)
    }
  }
  db.exec(`PRAGMA user_version = ${HISTORY_VERSION}; COMMIT`)
}
