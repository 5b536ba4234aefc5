import type { Page } from '../../../protocol/http/common.ts'
import type { FlowGrants, FlowRights } from '../../../protocol/http/flow-rights.ts'
import type { Flows, FlowsState, FlowsVersion, FlowsVersionDetail, ShippedFlow } from '../../../protocol/http/flows.ts'
import { get, send } from './client.ts'

/** The calls about flows. All throw ApiError; 503 while Node-RED does not run. */
export const flowsApi = {
  state: (signal: AbortSignal) => get<FlowsState>('/flows', {}, signal),
  restart: () => send('POST', '/flows/restart'),
  versions: (signal: AbortSignal) => get<Page<FlowsVersion>>('/flows/versions', {}, signal),
  version: (number: number, signal: AbortSignal) => get<FlowsVersionDetail>(`/flows/versions/${number}`, {}, signal),
  restore: (number: number) => send('POST', `/flows/versions/${number}/restore`),
  exported: () => get<Flows>('/flows/export'),
  import: (flows: Flows) => send('POST', '/flows/import', flows),
  shipped: (signal: AbortSignal) => get<Page<ShippedFlow>>('/flows/shipped', {}, signal),
  reset: (id: string) => send('POST', `/flows/shipped/${encodeURIComponent(id)}/reset`),
  rights: (signal: AbortSignal) => get<FlowRights>('/flows/rights', {}, signal),
  grant: (grants: FlowGrants) => send<FlowRights>('PUT', '/flows/rights', grants)
}
