import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiClient } from '../../support/api-client.ts'
import { eventually } from '../../support/eventually.ts'
import { Platform } from '../../support/platform.ts'

const SHIPPED = join(import.meta.dirname, '../../../flows/flows.json')

export interface ShippedNode {
  readonly id: string
  readonly type: string
  readonly z?: string
  readonly name?: string
  readonly label?: string
  readonly info?: string
  readonly wires?: readonly (readonly string[])[]
  readonly env?: readonly { readonly name: string; readonly value: string; readonly type: string }[]
}

export const shipped = (): ShippedNode[] => JSON.parse(readFileSync(SHIPPED, 'utf8')) as ShippedNode[]

/** The whole platform with Node-RED and the shipped flows in it, whose tabs are set as a user would: `{ 'gh-city': { WEBHOOK_URL: … } }`. */
export async function startWithFlows(settings: Readonly<Record<string, Readonly<Record<string, string>>>>, environment: Readonly<Record<string, string>> = {}): Promise<{ platform: Platform; api: ApiClient }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-flows-'))
  mkdirSync(join(dataDir, 'flows'))
  const flows = shipped().map((node) => {
    const mine = settings[node.id]
    return mine && node.env ? Object.assign(node, { env: node.env.map(({ name, value, type }) => ({ name, type, value: mine[name] ?? value })) }) : node
  })
  writeFileSync(join(dataDir, 'flows', 'flows.json'), JSON.stringify(flows))
  const platform = await new Platform({ FLOWS: 'on', FLOWS_PORT: '0', ...environment }, dataDir).start()
  try {
    const api = await ApiClient.admin(platform)
    await untilRunning(api)
    return { platform, api }
  } catch (thrown) {
    await platform.stop()
    throw new Error(`the flows do not run:\n${platform.log.join('\n')}`, { cause: thrown })
  }
}

/** Presses the button of an inject node, as somebody at the editor does; while a deployment is under way there is none. */
export const press = (api: ApiClient, node: string): Promise<unknown> =>
  eventually(`the button of ${node}`, async () => (await api.call('POST', `/flows/inject/${node}`)).status === 200)

/** Deploys as the editor does where it is set to `modified flows`: tabs that are as before go on as they are. */
export async function deployChanged(api: ApiClient, flows: readonly object[]): Promise<void> {
  const answer = await api.call('POST', '/flows/flows', flows, 'application/json', { 'node-red-deployment-type': 'flows' })
  if (answer.status >= 300) throw new Error(`the deployment answered ${answer.status}`)
}

export const untilRunning = (api: ApiClient, restarts = 0): Promise<unknown> =>
  eventually('Node-RED runs', async () => {
    const state = await api.get<{ phase: string; restarts: number }>('/api/v1/flows')
    return state.phase === 'running' && state.restarts >= restarts && state
  }, 60_000)
