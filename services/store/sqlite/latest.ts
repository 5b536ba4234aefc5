/** `history/latest.sqlite`: the newest value of each field of each device, and how far history is. Committed together, after the days' files. */
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import type { DeviceId, Millis } from '../../../protocol/names.ts'
import { GatehouseError } from '../../kernel/errors.ts'
import type { LatestChange, Value } from '../ports.ts'
import { CLOCK_SUSPECT, HISTORICAL } from './history-item.ts'
import type { HistoryItem } from './history-item.ts'
import { openError } from './open-error.ts'
import { SUSPECT_TABLE, Suspects } from './suspects.ts'

const LATEST_VERSION = 1

/** `at`: time of receipt; what an earlier device of the same id said is older than the enrolment of this one. */
type Stored = Record<string, { value: Value; ts: Millis; at?: Millis }>
type Values = Record<string, { value: Value; ts: Millis }>

/** The latest values of a device that was enrolled at `enrolledAt`, from what is stored of its id. */
export function latestSince(fields: string, enrolledAt: Millis): Values {
  const values: Values = {}
  for (const [field, { value, ts, at }] of Object.entries(JSON.parse(fields) as Stored)) {
    // Older versions stored no time of receipt.
    if (at === undefined || at >= enrolledAt) values[field] = { value, ts }
  }
  return values
}

/** Open for writing; one transaction a batch, from `begin` to `commit`. */
export class LatestFile {
  readonly suspects: Suspects
  readonly #db: DatabaseSync
  readonly #select: StatementSync
  readonly #upsert: StatementSync
  readonly #setCursor: StatementSync
  /** Of the devices of this batch. */
  readonly #batch = new Map<DeviceId, { values: Stored; change: Values; item: HistoryItem }>()

  private constructor(db: DatabaseSync) {
    this.#db = db
    this.suspects = new Suspects(db)
    this.#select = db.prepare('SELECT fields FROM latest WHERE device = ?')
    this.#upsert = db.prepare('INSERT INTO latest (device, fields) VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET fields = excluded.fields')
    this.#setCursor = db.prepare('UPDATE cursor SET position = ?')
  }

  static open(path: string): LatestFile {
    const db = new DatabaseSync(path)
    try {
      db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      const version = db.prepare('PRAGMA user_version').get()?.['user_version'] as number
      if (version > LATEST_VERSION) throw new GatehouseError('newer-data', `${path} was written by a newer Gatehouse (version ${version})`)
      if (version === 0) {
        db.exec(`BEGIN IMMEDIATE;
          CREATE TABLE cursor (position INTEGER NOT NULL);
          INSERT INTO cursor VALUES (0);
          CREATE TABLE latest (device TEXT PRIMARY KEY, fields TEXT NOT NULL) WITHOUT ROWID;
          ${SUSPECT_TABLE};
          PRAGMA user_version = ${LATEST_VERSION};
          COMMIT`)
      }
      return new LatestFile(db)
    } catch (thrown) {
      db.close()
      throw openError(path, thrown)
    }
  }

  cursor(): number {
    return this.#db.prepare('SELECT position FROM cursor').get()?.['position'] as number
  }

  begin(): void {
    this.#batch.clear()
    this.#db.exec('BEGIN IMMEDIATE')
  }

  /** Late data replaces what is older, and nothing where nobody knows how old it is itself; anything else replaces what is there, whatever the device's clock says. */
  apply(item: HistoryItem): void {
    let entry = this.#batch.get(item.device)
    if (!entry) {
      const stored = this.#select.get(item.device)?.['fields']
      entry = { values: typeof stored === 'string' ? JSON.parse(stored) as Stored : {}, change: {}, item }
      this.#batch.set(item.device, entry)
    }
    const late = (item.flags & HISTORICAL) !== 0
    const ageless = late && (item.flags & CLOCK_SUSPECT) !== 0
    for (const [field, value] of Object.entries(item.values)) {
      const known = entry.values[field]
      if (late && known && (ageless || known.ts >= item.ts)) continue
      entry.values[field] = { value, ts: item.ts, at: item.receivedAt }
      entry.change[field] = { value, ts: item.ts }
    }
  }

  /** Stores the batch with the cursor; answers what changed, once a device. */
  commit(position: number): LatestChange[] {
    const changes: LatestChange[] = []
    for (const [device, { values, change, item }] of this.#batch) {
      if (Object.keys(change).length === 0) continue
      this.#upsert.run(device, JSON.stringify(values))
      changes.push({ device, compound: item.compound, values: change })
    }
    this.#setCursor.run(position)
    this.#db.exec('COMMIT')
    return changes
  }

  /** Undoes what was not committed. */
  close(): void {
    this.#db.close()
  }
}
