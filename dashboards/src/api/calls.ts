import type { Alarm, Cause } from '../../../protocol/alarm.ts'
import type { ConnectionSpell } from '../../../protocol/connection.ts'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { AlarmWithTimeline } from '../../../protocol/http/alarms.ts'
import type { Me } from '../../../protocol/http/access.ts'
import type { Page } from '../../../protocol/http/common.ts'
import type { DeviceView, EventView, Readings } from '../../../protocol/http/devices.ts'
import type { QuarantineView } from '../../../protocol/http/quarantine.ts'
import type { CompoundView, Site } from '../../../protocol/http/places.ts'
import type { Millis } from '../../../protocol/names.ts'
import { get, send } from './client.ts'
import type { Query } from './client.ts'

/** Most that a list gives at once. */
const LARGEST_PAGE = 1000

const one = encodeURIComponent

/** The calls of the platform that the screens make. All throw ApiError. */
export const api = {
  logIn: (username: string, password: string) => send('POST', '/session', { username, password }),
  logOut: () => send('DELETE', '/session'),
  me: (signal: AbortSignal) => get<Me>('/session', {}, signal),
  site: (signal: AbortSignal) => get<Site>('/site', {}, signal),
  compounds: (signal: AbortSignal) => all<CompoundView>('/compounds', {}, signal),
  compound: (id: string, signal: AbortSignal) => get<CompoundView>(`/compounds/${one(id)}`, {}, signal),
  devices: (compound: string, signal: AbortSignal) => all<DeviceView>('/devices', { compound }, signal),
  find: (query: { q: string; compound?: string; building?: string; limit: number }, signal: AbortSignal) => get<Page<DeviceView>>('/devices', query, signal),
  device: (id: string, signal: AbortSignal) => get<DeviceView>(`/devices/${one(id)}`, {}, signal),
  readings: (id: string, query: { field: string; from: Millis; to: Millis; points: number }, signal: AbortSignal) =>
    get<Readings>(`/devices/${one(id)}/readings`, query, signal),
  events: (id: string, query: { reason?: string; limit: number }, signal: AbortSignal) =>
    get<Page<EventView>>(`/devices/${one(id)}/events`, query, signal),
  connections: (id: string, limit: number, signal: AbortSignal) => get<Page<ConnectionSpell>>(`/devices/${one(id)}/connections`, { limit }, signal),
  commands: (id: string, limit: number, signal: AbortSignal) => get<Page<IssuedCommand>>(`/devices/${one(id)}/commands`, { limit }, signal),
  command: (id: string, name: string, args: IssuedCommand['args']) => send<{ id: string }>('POST', `/devices/${one(id)}/commands`, { name, args }),
  restore: (compound: string, building: string) => send<{ commands: readonly string[] }>('POST', `/compounds/${one(compound)}/buildings/${one(building)}/restore`),
  quarantine: (device: string, limit: number, signal: AbortSignal) => get<Page<QuarantineView>>('/quarantine', { device, limit }, signal),
  alarms: (query: Query, signal: AbortSignal) => get<Page<Alarm>>('/alarms', query, signal),
  alarm: (id: string, signal: AbortSignal) => get<AlarmWithTimeline>(`/alarms/${one(id)}`, {}, signal),
  acknowledge: (id: string) => send<Alarm>('POST', `/alarms/${one(id)}/acknowledge`, { note: null }),
  reset: (id: string) => send<Alarm>('POST', `/alarms/${one(id)}/reset`, { note: null }),
  note: (id: string, note: string) => send<Alarm>('POST', `/alarms/${one(id)}/note`, { note }),
  shelve: (id: string, minutes: number, reason: string) => send<Alarm>('POST', `/alarms/${one(id)}/shelve`, { minutes, reason }),
  unshelve: (id: string) => send<Alarm>('POST', `/alarms/${one(id)}/unshelve`, { note: null }),
  close: (id: string, cause: Cause, note: string | null) => send<Alarm>('POST', `/alarms/${one(id)}/close`, { cause, note })
}

/** A whole list, page after page. */
async function all<T>(path: string, query: Query, signal: AbortSignal): Promise<readonly T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page: Page<T> = await get<Page<T>>(path, { ...query, limit: LARGEST_PAGE, cursor }, signal)
    items.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor)
  return items
}
