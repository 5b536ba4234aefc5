/** How much the embedded store has of a day, value by value: what a copy of it is held against. */
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Kind, Millis } from '../../../protocol/names.ts'
import { dayOf, dayPath } from './day.ts'
import { fieldColumns, readingTable } from './history-file.ts'
import { historyFolder } from './history-projection.ts'
import { openError } from './open-error.ts'
import { operationsPath } from './operations.ts'

/** Of readings how many values a field has; of events how many there are of a type; `alarm` counts transitions. */
export type Counts = Readonly<Record<string, number>>

/** Counts within one UTC day, by ts in [from, to). */
export function countReadings(dataDir: string, kind: Kind, from: Millis, to: Millis): Counts {
  return onDay(dataDir, from, (db) => {
    const fields = [...fieldColumns(db, kind)]
    if (fields.length === 0) return {}
    const columns = fields.map((field) => `count("${field}") AS "${field}"`).join(', ')
    return withoutZeros(db.prepare(`SELECT ${columns} FROM ${readingTable(kind)} WHERE ts_ >= ? AND ts_ < ?`).get(from, to) ?? {})
  })
}

export function countEvents(dataDir: string, from: Millis, to: Millis): Counts {
  return onDay(dataDir, from, (db) => {
    const rows = db.prepare('SELECT type, count(*) AS n FROM event WHERE ts_ >= ? AND ts_ < ? GROUP BY type ORDER BY type').all(from, to)
    return Object.fromEntries(rows.map((row) => [String(row['type']), Number(row['n'])]))
  })
}

export function countTransitions(dataDir: string, from: Millis, to: Millis): Counts {
  return onFile(operationsPath(dataDir), (db) => withoutZeros({
    transitions: db.prepare('SELECT count(*) AS n FROM transition WHERE at >= ? AND at < ?').get(from, to)?.['n']
  }))
}

function onDay(dataDir: string, from: Millis, count: (db: DatabaseSync) => Counts): Counts {
  return onFile(dayPath(historyFolder(dataDir), dayOf(from)), count)
}

/** Nothing is counted where there is no file, or one that was not made whole. */
function onFile(path: string, count: (db: DatabaseSync) => Counts): Counts {
  if (!existsSync(path)) return {}
  const db = new DatabaseSync(path, { readOnly: true })
  try {
    db.exec('PRAGMA busy_timeout = 5000')
    return db.prepare('PRAGMA user_version').get()?.['user_version'] === 0 ? {} : count(db)
  } catch (thrown) {
    throw openError(path, thrown)
  } finally {
    db.close()
  }
}

function withoutZeros(row: Readonly<Record<string, unknown>>): Counts {
  return Object.fromEntries(Object.entries(row).map(([name, n]) => [name, Number(n)] as const).filter(([, n]) => n > 0))
}
