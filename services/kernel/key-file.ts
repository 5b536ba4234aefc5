import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { asError, GatehouseError } from './errors.ts'

/** Characters of a key at least: a shorter one was cut off or written by hand. */
const SHORTEST = 32

/**
 * The key in this file; made (256 random bits, base64url) and put on the disk, for the owner's eyes alone, where there is none yet.
 * Throws `key-file-unusable` where it cannot be read, holds no key, or cannot be written.
 */
export function keyIn(path: string): { readonly key: string; readonly made: boolean } {
  try {
    const kept = read(path)
    if (kept !== null) return { key: kept, made: false }
    const key = randomBytes(32).toString('base64url')
    write(path, `${key}\n`)
    return { key, made: true }
  } catch (thrown) {
    if (thrown instanceof GatehouseError) throw thrown
    throw new GatehouseError('key-file-unusable', `${path}: ${asError(thrown).message}`, { cause: thrown })
  }
}

function read(path: string): string | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
  if (text.length < SHORTEST) throw new GatehouseError('key-file-unusable', `${path} holds no key of at least ${SHORTEST} characters; put back the one from the backup, or remove the file to begin with another`)
  return text
}

/** Whole or not at all: a power cut must not leave half a key. */
function write(path: string, text: string): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
