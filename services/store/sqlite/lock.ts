import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { GatehouseError, asError } from '../../kernel/errors.ts'
import { makeFolder } from './day.ts'

/**
 * Takes DATA_DIR for this process, until the returned function is called or the process ends in whatever way: the
 * operating system drops SQLite's file lock with it. Throws `data-dir-in-use` when another one has it.
 */
export function lockDataDir(dataDir: string): () => void {
  const db = new DatabaseSync(join(makeFolder(dataDir), 'lock.sqlite'))
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (thrown) {
    db.close()
    const cause = asError(thrown)
    if ('errcode' in cause && cause.errcode === 5) {
      throw new GatehouseError('data-dir-in-use', `DATA_DIR ${dataDir} is in use by another Gatehouse process`, { cause })
    }
    throw cause
  }
  return () => db.close()
}
