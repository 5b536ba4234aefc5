import { sql } from 'kysely'
import type { Compilable, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** Everything that the brain writes, and the indices of the questions that the API asks. */
export function firstTables({ schema }: Kysely<Tables>): Compilable[] {
  return [
    schema.createTable('mark')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('position', 'integer', (column) => column.notNull()),
    schema.createTable('piece')
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('value', 'text')
      .addPrimaryKeyConstraint('piece_key', ['key', 'position']),
    schema.createIndex('piece_position').on('piece').column('position'),
    schema.createTable('compound')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('district', 'text', (column) => column.notNull())
      .addColumn('homes', 'integer', (column) => column.notNull())
      .addColumn('buildings', 'text', (column) => column.notNull())
      .addColumn('location', 'text'),
    schema.createTable('device')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('compound', 'text', (column) => column.notNull())
      .addColumn('gateway', 'text')
      .addColumn('building', 'text', (column) => column.notNull())
      .addColumn('home', 'text')
      .addColumn('location', 'text', (column) => column.notNull())
      .addColumn('model', 'text')
      .addColumn('token_hash', 'text', (column) => column.notNull())
      .addColumn('enrolled_at', 'integer', (column) => column.notNull()),
    schema.createIndex('device_compound').on('device').columns(['compound', 'id']),
    schema.createTable('presence')
      .addColumn('device', 'text', (column) => column.primaryKey().notNull())
      .addColumn('online', 'integer', (column) => column.notNull())
      .addColumn('last_seen_at', 'integer'),
    schema.createTable('alarm')
      .addColumn('n', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('rule', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('severity', 'text', (column) => column.notNull())
      .addColumn('compound', 'text', (column) => column.notNull())
      .addColumn('building', 'text')
      .addColumn('device', 'text')
      .addColumn('location', 'text')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('acknowledged', 'integer', (column) => column.notNull())
      .addColumn('latched', 'integer', (column) => column.notNull())
      .addColumn('shelved_until', 'integer')
      .addColumn('suppressed_by', 'text')
      .addColumn('raised_at', 'integer', (column) => column.notNull())
      .addColumn('received_at', 'integer', (column) => column.notNull())
      .addColumn('cleared_at', 'integer')
      .addColumn('closed_at', 'integer')
      .addColumn('cause', 'text')
      .addColumn('occurrences', 'integer', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('incident', 'text'),
    // Open ones are few, and asked for most.
    schema.createIndex('alarm_open').on('alarm').column('n').where(sql.ref('state'), '<>', sql.lit('closed')),
    schema.createIndex('alarm_compound').on('alarm').columns(['compound', 'n']),
    schema.createIndex('alarm_device').on('alarm').columns(['device', 'n']),
    schema.createIndex('alarm_rule').on('alarm').columns(['rule', 'n']),
    schema.createTable('transition')
      .addColumn('alarm', 'integer', (column) => column.notNull())
      .addColumn('n', 'integer', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('who', 'text', (column) => column.notNull())
      .addColumn('note', 'text')
      .addColumn('occurrences', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('transition_key', ['alarm', 'n']),
    schema.createTable('quarantine')
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('n', 'integer', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('compound', 'text')
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('code', 'text', (column) => column.notNull())
      .addColumn('path', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addColumn('refused', 'integer', (column) => column.notNull())
      .addColumn('size', 'integer', (column) => column.notNull())
      .addColumn('body', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('quarantine_key', ['position', 'n']),
    schema.createIndex('quarantine_device').on('quarantine').columns(['device', 'position', 'n']),
    schema.createIndex('quarantine_compound').on('quarantine').columns(['compound', 'position', 'n']),
    schema.createTable('user')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('compounds', 'text', (column) => column.notNull())
      .addColumn('password_hash', 'text', (column) => column.notNull()),
    schema.createTable('session')
      .addColumn('hash', 'text', (column) => column.primaryKey().notNull())
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer', (column) => column.notNull()),
    schema.createTable('token')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('compounds', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'integer'),
    schema.createTable('audit')
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('n', 'integer', (column) => column.notNull())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('object', 'text')
      .addColumn('refused', 'text')
      .addColumn('detail', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('audit_key', ['position', 'n'])
  ]
}
