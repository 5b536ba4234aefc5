import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { FlowNode } from '../protocol/http/flows.ts'
import { readJson, writeWhole } from './files.ts'
import type { Reason, Versions } from './versions.ts'

type Entry = string | { readonly fn: string }

/** The reason of the next save, where it is not a deployment from the editor. */
export interface Pending {
  reason: Pick<Reason, 'cause' | 'from'> | null
}

/** Where Node-RED keeps things: one folder, each file whole, and a version of each deployment. Its form is Node-RED's storage API. */
export function createStorage(directory: string, versions: Pick<Versions, 'keep'>, pending: Pending) {
  const file = (name: string): string => join(directory, `${name}.json`)
  const read = (name: string): (() => Promise<object>) => () => readJson<object>(file(name), {})
  const write = (name: string): ((content: object) => Promise<void>) => (content) => writeWhole(file(name), JSON.stringify(content))
  /** An address in the library that leads out of it is refused. */
  const inLibrary = (type: string, path: string): string => {
    const root = join(directory, 'library')
    const target = resolve(root, type, `.${sep}${path}`)
    if (target !== root && !target.startsWith(root + sep)) throw Object.assign(new Error('forbidden'), { code: 'forbidden' })
    return target
  }
  return {
    async init() {
      await mkdir(directory, { recursive: true })
    },
    getFlows: () => readJson<FlowNode[]>(file('flows'), []),
    async saveFlows(flows: FlowNode[], user?: { readonly username?: string }) {
      const reason = { cause: 'deploy', from: null, ...pending.reason, user: user?.username ?? null } as const
      pending.reason = null
      await writeWhole(file('flows'), JSON.stringify(flows))
      await versions.keep(flows, reason)
    },
    getCredentials: read('credentials'),
    saveCredentials: write('credentials'),
    getSettings: read('settings'),
    saveSettings: write('settings'),
    getSessions: read('sessions'),
    saveSessions: write('sessions'),
    /** A folder's entries, or an entry's text. */
    async getLibraryEntry(type: string, path: string): Promise<string | Entry[]> {
      const target = inLibrary(type, path)
      const found = await stat(target).catch(() => null)
      if (found?.isFile()) return await readFile(target, 'utf8')
      if (!found && path !== '' && path !== '/') throw Object.assign(new Error('not found'), { code: 'not_found' })
      const entries = found ? await readdir(target, { withFileTypes: true }) : []
      return entries.map((entry) => (entry.isDirectory() ? entry.name : { fn: entry.name }))
    },
    async saveLibraryEntry(type: string, path: string, _meta: unknown, body: string) {
      const target = inLibrary(type, path)
      await mkdir(dirname(target), { recursive: true })
      await writeWhole(target, body)
    }
  }
}
