import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { GatehouseError, asError } from '../../kernel/errors.ts'

/**
 * Takes DATA_DIR for this process, until the returned function is called or the process ends in whatever way: the
 * operating system drops SQLite's file lock with it. Throws `data-dir-in-use` when another one has it, `data-dir-unusable`
 * when nothing can be written there.
 */
export function lockDataDir(dataDir: string): () => void {
  const db = openLock(dataDir)
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (thrown) {
    db.close()
    const cause = asError(thrown)
    if ('errcode' in cause && cause.errcode === 5) {
      throw new GatehouseError('data-dir-in-use', `DATA_DIR ${dataDir} is in use by another Gatehouse process`, { cause })
    }
    throw unusable(dataDir, cause)
  }
  return () => db.close()
}

function openLock(dataDir: string): DatabaseSync {
  try {
    makeFolders(dataDir)
    return new DatabaseSync(join(dataDir, 'lock.sqlite'))
  } catch (thrown) {
    throw unusable(dataDir, asError(thrown))
  }
}

/** Step by step: Node's own recursive form tries for ever where a folder's parent is there and takes no folders (a path under /proc). */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return
  makeFolders(dirname(folder))
  mkdirSync(folder)
}

function unusable(dataDir: string, cause: Error): GatehouseError {
  return new GatehouseError('data-dir-unusable', `cannot write in DATA_DIR ${dataDir}: ${cause.message}`, { cause })
}
