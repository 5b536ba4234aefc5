/** All rules: what they are called, how grave they are, which numbers they take. One line here and one step in the file of its kind make a rule. */
import type { Bilingual, Kind, Severity } from '../../protocol/names.ts'
import type { SettingName } from './settings.ts'

export interface Rule {
  readonly id: RuleId
  readonly title: Bilingual
  /** The kinds of device that it judges, or the platform itself, and how grave it is for each. */
  readonly severity: Readonly<Partial<Record<Kind | 'platform', Severity>>>
  /** Does not end by itself: after it cleared, a person resets it. */
  readonly latches: boolean
  /** What hangs on it. What is told of a fire a person can confirm; neither that nor what else lives hang on is ever held back by the system. */
  readonly hazard: 'fire' | 'life' | null
  readonly settings: readonly SettingName[]
}

export const RULE_IDS = [
  'smoke.alarm', 'smoke.pre-alarm', 'smoke.heat', 'smoke.co', 'smoke.call-point', 'smoke.fault', 'smoke.contaminated',
  'smoke.battery', 'smoke.tamper',
  'door.forced', 'door.held-open', 'door.denied-burst', 'door.duress', 'door.tamper', 'door.lock-fault',
  'camera.lens-covered', 'camera.scene-changed', 'camera.video-loss', 'camera.ebike-in-lift', 'camera.fire-lane-blocked',
  'camera.falling-object', 'camera.intrusion', 'camera.flame',
  'device.offline', 'device.never-seen', 'device.flapping', 'device.clock', 'device.rejected',
  'platform.history-lag', 'platform.disk'
] as const
export type RuleId = (typeof RULE_IDS)[number]
/** Rules about the platform itself: no device can bring them about. */
export type PlatformRuleId = Extract<RuleId, `platform.${string}`>

/** What concerns the upkeep of a device is low, whatever its kind. */
const LOW = { smoke: 'low', door: 'low', camera: 'low', gateway: 'low' } as const

export const RULES: Readonly<Record<RuleId, Rule>> = {
  'smoke.alarm': {
    id: 'smoke.alarm', title: { zh: '烟雾报警', en: 'Smoke alarm' }, severity: { smoke: 'critical' }, latches: true, hazard: 'fire',
    settings: ['smoke.alarm.limit', 'smoke.alarm.clear', 'smoke.alarm.quiet']
  },
  'smoke.pre-alarm': {
    id: 'smoke.pre-alarm', title: { zh: '烟雾预警', en: 'Smoke pre-alarm' }, severity: { smoke: 'high' }, latches: false, hazard: 'fire',
    settings: [
      'smoke.pre-alarm.limit', 'smoke.pre-alarm.hold', 'smoke.pre-alarm.rise',
      'smoke.pre-alarm.window', 'smoke.pre-alarm.clear', 'smoke.pre-alarm.quiet'
    ]
  },
  'smoke.heat': {
    id: 'smoke.heat', title: { zh: '高温报警', en: 'Heat alarm' }, severity: { smoke: 'critical' }, latches: true, hazard: 'fire',
    settings: ['smoke.heat.limit', 'smoke.heat.clear', 'smoke.heat.rise', 'smoke.heat.window', 'smoke.heat.quiet']
  },
  'smoke.co': {
    id: 'smoke.co', title: { zh: '一氧化碳超标', en: 'Carbon monoxide' }, severity: { smoke: 'critical' }, latches: false, hazard: 'life',
    settings: [
      'smoke.co.low', 'smoke.co.low-hold', 'smoke.co.middle', 'smoke.co.middle-hold',
      'smoke.co.high', 'smoke.co.high-hold', 'smoke.co.clear', 'smoke.co.quiet'
    ]
  },
  'smoke.call-point': {
    id: 'smoke.call-point', title: { zh: '手动报警', en: 'Call point pressed' }, severity: { smoke: 'critical' }, latches: true, hazard: 'fire',
    settings: ['smoke.call-point.quiet']
  },
  'smoke.fault': {
    id: 'smoke.fault', title: { zh: '烟感故障', en: 'Detector fault' }, severity: { smoke: 'medium' }, latches: false, hazard: null,
    settings: []
  },
  'smoke.contaminated': {
    id: 'smoke.contaminated', title: { zh: '烟感污染', en: 'Detector contaminated' }, severity: { smoke: 'low' }, latches: false, hazard: null,
    settings: ['smoke.contaminated.limit', 'smoke.contaminated.clear']
  },
  'smoke.battery': {
    id: 'smoke.battery', title: { zh: '烟感电量低', en: 'Detector battery low' }, severity: { smoke: 'low' }, latches: false, hazard: null,
    settings: ['smoke.battery.limit', 'smoke.battery.clear']
  },
  'smoke.tamper': {
    id: 'smoke.tamper', title: { zh: '烟感被拆', en: 'Detector removed' }, severity: { smoke: 'high' }, latches: false, hazard: null,
    settings: []
  },
  'door.forced': {
    id: 'door.forced', title: { zh: '强行开门', en: 'Door forced' }, severity: { door: 'high' }, latches: false, hazard: null,
    settings: ['door.forced.grace']
  },
  'door.held-open': {
    id: 'door.held-open', title: { zh: '门未关', en: 'Door held open' }, severity: { door: 'medium' }, latches: false, hazard: null,
    settings: ['door.held-open.hold', 'door.held-open.high-hold']
  },
  'door.denied-burst': {
    id: 'door.denied-burst', title: { zh: '连续拒绝', en: 'Repeatedly refused' }, severity: { door: 'medium' }, latches: false, hazard: null,
    settings: ['door.denied-burst.count', 'door.denied-burst.window', 'door.denied-burst.quiet']
  },
  'door.duress': {
    id: 'door.duress', title: { zh: '胁迫开门', en: 'Duress code' }, severity: { door: 'critical' }, latches: true, hazard: 'life',
    settings: ['door.duress.quiet']
  },
  'door.tamper': {
    id: 'door.tamper', title: { zh: '门禁被拆', en: 'Door controller tampered with' }, severity: { door: 'high' }, latches: false, hazard: null,
    settings: []
  },
  'door.lock-fault': {
    id: 'door.lock-fault', title: { zh: '锁故障', en: 'Lock fault' }, severity: { door: 'medium' }, latches: false, hazard: null,
    settings: ['door.lock-fault.hold']
  },
  'camera.lens-covered': {
    id: 'camera.lens-covered', title: { zh: '镜头遮挡', en: 'Lens covered' }, severity: { camera: 'high' }, latches: false, hazard: null,
    settings: ['camera.pulse.quiet']
  },
  'camera.scene-changed': {
    id: 'camera.scene-changed', title: { zh: '场景变换', en: 'Scene changed' }, severity: { camera: 'medium' }, latches: false, hazard: null,
    settings: ['camera.pulse.quiet']
  },
  'camera.video-loss': {
    id: 'camera.video-loss', title: { zh: '视频丢失', en: 'Video loss' }, severity: { camera: 'medium' }, latches: false, hazard: null,
    settings: ['camera.video-loss.hold', 'camera.video-loss.quiet']
  },
  'camera.ebike-in-lift': {
    id: 'camera.ebike-in-lift', title: { zh: '电动车进电梯', en: 'E-bike in lift' }, severity: { camera: 'high' }, latches: false, hazard: null,
    settings: ['camera.pulse.quiet']
  },
  'camera.fire-lane-blocked': {
    id: 'camera.fire-lane-blocked', title: { zh: '消防通道堵塞', en: 'Fire lane blocked' }, severity: { camera: 'high' }, latches: false, hazard: null,
    settings: ['camera.fire-lane-blocked.hold', 'camera.pulse.quiet']
  },
  'camera.falling-object': {
    id: 'camera.falling-object', title: { zh: '高空抛物', en: 'Falling object' }, severity: { camera: 'high' }, latches: false, hazard: null,
    settings: ['camera.falling-object.quiet']
  },
  'camera.intrusion': {
    id: 'camera.intrusion', title: { zh: '入侵', en: 'Intrusion' }, severity: { camera: 'high' }, latches: false, hazard: null,
    settings: ['camera.intrusion.from', 'camera.intrusion.to', 'camera.intrusion.offset', 'camera.pulse.quiet']
  },
  'camera.flame': {
    id: 'camera.flame', title: { zh: '发现火焰', en: 'Flame seen' }, severity: { camera: 'critical' }, latches: true, hazard: 'fire',
    settings: ['camera.pulse.quiet']
  },
  'device.offline': {
    id: 'device.offline', title: { zh: '设备离线', en: 'Device offline' }, severity: { smoke: 'medium', door: 'low', camera: 'low', gateway: 'high' }, latches: false, hazard: null,
    settings: [
      'device.offline.smoke', 'device.offline.door', 'device.offline.camera',
      'device.offline.gateway', 'device.offline.settle'
    ]
  },
  'device.never-seen': {
    id: 'device.never-seen', title: { zh: '从未上线', en: 'Never seen' }, severity: LOW, latches: false, hazard: null,
    settings: ['device.never-seen.after']
  },
  'device.flapping': {
    id: 'device.flapping', title: { zh: '反复断线', en: 'Connection flapping' }, severity: LOW, latches: false, hazard: null,
    settings: ['device.flapping.count', 'device.flapping.window']
  },
  'device.clock': {
    id: 'device.clock', title: { zh: '时钟不准', en: 'Clock off' }, severity: LOW, latches: false, hazard: null,
    settings: ['device.clock.limit', 'device.clock.clear', 'device.clock.hold']
  },
  'device.rejected': {
    id: 'device.rejected', title: { zh: '消息被拒', en: 'Messages refused' }, severity: LOW, latches: false, hazard: null,
    settings: ['device.rejected.count', 'device.rejected.window']
  },
  'platform.history-lag': {
    id: 'platform.history-lag', title: { zh: '历史库滞后', en: 'History behind' }, severity: { platform: 'medium' }, latches: false, hazard: null,
    settings: ['platform.history-lag.limit', 'platform.history-lag.clear']
  },
  'platform.disk': {
    id: 'platform.disk', title: { zh: '磁盘空间不足', en: 'Disk nearly full' }, severity: { platform: 'high' }, latches: false, hazard: null,
    settings: ['platform.disk.limit', 'platform.disk.clear']
  }
}
