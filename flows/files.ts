import { open, readFile, rename } from 'node:fs/promises'

/** Writes a file so that a power cut leaves the old one or the new one; readable by its owner alone, for flows may hold what nobody else should read. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/** What is in a JSON file; `otherwise` where there is none. Throws when it is there and cannot be read. */
export async function readJson<Content>(path: string, otherwise: Content): Promise<Content> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Content
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return otherwise
    throw thrown
  }
}
