/** The thread that writes pictures: a file each, whole or not at all. */
import { constants } from 'node:fs'
import { open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asError } from '../../kernel/errors.ts'
import { serveThread } from '../../kernel/thread.ts'
import { makeFolder } from './day.ts'
import type { PictureLink } from './picture-link.ts'

const DAY_FOLDER = /^\d{4}-\d{2}-\d{2}$/

await serveThread<PictureLink>(({ dataDir }) => {
  const folder = makeFolder(join(dataDir, 'pictures'))
  let temporary = 0

  const days = async (): Promise<string[]> => (await readdir(folder)).filter((name) => DAY_FOLDER.test(name)).sort()
  const syncFolder = async (path: string): Promise<void> => {
    // Windows has no folder to sync; its file system keeps the order of names itself.
    if (process.platform === 'win32') return
    const handle = await open(path, constants.O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  return {
    calls: {
      save: async ({ day, name, jpeg }) => {
        const dayFolder = join(folder, day)
        const isNew = !(await days()).includes(day)
        makeFolder(dayFolder)
        temporary += 1
        const half = join(dayFolder, `.${process.pid}-${temporary}.half`)
        try {
          const handle = await open(half, 'w')
          try {
            await handle.writeFile(jpeg)
            await handle.sync()
          } finally {
            await handle.close()
          }
          await rename(half, join(dayFolder, name))
        } catch (error) {
          await rm(half, { force: true })
          throw error
        }
        await syncFolder(dayFolder)
        if (isNew) await syncFolder(folder)
        return null
      },
      // The newest one of that name: a camera may use a ref again on another day.
      load: async (name) => {
        for (const day of (await days()).toReversed()) {
          try {
            return await readFile(join(folder, day, name))
          } catch (thrown) {
            const error = asError(thrown)
            if (!('code' in error) || error.code !== 'ENOENT') throw error
          }
        }
        return null
      },
      drop: async (before) => {
        const dropped = (await days()).filter((day) => day < before)
        for (const day of dropped) await rm(join(folder, day), { recursive: true, force: true })
        return dropped
      }
    },
    told: () => undefined,
    stop: () => undefined
  }
})
