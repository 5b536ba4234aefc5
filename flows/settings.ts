import { join } from 'node:path'
import { inspect } from 'node:util'
import type { FromNodeRed, Order } from './messages.ts'
import { PASS_HEADER, readPass } from './pass.ts'
import type { LogEntry } from './red.ts'

/** Where the editor is, on the platform as behind it. */
export const EDITOR_ROOT = '/flows'

/**
 * What of Node-RED's own nodes is left out: pages and sockets made by flows would share the administrator's origin, and other programs
 * cannot be started anyway.
 */
const LEFT_OUT = ['21-httpin.js', '90-exec.js']

/** Levels of Node-RED's log. */
const WARN = 30
const INFO = 40

/** Everything that is set in Node-RED. `told` takes its log. */
export function createSettings(order: Order, storage: object, told: (message: Extract<FromNodeRed, { type: 'log' }>) => void): Record<string, unknown> {
  return {
    httpAdminRoot: EDITOR_ROOT,
    httpNodeRoot: false,
    userDir: order.directory,
    nodesDir: join(import.meta.dirname, 'nodes'),
    nodesExcludes: LEFT_OUT,
    storageModule: storage,
    credentialSecret: order.credentialKey,
    safeMode: order.safe,
    // Who sits in front of it is what the platform says; nobody else gets this far.
    adminAuth: {
      tokenHeader: PASS_HEADER,
      tokens: (header: string) => Promise.resolve(readPass(order.secret, header))
    },
    // Nothing is fetched from anywhere, and nobody is told.
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false, allowUpdate: false }, modules: { allowInstall: false } },
    functionExternalModules: false,
    runtimeState: { enabled: true, ui: true },
    tlsConfigDisableLocalFiles: true,
    // What is ours stands first.
    paletteCategories: ['门房 Gatehouse', 'subflows', 'common', 'function', 'network', 'sequence', 'parser', 'storage'],
    editorTheme: {
      page: { title: 'Gatehouse 门房 · 流程 Flows' },
      header: { title: 'Gatehouse 门房', url: '/admin/flows' },
      userMenu: false,
      tours: false,
      projects: { enabled: false },
      palette: { catalogues: [] },
      multiplayer: { enabled: false }
    },
    // Our own nodes find the platform here; the environment of flows does not have it.
    gatehouse: order.platform,
    logging: {
      platform: {
        level: 'info', metrics: false, audit: false,
        handler: () => ({ level, msg, type, name, id }: LogEntry) => {
          const text = typeof msg === 'string' ? msg : inspect(msg, { depth: 3 })
          const from = type === undefined ? '' : `[${type}:${name ?? id ?? ''}] `
          told({ type: 'log', level: level < WARN ? 'error' : level < INFO ? 'warn' : 'info', text: from + text })
        }
      }
    }
  }
}
