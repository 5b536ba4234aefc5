import { sql } from 'kysely'
import type { Compilable, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** When devices were there and when not. Found by device; what is past its time, by the index. */
export function connections({ schema }: Kysely<Tables>): Compilable[] {
  return [
    schema.createTable('connection')
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('online', 'integer', (column) => column.notNull())
      .addColumn('why', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('connection_key', ['device', 'at'])
      .modifyEnd(sql`WITHOUT ROWID`),
    schema.createIndex('connection_at').on('connection').column('at')
  ]
}
