import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { DeviceView } from '../../protocol/http/devices.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'

export function anAlarm(id: string, more: Partial<Alarm> = {}): Alarm {
  return {
    id, rule: 'smoke.alarm', subject: 'c07-smoke-0001', severity: 'critical', compound: 'c07' as CompoundId, building: '1',
    device: 'c07-smoke-0001' as DeviceId, location: { building: '1' }, state: 'active', acknowledged: false, latched: true, shelvedUntil: null,
    suppressedBy: null, raisedAt: 1000, receivedAt: 1000, clearedAt: null, closedAt: null, cause: null, occurrences: 1,
    message: { zh: '烟雾报警', en: 'Smoke alarm' }, incident: null, ...more
  }
}

export function aTransition(name: Transition['name'], n = 1, who = 'system'): Transition {
  return { n, name, at: 1000, who, note: null, occurrences: 1 }
}

export function aDevice(id: string, more: Partial<DeviceView> = {}): DeviceView {
  return {
    id: id as DeviceId, kind: 'smoke', compound: 'c07' as CompoundId, gateway: null, location: { building: '1' }, model: null,
    enrolledAt: 0, online: true, lastSeenAt: 1000, latest: {}, ...more
  }
}
