import type { MadeToken, NewToken, TokenView } from '../../../protocol/http/access.ts'
import type { EnrolledDevice, ImportLine, NewDevice } from '../../../protocol/http/devices.ts'
import type { CompoundView, NewCompound } from '../../../protocol/http/places.ts'
import type { QuarantineView } from '../../../protocol/http/quarantine.ts'
import type { RulesView } from '../../../protocol/http/rules.ts'
import type { Page } from '../../../protocol/http/common.ts'
import { API_BASE } from './base.ts'
import { get, send, text } from './client.ts'

/** The calls of the administration. All throw ApiError. */
export const adminApi = {
  enrol: (device: NewDevice) => send<EnrolledDevice>('POST', '/devices', device),
  /** One answer a line, in the order of `devices`. */
  importDevices: async (devices: readonly NewDevice[]): Promise<readonly ImportLine[]> => {
    const sent = devices.map((device) => `${JSON.stringify(device)}\n`).join('')
    const answer = await text('POST', `${API_BASE}/devices/import`, { type: 'application/x-ndjson', text: sent })
    return answer.text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as ImportLine)
  },
  makeCompound: (compound: NewCompound) => send<CompoundView>('POST', '/compounds', compound),
  tokens: (signal: AbortSignal) => get<Page<TokenView>>('/tokens', { limit: 1000 }, signal),
  makeToken: (token: NewToken) => send<MadeToken>('POST', '/tokens', token),
  removeToken: (id: string) => send('DELETE', `/tokens/${encodeURIComponent(id)}`),
  rules: (signal: AbortSignal) => get<RulesView>('/rules', {}, signal),
  quarantine: (query: { device: string | undefined; limit: number; cursor: string | undefined }, signal: AbortSignal) => get<Page<QuarantineView>>('/quarantine', query, signal),
  /** 503 is an answer: it says what is not ready. */
  ready: () => text('GET', '/readyz', undefined, 503),
  metrics: () => text('GET', '/metrics')
}
