/** The steps from an empty file to the newest tables, forward only: a step that was released is never changed, a new one is added behind it. */
import type { DatabaseSync } from 'node:sqlite'
import type { Compilable, Kysely } from 'kysely'
import { GatehouseError } from '../../../kernel/errors.ts'
import { Statements, query } from '../kysely-dialect.ts'
import type { Tables } from '../tables.ts'
import { firstTables } from './0001-first-tables.ts'
import { commands } from './0002-commands.ts'
import { grantsOfFlows } from './0003-grants-of-flows.ts'
import { whatIsOld } from './0004-what-is-old.ts'
import { connections } from './0005-connections.ts'

type Migration = (query: Kysely<Tables>) => Compilable[]

export const MIGRATIONS: readonly Migration[] = [firstTables, commands, grantsOfFlows, whatIsOld, connections]

/** Brings the file up to date, each step in a transaction. Throws `newer-data` for a file that a newer Gatehouse wrote, and leaves it as it is. */
export function migrate(db: DatabaseSync, path: string): void {
  const statements = new Statements(db)
  const version = db.prepare('PRAGMA user_version').get()?.['user_version'] as number
  if (version > MIGRATIONS.length) {
    throw new GatehouseError('newer-data', `${path} was written by a newer Gatehouse (version ${version} of its tables, this one knows ${MIGRATIONS.length})`)
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue
    statements.transaction(() => {
      for (const step of migration(query)) statements.run(step)
      db.exec(`PRAGMA user_version = ${index + 1}`)
    })
  }
}
