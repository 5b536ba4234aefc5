import { GatehouseError } from '../../services/kernel/errors.ts'
import type { FlowEditor, FlowsPort } from '../../services/api/editor.ts'
import { control } from '../../flows/control.ts'
import { hashOf, unitsOf } from '../../flows/shipped.ts'
import { Versions } from '../../flows/versions.ts'
import type { FlowNode, FlowsState } from '../../protocol/http/flows.ts'

export const SHIPPED: readonly FlowNode[] = [
  { id: 'tab-1', type: 'tab', label: '夜间门锁报告' },
  { id: 'node-1', type: 'inject', z: 'tab-1', name: '每晚', x: 100, y: 100 }
]

/** Flows with their versions as they really are, in a folder, but with nobody who runs them. */
export async function idleFlows(directory: string): Promise<FlowsPort & { restarts: number }> {
  const versions = new Versions(directory, () => 1_700_000_000_000)
  await versions.load()
  let flows: readonly FlowNode[] = SHIPPED
  let base = { 'tab-1': hashOf(unitsOf(SHIPPED).get('tab-1') ?? []) }
  await versions.keep(flows, { user: null, cause: 'upgrade', from: null })
  const state = (): FlowsState => ({ phase: 'running', safe: false, since: 1, memory: 1000, restarts: port.restarts, last: null })
  const port = {
    restarts: 0,
    state: () => Promise.resolve(state()),
    door: () => null,
    restart: () => Promise.resolve(void (port.restarts += 1)),
    async ask(editor: FlowEditor, method: 'GET' | 'POST', path: string, body?: unknown) {
      const house = {
        versions, shipped: SHIPPED, state, base: () => base, flows: () => Promise.resolve(flows), restart: () => undefined,
        rebase: (id: string, hash: string) => Promise.resolve(void (base = { ...base, [id]: hash })),
        async deploy(next: readonly FlowNode[], { username: user }: FlowEditor, reason: Pick<Parameters<Versions['keep']>[1], 'cause' | 'from'>) {
          flows = next
          await versions.keep(next, { ...reason, user })
        }
      }
      const answer = await control(house, editor, method, path, () => Promise.resolve(body))
      if (answer.status === 404) throw new GatehouseError('not-found', 'there is no such version or shipped flow')
      return answer.body ?? null
    }
  }
  return port
}
