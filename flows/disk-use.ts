import { lstat, opendir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** As many entries are looked at, one after the other; a folder with more of them is no folder of flows. */
const MOST_ENTRIES = 20_000
/** What a file takes at least, bytes: its name and its place in the file system are not free. */
const LEAST = 4096

/**
 * Bytes of all files below a folder, as far as `enough`; links are not followed, what is gone meanwhile takes nothing. Infinity when there are too many files to
 * look at them all.
 */
export async function diskUse(directory: string, enough: number): Promise<number> {
  let bytes = 0
  let entries = 0
  const folders = [directory]
  for (let folder = folders.pop(); folder !== undefined && bytes <= enough; folder = folders.pop()) {
    const opened = await opendir(folder).catch(() => null)
    if (!opened) continue
    for await (const entry of opened) {
      entries += 1
      if (entries > MOST_ENTRIES) return Infinity
      const path = join(folder, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else bytes += Math.max(LEAST, await lstat(path).then(({ size }) => size, () => 0))
      if (bytes > enough) break
    }
  }
  return bytes
}

/** What Node-RED and its storage keep in its folder; everything else was written there by flows. */
const KEPT = new Set([
  'flows.json', 'credentials.json', 'settings.json', 'sessions.json', 'shipped.json', 'package.json', 'versions', 'library', 'plans'
])

/** Removes what flows wrote into their folder; answers the names of what was removed. */
export async function clearOfFlows(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => !KEPT.has(name))
  for (const name of names) await rm(join(directory, name), { recursive: true, force: true })
  return names
}
