import { sql } from 'kysely'
import type { Compilable, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** So that what is past its time is found without reading what is not. Quarantine and audit lie in the order of their times anyway. */
export function whatIsOld({ schema }: Kysely<Tables>): Compilable[] {
  return [
    schema.createIndex('alarm_closed').on('alarm').column('closed_at').where(sql.ref('state'), '=', sql.lit('closed')),
    schema.createIndex('command_queued').on('command').column('queued_at')
  ]
}
