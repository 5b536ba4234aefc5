import type { Compilable, Kysely } from 'kysely'
import type { Tables } from '../tables.ts'

/** Which rights of life safety the account of the flows was given. */
export function grantsOfFlows({ schema }: Kysely<Tables>): Compilable[] {
  return [schema.alterTable('token').addColumn('grants', 'text')]
}
