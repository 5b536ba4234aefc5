import { access, chmod, constants, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { textOf, UserFault } from './faults.ts'

/** Where a simulator keeps what belongs to one platform: device tokens, and the way to the simulator that runs now. */
export interface Places {
  readonly tokens: string
  readonly control: string
}

/** @param file `--tokens`; null: a folder of this user among the machine's temporary files */
export function placesFor(url: URL, file: string | null): Places {
  const host = url.hostname === 'localhost' ? '127.0.0.1' : url.hostname.replaceAll(/[^\w.-]/g, '_')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const tokens = file ? resolve(file) : join(tmpdir(), `.gatehouse-sim-${userInfo().username}`, `${host}-${port}.json`)
  return { tokens, control: `${tokens.replace(/\.json$/, '')}.control.json` }
}

/** Makes the folder of a file, readable by this user alone. @throws UserFault where nothing can be written, or somebody else could read it */
export async function preparePlace(file: string): Promise<void> {
  const folder = dirname(file)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
  } catch (thrown) {
    throw new UserFault(`device tokens cannot be kept in ${folder} (${textOf(thrown)}); name another place with --tokens FILE`, { cause: thrown })
  }
  const about = await lstat(folder)
  const mine = process.getuid === undefined || about.uid === process.getuid()
  if (folder.includes('.gatehouse-sim-') && (!about.isDirectory() || !mine)) {
    throw new UserFault(`${folder} belongs to somebody else; name another place for device tokens with --tokens FILE`)
  }
}

/** Device tokens by device id; none when there is no file. */
export async function readTokens(file: string): Promise<Map<string, string>> {
  const text = await readPrivate(file)
  if (text === null) return new Map()
  try {
    const { tokens } = JSON.parse(text) as { tokens: Record<string, string> }
    return new Map(Object.entries(tokens))
  } catch (cause) {
    throw new UserFault(`${file} is no token file of the simulator; remove it, or name another with --tokens FILE`, { cause })
  }
}

export async function writeTokens(file: string, tokens: ReadonlyMap<string, string>): Promise<void> {
  await writePrivate(file, JSON.stringify({ tokens: Object.fromEntries(tokens) }))
}

/** A file that only this user can read, whole or not at all. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await preparePlace(file)
  const beside = `${file}.${process.pid}.new`
  await rm(beside, { force: true })
  await writeFile(beside, text, { mode: 0o600, flag: 'wx' })
  await chmod(beside, 0o600)
  await rename(beside, file)
}

/** Its text; null when there is none. */
export async function readPrivate(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new UserFault(`${file} cannot be read (${textOf(thrown)}); name another with --tokens FILE`, { cause: thrown })
  }
}
