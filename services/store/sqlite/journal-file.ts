/** One day of the journal: an SQLite file whose positions follow on those of the day before. */
import { DatabaseSync } from 'node:sqlite'
import { GatehouseError } from '../../kernel/errors.ts'

export const JOURNAL_VERSION = 1

/** Where a file begins: the last position and time before its first entry. */
export interface Origin {
  readonly position: number
  readonly at: number
}

/** Makes a day's file where there is none, or completes one whose making was cut off. `pageLimit`: how large it may become, in pages of 4 KiB. */
export function openForAppend(path: string, origin: Origin, pageLimit: number | undefined): DatabaseSync {
  const db = new DatabaseSync(path)
  try {
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000')
    if (pageLimit !== undefined) db.exec(`PRAGMA max_page_count = ${pageLimit}`)
    if (versionOf(db, path) === 0) {
      db.exec(`BEGIN IMMEDIATE;
        CREATE TABLE entry (
          position INTEGER PRIMARY KEY, at INTEGER NOT NULL, type INTEGER NOT NULL, subject TEXT NOT NULL, via TEXT, size INTEGER, body BLOB
        );
        CREATE TABLE origin (position INTEGER NOT NULL, at INTEGER NOT NULL);
        INSERT INTO origin VALUES (${origin.position}, ${origin.at});
        PRAGMA user_version = ${JOURNAL_VERSION};
        COMMIT`)
    }
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Null when the file holds nothing yet: it is just being made, or its making was cut off. */
export function openForReading(path: string): DatabaseSync | null {
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 5000')
    if (versionOf(db, path) !== 0) return db
  } catch (error) {
    db.close()
    throw error
  }
  db.close()
  return null
}

/** Where the file begins and where it ends; the same when it has no entries. */
export function boundsOf(db: DatabaseSync): { origin: Origin; last: Origin } {
  const origin = db.prepare('SELECT position, at FROM origin').get() as unknown as Origin
  const last = db.prepare('SELECT position, at FROM entry ORDER BY position DESC LIMIT 1').get() as unknown as Origin | undefined
  return { origin, last: last ?? origin }
}

function versionOf(db: DatabaseSync, path: string): number {
  const version = db.prepare('PRAGMA user_version').get()?.['user_version'] as number
  if (version > JOURNAL_VERSION) {
    throw new GatehouseError('newer-data', `${path} was written by a newer Gatehouse (journal version ${version}, this one knows ${JOURNAL_VERSION})`)
  }
  return version
}
