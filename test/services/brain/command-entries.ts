/** Entries of the journal about commands. */
import type { Kind } from '../../../protocol/names.ts'
import { act, compound, id, message } from './entries.ts'

export const issue = (device: string, command: string, args: Record<string, unknown> = {}) => act({ name: 'command.issue', device: id(device), command, args })
export const sent = (command: string) => act({ name: 'command.sent', command }, 'system')
export const restore = act({ name: 'building.restore', compound, building: 'b01' })
export const connected = (device: string) => ({ type: 'connected', device: id(device), session: 1, address: '::1' }) as const
export const result = (command: string, state: string, device = 'd1', kind: Kind = 'door', via = device) => message(device, kind, `command/${command}/result`, { state, message: '' }, via)
