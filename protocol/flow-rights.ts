/** What flows may do, in one place. The account `flows` has these rights and no others; those of life safety only where an administrator gave them. */
import type { Bilingual, Kind, Severity } from './names.ts'

/** The id of the account that flows come in with, and the actor of everything that they do. */
export const FLOWS_ACCOUNT = 'flows'

export const LIFE_SAFETY_RIGHTS = [
  'door.lock', 'door.release', 'door.restore', 'smoke.silence', 'camera.reboot', 'device.configure',
  'alarm.confirm', 'alarm.shelve', 'alarm.reset', 'alarm.close'
] as const
/** Somebody's life may hang on it, so no flow has it unless an administrator gives it. */
export type LifeSafetyRight = (typeof LIFE_SAFETY_RIGHTS)[number]

export const RIGHT_LABELS: Readonly<Record<LifeSafetyRight, Bilingual>> = {
  'door.lock': { zh: '上锁', en: 'Lock doors' },
  'door.release': { zh: '释放门（失电开门，直到恢复）', en: 'Release doors (fail-safe open until restored)' },
  'door.restore': { zh: '恢复已释放的门', en: 'Restore doors that are released' },
  'smoke.silence': { zh: '烟感消音', en: 'Silence detectors' },
  'camera.reboot': { zh: '重启摄像机', en: 'Reboot cameras' },
  'device.configure': { zh: '修改设备配置', en: 'Configure devices' },
  'alarm.confirm': { zh: '确认火情', en: 'Confirm that it is a fire' },
  'alarm.shelve': { zh: '搁置紧急报警', en: 'Shelve critical alarms' },
  'alarm.reset': { zh: '复位紧急报警', en: 'Reset critical alarms' },
  'alarm.close': { zh: '关闭紧急报警', en: 'Close critical alarms' }
}

/** What each command takes of a flow; null: it may. Opening for one passage harms nobody; what locks, mutes or blinds may. */
const COMMANDS: Readonly<Record<Kind, Readonly<Record<string, LifeSafetyRight | null>>>> = {
  door: { unlock: null, lock: 'door.lock', release: 'door.release', restore: 'door.restore', configure: 'device.configure' },
  smoke: { 'silence': 'smoke.silence', 'self-test': null, 'locate': null, 'configure': 'device.configure' },
  camera: { announce: null, snapshot: null, reboot: 'camera.reboot', configure: 'device.configure' },
  gateway: { identify: null, configure: 'device.configure' }
}

/** The right that a flow needs for a command; null: none. What is not listed takes the widest. */
export function rightForCommand(kind: Kind, command: string): LifeSafetyRight | null {
  const listed = COMMANDS[kind]
  return Object.hasOwn(listed, command) ? listed[command] ?? null : 'device.configure'
}

/** What flows may do to every alarm: it mutes nothing. */
const FREE_ACTS: ReadonlySet<string> = new Set(['acknowledge', 'unshelve', 'note'])

/** The right that a flow needs to do this to an alarm; null: none. Confirming a fire opens doors, whatever the alarm's severity. */
export function rightForAlarm(act: string, severity: Severity): LifeSafetyRight | null {
  if (act === 'confirm') return 'alarm.confirm'
  if (FREE_ACTS.has(act) || severity !== 'critical') return null
  return act === 'shelve' || act === 'reset' ? `alarm.${act}` : 'alarm.close'
}

/** Topics below `v1/{compound}/{kind}/{device}/` that flows may subscribe to, beside the alarms. Doors' events come without who it was. */
export const FLOW_CHANNELS = ['telemetry', 'event', 'status', 'command/+/result'] as const
