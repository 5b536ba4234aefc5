/** Records as tests need them: everything filled in, with a few fields of their own. */
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import type { Changes, CompoundRecord, ConnectionRecord, DeviceRecord, QuarantineRecord, TokenRecord } from '../../../services/store/ports.ts'

const C07 = 'c07' as CompoundId

export function changes(position: number, some: Partial<Omit<Changes, 'position'>> = {}): Changes {
  const none = { put: [], remove: [] }
  return {
    position, compounds: none, devices: none, presence: [], connections: [], alarms: [], transitions: [], quarantine: [], users: none, sessions: none,
    tokens: none, commands: [], audit: [], ...some
  }
}
export function put<T>(...records: T[]): { put: T[]; remove: never[] } {
  return { put: records, remove: [] }
}

export function compound(id: string): CompoundRecord {
  return {
    id: id as CompoundId, name: `小区 ${id}`, district: '城关', homes: 800, buildings: [{ id: 'b01', name: '1号楼', units: 2, floors: 6 }],
    location: { lat: 36.06, lon: 103.83 }
  }
}
export function device(id: string, some: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    id: id as DeviceId, kind: 'smoke', compound: id.slice(0, 3) as CompoundId, gateway: null,
    location: { building: 'b01', unit: '1', floor: 3, home: '301' }, model: 'SD-1', tokenHash: 'ab'.repeat(32), enrolledAt: 1_700_000_000_000, ...some
  }
}
export function alarm(n: number, some: Partial<Alarm> = {}): Alarm {
  return {
    id: `a${n}`, rule: 'smoke.alarm', subject: 'c07-smoke-1', severity: 'critical', compound: 'c07' as CompoundId, building: 'b01',
    device: 'c07-smoke-1' as DeviceId, location: { building: 'b01', floor: 3 }, state: 'active', acknowledged: false, latched: true, shelvedUntil: null,
    suppressedBy: null, raisedAt: 1000 + n, receivedAt: 1001 + n, clearedAt: null, closedAt: null, cause: null, occurrences: 1,
    message: { zh: '烟雾报警', en: 'Smoke' }, incident: null, ...some
  }
}
export function transition(n: number, name: Transition['name'] = 'raised'): Transition {
  return { n, name, at: 1000 + n, who: 'system', note: n === 1 ? null : '备注', occurrences: n }
}
export function refusal(position: number, n: number, some: Partial<QuarantineRecord> = {}): QuarantineRecord {
  return {
    position, n, at: 1000, device: 'c07-smoke-1' as DeviceId, compound: 'c07' as CompoundId, channel: 'telemetry', code: 'not-json', path: '',
    message: 'no JSON', refused: true, size: 3, body: new Uint8Array([1, 2, 255]), ...some
  }
}
export function command(n: number, some: Partial<IssuedCommand> = {}): IssuedCommand {
  return {
    id: `k${n}`, device: 'c07-door-1' as DeviceId, compound: C07, name: 'announce', args: { text: '请勿充电' }, by: 'admin', state: 'queued', message: null,
    holding: false, expiresAt: 60_000 + n, queuedAt: n, sentAt: null, acceptedAt: null, doneAt: null, failedAt: null, expiredAt: null, ...some
  }
}
export function spell(device: string, at: number, some: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return { device: device as DeviceId, at, online: true, why: 'connected', ...some }
}
export function token(id: string): TokenRecord {
  return { id, name: 'sim', role: 'administrator', compounds: [C07], hash: `hash-${id}`, createdAt: 5, createdBy: 'admin', expiresAt: null }
}
