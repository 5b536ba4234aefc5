import { sql } from 'kysely'
import type { OldRecords } from '../ports.ts'
import { query } from './kysely-dialect.ts'
import type { Statements } from './kysely-dialect.ts'

interface OldRows {
  /** The oldest that are past their time, at most `limit`. */
  readonly find: (limit: number) => readonly Key[]
  readonly remove: (key: Key) => void
}
/** Of a row: its number, its position and number, or its device and time. */
type Key = readonly (number | string)[]

/** What a device has done, or never will. */
const OVER = ['done', 'failed', 'expired']

/** What is past its time, table by table. Each is found in the order of an index, so that a look which finds nothing reads a few rows. */
export function oldRows(statements: Statements, before: OldRecords): readonly OldRows[] {
  return [byPosition(statements, 'quarantine', before.quarantine), alarms(statements, before.alarms), byPosition(statements, 'audit', before.audit), commands(statements, before.commands), connections(statements, before.connections)]
}

/** Times do not fall from one position to the next, so the old ones are the first ones. */
function byPosition(statements: Statements, table: 'quarantine' | 'audit', before: number): OldRows {
  return {
    find: (limit) => statements.all(query.selectFrom(table).select(['position', 'n', 'at']).orderBy('position').orderBy('n').limit(limit))
      .filter(({ at }) => at < before).map(({ position, n }) => [position, n]),
    remove: ([position, n]) => statements.run(query.deleteFrom(table).where('position', '=', Number(position)).where('n', '=', Number(n)))
  }
}

function alarms(statements: Statements, before: number): OldRows {
  return {
    find: (limit) => statements.all(
      // As a literal: only then does SQLite know that the index of closed alarms is meant.
      query.selectFrom('alarm').select('n').where('state', '=', sql.lit('closed')).where('closed_at', '<', before).orderBy('closed_at').limit(limit)
    ).map(({ n }) => [n]),
    remove: ([n]) => {
      statements.run(query.deleteFrom('transition').where('alarm', '=', Number(n)))
      statements.run(query.deleteFrom('alarm').where('n', '=', Number(n)))
    }
  }
}

function commands(statements: Statements, before: number): OldRows {
  return {
    find: (limit) => statements.all(
      query.selectFrom('command').select('n').where('queued_at', '<', before).where('state', 'in', OVER).where('holding', '=', 0).orderBy('queued_at').limit(limit)
    ).map(({ n }) => [n]),
    remove: ([n]) => statements.run(query.deleteFrom('command').where('n', '=', Number(n)))
  }
}

function connections(statements: Statements, before: number): OldRows {
  return {
    find: (limit) => statements.all(query.selectFrom('connection').select(['device', 'at']).where('at', '<', before).orderBy('at').limit(limit)).map(({ device, at }) => [device, at]),
    remove: ([device, at]) => statements.run(query.deleteFrom('connection').where('device', '=', String(device)).where('at', '=', Number(at)))
  }
}
