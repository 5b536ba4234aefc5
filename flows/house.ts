import { createHmac, randomBytes } from 'node:crypto'
import type { FlowsState } from '../protocol/http/flows.ts'
import { GatehouseError } from '../services/kernel/errors.ts'
import { CONTROL_ROOT } from './control.ts'
import { PASS_HEADER, writePass } from './pass.ts'
import type { Editor } from './pass.ts'
import type { Supervisor } from './supervisor.ts'

/** How long a control call may take, ms: reading fifty versions from a slow disk is far below. */
const DEADLINE = 15_000

/** Both secrets that the platform and Node-RED share, made of one. */
export interface Secrets {
  /** Shown with each request to Node-RED. */
  readonly editor: string
  /** The token of the account `flows`. */
  readonly account: string
}

/** What the secret is called in a folder that both share: the platform makes it, Node-RED waits for it. */
export const SECRET_FILE = 'flows.secret'

/** From a secret that both sides were given, or else of this start alone. */
export function secretsFrom(shared: string = randomBytes(32).toString('base64url')): Secrets {
  const derive = (what: string): string => createHmac('sha256', shared).update(`gatehouse ${what}`).digest('base64url')
  return { editor: derive('editor'), account: derive('account') }
}

/** Node-RED as the platform sees it, be it a child of its own or somewhere else. */
export class FlowsHouse {
  readonly #secret: string
  readonly #where: () => string | null
  readonly #supervisor: Supervisor | null

  /** `where`: its address, e.g. `http://127.0.0.1:1880`; null while it is not there. */
  constructor(options: { readonly secret: string; readonly where: () => string | null; readonly supervisor: Supervisor | null }) {
    this.#secret = options.secret
    this.#where = options.where
    this.#supervisor = options.supervisor
  }

  /** Where requests of this editor go and with what; null while nobody answers there. */
  door(editor: Editor): { readonly target: string; readonly headers: Readonly<Record<string, string>> } | null {
    const target = this.#where()
    return target === null ? null : { target, headers: { [PASS_HEADER]: writePass(this.#secret, editor) } }
  }

  async state(): Promise<FlowsState> {
    if (this.#supervisor) return this.#supervisor.state
    try {
      return await this.ask({ username: 'system', permissions: 'read' }, 'GET', '/state') as FlowsState
    } catch {
      return { phase: 'unreachable', safe: false, since: null, memory: null, restarts: 0, last: null }
    }
  }

  async restart(editor: Editor): Promise<void> {
    if (this.#supervisor) this.#supervisor.restart()
    else await this.ask(editor, 'POST', '/restart')
  }

  /** A control call. Throws `flows-unavailable` when nobody answers, `not-found` where it says so. */
  async ask(editor: Editor, method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const door = this.door(editor)
    if (!door) throw new GatehouseError('flows-unavailable', 'Node-RED is not running at the moment')
    let response: Response
    try {
      response = await fetch(door.target + CONTROL_ROOT + path, {
        method,
        headers: { ...door.headers, ...body === undefined ? {} : { 'content-type': 'application/json' } },
        ...body === undefined ? {} : { body: JSON.stringify(body) },
        signal: AbortSignal.timeout(DEADLINE)
      })
    } catch (cause) {
      throw new GatehouseError('flows-unavailable', 'Node-RED does not answer', { cause })
    }
    if (response.status === 404) throw new GatehouseError('not-found', 'there is no such version or shipped flow')
    if (!response.ok) throw new GatehouseError('flows-unavailable', `Node-RED answered ${response.status}`)
    return response.status === 204 ? null : await response.json() as unknown
  }
}
