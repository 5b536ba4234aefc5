/** Node-RED's own bench for nodes: our nodes in this process, a real platform behind them. */
import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { eventually } from '../../support/eventually.ts'

const require = createRequire(import.meta.url)
const NODES = join(import.meta.dirname, '../../../flows/nodes')

export type Message = Record<string, unknown>
interface BenchNode extends EventEmitter {
  receive(message: Message): void
}
interface Helper {
  init(runtime: string): void
  /** Node-RED's own settings, from the next flow on. */
  settings(settings: object): object
  startServer(): Promise<void>
  stopServer(): Promise<void>
  load(nodes: readonly unknown[], flow: readonly object[], credentials: object): Promise<void>
  unload(): Promise<void>
  getNode(id: string): BenchNode
  log(): { readonly args: readonly [{ readonly level: number; readonly id?: string; readonly msg: unknown }][] }
  request(): { get(path: string): Promise<{ status: number; body: Message }> }
}
export const helper = require('node-red-node-test-helper') as Helper

export const NODE_NAMES = Object.keys((require(join(NODES, 'package.json')) as { 'node-red': { nodes: object } })['node-red'].nodes)

/** Puts a flow on the bench, all our nodes known; `catch` nodes are Node-RED's own. */
export async function lay(flow: readonly object[], credentials: object = {}): Promise<void> {
  await helper.load(NODE_NAMES.map((name) => require(join(NODES, `${name}.cjs`)) as unknown), flow, credentials)
}

/** What comes to a node of the type `helper`, from now on. */
export function heard(id: string): Message[] {
  const messages: Message[] = []
  helper.getNode(id).on('input', (message: Message) => messages.push(message))
  return messages
}

/** The texts of a node's states, from now on; Node-RED's bench tells them behind the call. */
export function states(id: string): string[] {
  const texts: string[] = []
  helper.getNode(id).on('call:status', (call: { args: [{ text?: string }] }) => texts.push(call.args[0].text ?? ''))
  return texts
}

/** What a node wrote to the log as an error since the flow was laid. */
export function errorsOf(id: string): string[] {
  return helper.log().args.map(([entry]) => entry).filter((entry) => entry.level === 20 && entry.id === id).map(({ msg }) => String(msg))
}

export const first = (what: string, messages: readonly Message[]): Promise<Message> => eventually(what, () => messages[0])
