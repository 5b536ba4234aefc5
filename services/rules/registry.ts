/** All rules: what they are called, how grave they are, which numbers they take. One line here and one step in the file of its kind make a rule. */
import type { Bilingual, Kind, Severity } from '../../protocol/names.ts'
import type { SettingName } from './settings.ts'

export interface Rule {
  readonly id: RuleId
  readonly title: Bilingual
  /** The kinds of device that it judges, and how grave it is for each. */
  readonly severity: Readonly<Partial<Record<Kind, Severity>>>
  /** Does not end by itself: after it cleared, a person resets it. */
  readonly latches: boolean
  readonly settings: readonly SettingName[]
}

export const RULE_IDS = ['smoke.alarm', 'smoke.heat', 'door.forced', 'device.offline'] as const
export type RuleId = (typeof RULE_IDS)[number]

export const RULES: Readonly<Record<RuleId, Rule>> = {
  'smoke.alarm': {
    id: 'smoke.alarm',
    title: { zh: '烟雾报警', en: 'Smoke alarm' },
    severity: { smoke: 'critical' },
    latches: true,
    settings: ['smoke.alarm.limit', 'smoke.alarm.clear', 'smoke.alarm.quiet']
  },
  'smoke.heat': {
    id: 'smoke.heat',
    title: { zh: '高温报警', en: 'Heat alarm' },
    severity: { smoke: 'critical' },
    latches: true,
    settings: ['smoke.heat.limit', 'smoke.heat.clear', 'smoke.heat.rise', 'smoke.heat.window', 'smoke.heat.quiet']
  },
  'door.forced': {
    id: 'door.forced',
    title: { zh: '强行开门', en: 'Door forced' },
    severity: { door: 'high' },
    latches: false,
    settings: ['door.forced.grace']
  },
  'device.offline': {
    id: 'device.offline',
    title: { zh: '设备离线', en: 'Device offline' },
    severity: { smoke: 'medium', door: 'low', camera: 'low', gateway: 'high' },
    latches: false,
    settings: ['device.offline.smoke', 'device.offline.door', 'device.offline.camera', 'device.offline.gateway', 'device.offline.settle']
  }
}
