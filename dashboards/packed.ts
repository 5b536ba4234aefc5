import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = new Set(['.js', '.css', '.html', '.svg', '.json'])
/** Below it the headers weigh more than what is saved, bytes. */
const WORTH = 1024

const asBrotli = promisify(brotliCompress)
const asGzip = promisify(gzip)

/** After a build: beside each text file the same as `.br` and `.gz`, packed once as well as it goes, so that serving it costs the platform nothing. */
export function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    async writeBundle({ dir: folder }) {
      if (folder === undefined) return
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      await Promise.all(entries.filter((entry) => entry.isFile() && TEXT.has(extname(entry.name))).map((entry) => pack(join(entry.parentPath, entry.name))))
    }
  }
}

async function pack(path: string): Promise<void> {
  const content = await readFile(path)
  if (content.length < WORTH) return
  const [br, gz] = await Promise.all([
    asBrotli(content, { params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
    asGzip(content, { level: constants.Z_BEST_COMPRESSION })
  ])
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
}
