/** `influx.sqlite`: how far the forwarder is, and what it has to remember so that the same entry always gives the same point. */
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { join } from 'node:path'
import type { CompoundId, DeviceId, Millis } from '../../../protocol/names.ts'
import { GatehouseError } from '../../kernel/errors.ts'
import { openError } from '../sqlite/open-error.ts'
import { SUSPECT_TABLE, Suspects } from '../sqlite/suspects.ts'
import { ROLLUP_TABLE, RollupList } from './rollup-list.ts'
import type { RollupKey } from './rollup-list.ts'

const VERSION = 3

export function progressPath(dataDir: string): string {
  return join(dataDir, 'influx.sqlite')
}

/** How far the forwarder is; all of it is in InfluxDB, or was refused and is on record. */
export interface Mark {
  /** Of the journal: all entries up to here. */
  readonly position: number
  /** Time of receipt of that entry. */
  readonly at: Millis
  /** Time of receipt of the first entry that was ever forwarded: InfluxDB has nothing of what came before, unless it was filled in. Null: nothing yet. */
  readonly since: Millis | null
  /** The row of the last alarm transition. */
  readonly transition: number
}

/** Of one to which nothing was forwarded. */
export const NOWHERE: Mark = { position: 0, at: 0, since: null, transition: 0 }

/** A row that the server does not take, with its words. */
export interface Refused {
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly words: string
  /** The row in the line protocol. */
  readonly row: string
}
/** One that is not in the journal's quarantine yet. */
export interface RefusedRecord extends Refused {
  readonly id: number
}

export class ProgressFile {
  readonly rollups: RollupList
  readonly suspects: Suspects
  readonly #db: DatabaseSync
  readonly #places = new Map<string, string>()
  readonly #keepPlace: StatementSync
  readonly #forgetPlace: StatementSync

  private constructor(db: DatabaseSync) {
    this.#db = db
    this.rollups = new RollupList(db)
    this.suspects = new Suspects(db)
    for (const row of db.prepare('SELECT device, building FROM place').all()) this.#places.set(row['device'] as string, row['building'] as string)
    this.#keepPlace = db.prepare('INSERT INTO place (device, building) VALUES (?, ?) ON CONFLICT (device) DO UPDATE SET building = excluded.building')
    this.#forgetPlace = db.prepare('DELETE FROM place WHERE device = ?')
  }

  static open(dataDir: string): ProgressFile {
    const path = progressPath(dataDir)
    const db = new DatabaseSync(path)
    try {
      // NORMAL: after a power cut it may be a little behind; then the same points are written once more over themselves.
      db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
      const version = db.prepare('PRAGMA user_version').get()?.['user_version'] as number
      if (version > VERSION) throw new GatehouseError('newer-data', `${path} was written by a newer Gatehouse (version ${version})`)
      if (version === 0) {
        db.exec(`BEGIN IMMEDIATE;
          CREATE TABLE mark (position INTEGER NOT NULL, at INTEGER NOT NULL, since INTEGER, transition_row INTEGER NOT NULL);
          INSERT INTO mark VALUES (0, 0, NULL, 0);
          CREATE TABLE place (device TEXT PRIMARY KEY, building TEXT NOT NULL) WITHOUT ROWID;
          ${SUSPECT_TABLE};
          CREATE TABLE refused (id INTEGER PRIMARY KEY, device TEXT NOT NULL, compound TEXT NOT NULL, words TEXT NOT NULL, row TEXT NOT NULL);
          PRAGMA user_version = 1;
          COMMIT`)
      }
      if (version < 2) db.exec(`BEGIN IMMEDIATE; ${ROLLUP_TABLE}; PRAGMA user_version = 2; COMMIT`)
      if (version < 3) db.exec('BEGIN IMMEDIATE; ALTER TABLE mark ADD COLUMN server TEXT; PRAGMA user_version = 3; COMMIT')
      return new ProgressFile(db)
    } catch (thrown) {
      db.close()
      throw openError(path, thrown)
    }
  }

  mark(): Mark {
    const row = this.#db.prepare('SELECT position, at, since, transition_row AS transition FROM mark').get()
    return row as unknown as Mark
  }

  /** Before all else. Of what was forwarded to another server, this one has nothing. */
  aimAt(server: string): void {
    const known = this.#db.prepare('SELECT server FROM mark').get()?.['server']
    if (known === server) return
    if (typeof known === 'string') this.moveTo(NOWHERE, [])
    this.#db.prepare('UPDATE mark SET server = ?').run(server)
  }

  /** Moves on, and keeps what was refused and what was touched on the way; all or nothing. */
  moveTo(mark: Mark, refused: readonly Refused[], touched: Iterable<RollupKey> = []): void {
    this.#atomic(() => {
      this.rollups.touch(touched)
      this.#db.prepare('UPDATE mark SET position = ?, at = ?, since = ?, transition_row = ?').run(mark.position, mark.at, mark.since, mark.transition)
      const keep = this.#db.prepare('INSERT INTO refused (device, compound, words, row) VALUES (?, ?, ?, ?)')
      for (const { device, compound, words, row } of refused) keep.run(device, compound, words, row)
    })
  }

  /** What was refused and is not in quarantine yet, oldest first. */
  refused(): RefusedRecord[] {
    return this.#db.prepare('SELECT id, device, compound, words, row FROM refused ORDER BY id').all() as unknown as RefusedRecord[]
  }

  forgetRefused(id: number): void {
    this.#db.prepare('DELETE FROM refused WHERE id = ?').run(id)
  }

  place(device: DeviceId): string | null {
    return this.#places.get(device) ?? null
  }

  /** Kept before the first point of it is sent: sent again after a kill, it has the same tags whatever became of the device. */
  keepPlaces(found: ReadonlyMap<DeviceId, string | null>): void {
    const places = [...found].filter((one): one is [DeviceId, string] => one[1] !== null)
    if (places.length === 0) return
    this.#atomic(() => {
      for (const [device, building] of places) this.#keepPlace.run(device, building)
    })
    for (const [device, building] of places) this.#places.set(device, building)
  }

  /** A device that was removed may come back elsewhere. */
  forgetPlace(device: string): void {
    if (this.#places.delete(device)) this.#forgetPlace.run(device)
  }

  close(): void {
    this.#db.close()
  }

  #atomic(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }
}
