/** What the platform asks Node-RED's process beside the editor: versions, export and import, the shipped flows. */
import type { FlowNode, FlowsCause, FlowsState } from '../protocol/http/flows.ts'
import type { Editor } from './pass.ts'
import { compare, hashOf, reset, unitsOf } from './shipped.ts'
import type { Base } from './shipped.ts'
import type { Versions } from './versions.ts'

/** Addresses that begin so never come from a browser: the platform's proxy hands on the editor's alone. */
export const CONTROL_ROOT = '/control'

export interface Controlled {
  /** For a platform that does not supervise this process itself. */
  readonly state: () => FlowsState
  readonly versions: Versions
  readonly shipped: readonly FlowNode[]
  readonly base: () => Base
  /** The shipped form from which a tab starts from now on. */
  readonly rebase: (id: string, hash: string) => Promise<void>
  readonly flows: () => Promise<readonly FlowNode[]>
  readonly deploy: (flows: readonly FlowNode[], editor: Editor, reason: { readonly cause: FlowsCause; readonly from: string | null }) => Promise<void>
  readonly restart: () => void
}

export interface Answer {
  readonly status: 200 | 204 | 403 | 404
  readonly body?: unknown
}

const NOT_FOUND: Answer = { status: 404 }
const DONE: Answer = { status: 204 }

/** Answers one control call. `address` is without its root, e.g. `/versions/3/restore`. */
export async function control(house: Controlled, editor: Editor, method: string, address: string, body: () => Promise<unknown>): Promise<Answer> {
  const [, what = '', which = '', deed = ''] = address.split('/').map(decodeURIComponent)
  if (method === 'POST' && editor.permissions !== '*') return { status: 403 }
  switch (`${method} ${[what, which && '…', deed].filter(Boolean).join('/')}`) {
    case 'GET state':
      return { status: 200, body: house.state() }
    case 'GET versions':
      return { status: 200, body: house.versions.list() }
    case 'GET versions/…': {
      const detail = await house.versions.detail(Number(which), await house.flows())
      return detail ? { status: 200, body: detail } : NOT_FOUND
    }
    case 'POST versions/…/restore': {
      const flows = await house.versions.flows(Number(which))
      if (!flows) return NOT_FOUND
      await house.deploy(flows, editor, { cause: 'restore', from: which })
      return DONE
    }
    case 'GET flows':
      return { status: 200, body: { flows: await house.flows() } }
    case 'POST flows':
      await house.deploy((await body() as { flows: FlowNode[] }).flows, editor, { cause: 'import', from: null })
      return DONE
    case 'GET shipped':
      return { status: 200, body: compare(await house.flows(), house.shipped, house.base()) }
    case 'POST shipped/…/reset': {
      const flows = reset(await house.flows(), house.shipped, which)
      if (!flows) return NOT_FOUND
      await house.deploy(flows, editor, { cause: 'reset', from: which })
      await house.rebase(which, hashOf(unitsOf(house.shipped).get(which) ?? []))
      return DONE
    }
    case 'POST restart':
      house.restart()
      return DONE
    default:
      return NOT_FOUND
  }
}
