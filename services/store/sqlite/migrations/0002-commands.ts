import type { Compilable, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** What devices were told to do. */
export function commands({ schema }: Kysely<Tables>): Compilable[] {
  return [
    schema.createTable('command')
      .addColumn('n', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('compound', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('args', 'text', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('message', 'text')
      .addColumn('holding', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer')
      .addColumn('queued_at', 'integer', (column) => column.notNull())
      .addColumn('sent_at', 'integer')
      .addColumn('accepted_at', 'integer')
      .addColumn('done_at', 'integer')
      .addColumn('failed_at', 'integer')
      .addColumn('expired_at', 'integer'),
    schema.createIndex('command_device').on('command').columns(['device', 'n'])
  ]
}
