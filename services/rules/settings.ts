import type { Bilingual, Kind, Millis } from '../../protocol/names.ts'

/** A number of a rule that can be set from outside. */
export interface Setting {
  readonly env: string
  /** Null for a count. */
  readonly unit: '°C' | '%/m' | '%' | 'ppm' | 's' | 'min' | 'h' | 'd' | null
  readonly default: number
  readonly min: number
  readonly max: number
  /** What it does, for people. */
  readonly label: Bilingual
  /** Where the default comes from. */
  readonly source: string
}

/** `smoke.heat.limit` → `RULE_SMOKE_HEAT_LIMIT`. */
export function envName(setting: string): string {
  return `RULE_${setting.replaceAll(/[.-]/g, '_').toUpperCase()}`
}

function settings<Name extends string>(table: Readonly<Record<Name, Omit<Setting, 'env'>>>): Readonly<Record<Name, Setting>> {
  const entries = Object.entries<Omit<Setting, 'env'>>(table).map(([name, setting]) => [name, { ...setting, env: envName(name) }])
  return Object.freeze(Object.fromEntries(entries) as Record<Name, Setting>)
}

/** Every number of every rule. Names end in what they are: a limit that raises, one that clears, a window, a time. */
export const RULE_SETTINGS = settings({
  'smoke.alarm.limit': { unit: '%/m', default: 10, min: 0.1, max: 100, label: { zh: '烟雾浓度达到此值即报警', en: 'Obscuration that is an alarm' }, source: 'rule table' },
  'smoke.alarm.clear': { unit: '%/m', default: 5, min: 0, max: 100, label: { zh: '低于此值视为烟雾消散', en: 'Below it the smoke is gone' }, source: 'rule table' },
  'smoke.alarm.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '无烟持续多久后解除', en: 'So long without smoke until it clears' }, source: 'rule table' },
  'smoke.pre-alarm.limit': { unit: '%/m', default: 5, min: 0.1, max: 100, label: { zh: '烟雾浓度达到此值并持续即预警', en: 'Obscuration that is a pre-alarm when it lasts' }, source: 'rule table' },
  'smoke.pre-alarm.hold': { unit: 's', default: 30, min: 0, max: 3600, label: { zh: '须持续多久', en: 'It has to last so long' }, source: 'rule table' },
  'smoke.pre-alarm.rise': { unit: '%/m', default: 3, min: 0.1, max: 100, label: { zh: '时间窗内上升达到此值即预警', en: 'Rise within the window that is a pre-alarm' }, source: 'rule table' },
  'smoke.pre-alarm.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '上升的时间窗', en: 'Window of the rise' }, source: 'rule table' },
  'smoke.pre-alarm.clear': { unit: '%/m', default: 4, min: 0, max: 100, label: { zh: '低于此值视为烟雾消散', en: 'Below it the smoke is gone' }, source: 'rule table' },
  'smoke.pre-alarm.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '无烟持续多久后解除', en: 'So long without smoke until it clears' }, source: 'rule table' },
  'smoke.heat.limit': { unit: '°C', default: 57, min: 30, max: 125, label: { zh: '顶棚下温度达到此值即报警', en: 'Temperature under the ceiling that is an alarm' }, source: 'rule table' },
  'smoke.heat.clear': { unit: '°C', default: 50, min: 0, max: 125, label: { zh: '低于此值视为降温', en: 'Below it the heat is gone' }, source: 'rule table' },
  'smoke.heat.rise': { unit: '°C', default: 8.3, min: 1, max: 100, label: { zh: '时间窗内升温达到此值即报警', en: 'Rise within the window that is an alarm' }, source: 'rule table' },
  'smoke.heat.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '升温的时间窗', en: 'Window of the rise' }, source: 'rule table' },
  'smoke.heat.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '无高温持续多久后解除', en: 'So long without heat until it clears' }, source: 'rule table' },
  'smoke.co.low': { unit: 'ppm', default: 50, min: 1, max: 2000, label: { zh: '一氧化碳低限', en: 'Low limit of carbon monoxide' }, source: 'rule table' },
  'smoke.co.low-hold': { unit: 'min', default: 60, min: 0, max: 1440, label: { zh: '低限须持续多久', en: 'The low limit has to last so long' }, source: 'rule table' },
  'smoke.co.middle': { unit: 'ppm', default: 100, min: 1, max: 2000, label: { zh: '一氧化碳中限', en: 'Middle limit of carbon monoxide' }, source: 'rule table' },
  'smoke.co.middle-hold': { unit: 'min', default: 10, min: 0, max: 1440, label: { zh: '中限须持续多久', en: 'The middle limit has to last so long' }, source: 'rule table' },
  'smoke.co.high': { unit: 'ppm', default: 300, min: 1, max: 2000, label: { zh: '一氧化碳高限', en: 'High limit of carbon monoxide' }, source: 'rule table' },
  'smoke.co.high-hold': { unit: 'min', default: 3, min: 0, max: 1440, label: { zh: '高限须持续多久', en: 'The high limit has to last so long' }, source: 'rule table' },
  'smoke.co.clear': { unit: 'ppm', default: 30, min: 0, max: 2000, label: { zh: '低于此值视为散去', en: 'Below it the gas is gone' }, source: 'rule table' },
  'smoke.co.quiet': { unit: 'min', default: 5, min: 0, max: 1440, label: { zh: '低于此值持续多久后解除', en: 'So long below it until it clears' }, source: 'rule table' },
  'smoke.call-point.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '最后一次按下多久后可由人复位', en: 'So long after the last press a person can reset it' }, source: 'design choice' },
  'smoke.contaminated.limit': { unit: '%', default: 80, min: 1, max: 100, label: { zh: '污染度达到此值', en: 'Contamination that needs cleaning' }, source: 'rule table' },
  'smoke.contaminated.clear': { unit: '%', default: 75, min: 0, max: 100, label: { zh: '低于此值恢复正常', en: 'Below it the chamber is clean again' }, source: 'rule table' },
  'smoke.battery.limit': { unit: '%', default: 15, min: 1, max: 100, label: { zh: '电量低于此值', en: 'Below it the battery is low' }, source: 'rule table' },
  'smoke.battery.clear': { unit: '%', default: 20, min: 1, max: 100, label: { zh: '电量不低于此值恢复正常', en: 'From it on the battery is good again' }, source: 'rule table' },
  'door.forced.grace': { unit: 's', default: 5, min: 0, max: 60, label: { zh: '放行或出门按钮的有效时间', en: 'A grant or an exit request is good for so long' }, source: 'rule table' },
  'door.held-open.hold': { unit: 's', default: 60, min: 1, max: 86400, label: { zh: '门开多久后告警', en: 'Open for so long' }, source: 'rule table' },
  'door.held-open.high-hold': { unit: 's', default: 300, min: 1, max: 86400, label: { zh: '门开多久后升为“重要”', en: 'Open for so long, and it is high' }, source: 'rule table' },
  'door.denied-burst.count': { unit: null, default: 5, min: 2, max: 100, label: { zh: '时间窗内拒绝几次', en: 'Refusals within the window' }, source: 'rule table' },
  'door.denied-burst.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '拒绝的时间窗', en: 'Window of the refusals' }, source: 'rule table' },
  'door.denied-burst.quiet': { unit: 's', default: 300, min: 0, max: 86400, label: { zh: '多久无拒绝后解除', en: 'So long without a refusal until it clears' }, source: 'rule table' },
  'door.duress.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '最后一次胁迫码多久后可由人复位', en: 'So long after the last duress code a person can reset it' }, source: 'design choice' },
  'door.lock-fault.hold': { unit: 's', default: 10, min: 1, max: 3600, label: { zh: '下令上锁后多久仍未锁上即告警', en: 'Told to lock and not locked after so long' }, source: 'rule table' },
  'camera.video-loss.hold': { unit: 's', default: 30, min: 0, max: 3600, label: { zh: '视频丢失须持续多久', en: 'The loss has to last so long' }, source: 'rule table' },
  'camera.video-loss.quiet': { unit: 's', default: 30, min: 0, max: 3600, label: { zh: '视频恢复多久后解除', en: 'Back for so long until it clears' }, source: 'rule table' },
  'camera.fire-lane-blocked.hold': { unit: 's', default: 120, min: 0, max: 86400, label: { zh: '堵塞须持续多久', en: 'Blocked for so long' }, source: 'rule table' },
  'camera.falling-object.quiet': { unit: 's', default: 300, min: 0, max: 86400, label: { zh: '多久没有新的抛物后解除', en: 'So long without another until it clears' }, source: 'rule table' },
  'camera.intrusion.from': { unit: 'h', default: 0, min: 0, max: 24, label: { zh: '布防开始的钟点', en: 'Hour of the day at which its hours begin' }, source: 'design choice' },
  'camera.intrusion.to': { unit: 'h', default: 24, min: 0, max: 24, label: { zh: '布防结束的钟点；早于开始则跨午夜，相等则全天', en: 'Hour at which they end; before the begin: over midnight; equal: all day' }, source: 'design choice' },
  'camera.intrusion.offset': { unit: 'h', default: 8, min: -12, max: 14, label: { zh: '当地时间与 UTC 的差', en: 'Local time minus UTC' }, source: 'design choice' },
  'camera.pulse.quiet': { unit: 's', default: 300, min: 0, max: 86400, label: { zh: '只报“发生过”（pulse 或无 phase）的事件多久后视为结束', en: 'An event that only says that it happened (pulse, or no phase) is over after so long' }, source: 'design choice' },
  'device.offline.smoke': { unit: 'min', default: 120, min: 1, max: 1440, label: { zh: '烟感沉默多久算离线', en: 'Silence of a detector' }, source: 'table of numbers' },
  'device.offline.door': { unit: 's', default: 120, min: 10, max: 86400, label: { zh: '门禁沉默多久算离线', en: 'Silence of a door' }, source: 'table of numbers' },
  'device.offline.camera': { unit: 's', default: 120, min: 10, max: 86400, label: { zh: '摄像机沉默多久算离线', en: 'Silence of a camera' }, source: 'table of numbers' },
  'device.offline.gateway': { unit: 's', default: 120, min: 10, max: 86400, label: { zh: '网关沉默多久算离线', en: 'Silence of a gateway' }, source: 'table of numbers' },
  'device.offline.settle': { unit: 's', default: 5, min: 0, max: 120, label: { zh: '网关断线后多久之内可自行恢复', en: 'A gateway that lost its connection has so long to come back' }, source: 'design choice' },
  'device.never-seen.after': { unit: 'h', default: 24, min: 0.001, max: 8760, label: { zh: '登记后多久仍未出现', en: 'So long after enrolment without a word' }, source: 'rule table' },
  'device.flapping.count': { unit: null, default: 15, min: 2, max: 100, label: { zh: '时间窗内断线几次', en: 'Disconnects within the window' }, source: 'rule table' },
  'device.flapping.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '断线的时间窗；同样长时间无断线后解除', en: 'Window of the disconnects; it clears after as long without one' }, source: 'rule table' },
  'device.clock.limit': { unit: 's', default: 60, min: 1, max: 86400, label: { zh: '时钟偏差超过此值', en: 'A clock that is off by more' }, source: 'rule table' },
  'device.clock.clear': { unit: 's', default: 50, min: 1, max: 86400, label: { zh: '偏差不超过此值恢复正常', en: 'Not more than this, and it is right again' }, source: 'design choice' },
  'device.clock.hold': { unit: 's', default: 60, min: 0, max: 86400, label: { zh: '落后的时钟要由相隔这么久的两条消息证明：重发的消息也显得旧', en: 'A clock that is behind has to be so in two messages this far apart: what is sent again looks old as well' }, source: 'design choice' },
  'device.rejected.count': { unit: null, default: 10, min: 2, max: 100, label: { zh: '时间窗内被拒的消息数', en: 'Refused messages within the window' }, source: 'rule table' },
  'device.rejected.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '被拒的时间窗；同样长时间无被拒后解除', en: 'Window of the refusals; it clears after as long without one' }, source: 'rule table' },
  'platform.history-lag.limit': { unit: 's', default: 60, min: 5, max: 86400, label: { zh: 'InfluxDB 落后达到此值', en: 'InfluxDB that is behind by as much' }, source: 'rule table' },
  'platform.history-lag.clear': { unit: 's', default: 30, min: 0, max: 86400, label: { zh: '落后低于此值恢复正常', en: 'Behind by less, and it is well again' }, source: 'design choice' },
  'platform.disk.limit': { unit: '%', default: 10, min: 0, max: 90, label: { zh: '数据盘可用空间不超过此值', en: 'No more than this of the data disk is free' }, source: 'rule table' },
  'platform.disk.clear': { unit: '%', default: 12, min: 0, max: 100, label: { zh: '可用空间高于此值恢复正常', en: 'More than this free, and it is well again' }, source: 'design choice' },
  'late.settle': { unit: 's', default: 2, min: 0, max: 60, label: { zh: '补传数据静默多久后判定', en: 'A backlog is judged when no more of it came for so long' }, source: 'design choice' },
  'late.longest': { unit: 's', default: 10, min: 0, max: 600, label: { zh: '持续补传时至少多久判定一次', en: 'A backlog that keeps coming is judged at least so often' }, source: 'design choice' },
  'late.fresh': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '比这更新的补传报警立即判定', en: 'An alarm in late data that is younger is judged at once' }, source: 'design choice' },
  'command.expiry.smoke': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '给烟感的命令多久无人接收即过期', en: 'A command that a detector did not take is over after so long' }, source: 'design choice' },
  'command.expiry.door': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '给门禁的命令多久无人接收即过期', en: 'A command that a door did not take is over after so long' }, source: 'design choice' },
  'command.expiry.camera': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '给摄像机的命令多久无人接收即过期', en: 'A command that a camera did not take is over after so long' }, source: 'design choice' },
  'command.expiry.gateway': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '给网关的命令多久无人接收即过期', en: 'A command that a gateway did not take is over after so long' }, source: 'design choice' },
  'command.result': { unit: 's', default: 300, min: 5, max: 86400, label: { zh: '已接受的命令多久没有结果算失败', en: 'A command that was accepted has so long to be done' }, source: 'design choice' },
  'time.ahead': { unit: 's', default: 300, min: 1, max: 86400, label: { zh: '超前更多的时钟不可信', en: 'A clock further ahead is not believed' }, source: 'promise to devices' },
  'time.behind': { unit: 'd', default: 14, min: 1, max: 3650, label: { zh: '落后更多的时钟不可信；即 RETENTION_DAYS', en: 'A clock further behind is not believed; it is RETENTION_DAYS' }, source: 'retention of raw readings' }
})

export type SettingName = keyof typeof RULE_SETTINGS
/** A number for each setting, in the unit of its declaration. */
export type RuleSettings = Readonly<Record<SettingName, number>>

export const DEFAULT_SETTINGS: RuleSettings = Object.freeze(
  Object.fromEntries(Object.entries(RULE_SETTINGS).map(([name, setting]) => [name, setting.default])) as Record<SettingName, number>
)

/** The settings that a `started` entry carries; what it does not name has its default, what nobody knows (any more) is left out. */
export function settingsOf(given: Readonly<Record<string, number>>): RuleSettings {
  const values: Record<SettingName, number> = { ...DEFAULT_SETTINGS }
  for (const name of Object.keys(RULE_SETTINGS) as SettingName[]) values[name] = given[name] ?? values[name]
  return Object.freeze(values)
}

const MILLIS: Readonly<Partial<Record<NonNullable<Setting['unit']>, Millis>>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** ms in one of the setting's unit; 1 for what is no time. Looked up once: this runs several times for each message. */
const FACTORS: Readonly<Record<SettingName, Millis>> = Object.freeze(
  Object.fromEntries(Object.entries(RULE_SETTINGS).map(([name, { unit }]) => [name, unit === null ? 1 : (MILLIS[unit] ?? 1)])) as Record<SettingName, Millis>
)

/** A setting that is a time, in ms. */
export function millisOf(settings: RuleSettings, name: SettingName): Millis {
  return settings[name] * FACTORS[name]
}

/** How long a command for a device of this kind may wait to be taken, ms. */
export function commandExpiry(settings: RuleSettings, kind: Kind): Millis {
  return millisOf(settings, `command.expiry.${kind}`)
}

/** How long a device of this kind may be silent, ms. */
export function silenceLimit(settings: RuleSettings, kind: Kind): Millis {
  return millisOf(settings, `device.offline.${kind}`)
}
