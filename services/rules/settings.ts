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
  'smoke.alarm.limit': { unit: '%/m', default: 10, min: 0.1, max: 100, label: { zh: '烟雾浓度达到', en: 'Obscuration at or above' }, source: 'rule table' },
  'smoke.alarm.clear': { unit: '%/m', default: 5, min: 0, max: 100, label: { zh: '烟雾消散：低于', en: 'Smoke is gone below' }, source: 'rule table' },
  'smoke.alarm.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '解除：无烟持续', en: 'Clears after no smoke for' }, source: 'rule table' },
  'smoke.pre-alarm.limit': { unit: '%/m', default: 5, min: 0.1, max: 100, label: { zh: '烟雾浓度达到', en: 'Obscuration at or above' }, source: 'rule table' },
  'smoke.pre-alarm.hold': { unit: 's', default: 30, min: 0, max: 3600, label: { zh: '并持续', en: 'And lasting' }, source: 'rule table' },
  'smoke.pre-alarm.rise': { unit: '%/m', default: 3, min: 0.1, max: 100, label: { zh: '或上升达到', en: 'Or a rise of' }, source: 'rule table' },
  'smoke.pre-alarm.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '上升的时间窗', en: 'Rise measured over' }, source: 'rule table' },
  'smoke.pre-alarm.clear': { unit: '%/m', default: 4, min: 0, max: 100, label: { zh: '烟雾消散：低于', en: 'Smoke is gone below' }, source: 'rule table' },
  'smoke.pre-alarm.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '解除：无烟持续', en: 'Clears after no smoke for' }, source: 'rule table' },
  'smoke.heat.limit': { unit: '°C', default: 57, min: 30, max: 125, label: { zh: '顶棚下温度达到', en: 'Temperature under the ceiling at or above' }, source: 'rule table' },
  'smoke.heat.clear': { unit: '°C', default: 50, min: 0, max: 125, label: { zh: '降温：低于', en: 'Heat is gone below' }, source: 'rule table' },
  'smoke.heat.rise': { unit: '°C', default: 8.3, min: 1, max: 100, label: { zh: '或升温达到', en: 'Or a rise of' }, source: 'rule table' },
  'smoke.heat.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '升温的时间窗', en: 'Rise measured over' }, source: 'rule table' },
  'smoke.heat.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '解除：无高温持续', en: 'Clears after no heat for' }, source: 'rule table' },
  'smoke.co.low': { unit: 'ppm', default: 50, min: 1, max: 2000, label: { zh: '一氧化碳低限', en: 'Low level' }, source: 'rule table' },
  'smoke.co.low-hold': { unit: 'min', default: 60, min: 0, max: 1440, label: { zh: '低限须持续', en: 'Low level must last' }, source: 'rule table' },
  'smoke.co.middle': { unit: 'ppm', default: 100, min: 1, max: 2000, label: { zh: '一氧化碳中限', en: 'Middle level' }, source: 'rule table' },
  'smoke.co.middle-hold': { unit: 'min', default: 10, min: 0, max: 1440, label: { zh: '中限须持续', en: 'Middle level must last' }, source: 'rule table' },
  'smoke.co.high': { unit: 'ppm', default: 300, min: 1, max: 2000, label: { zh: '一氧化碳高限', en: 'High level' }, source: 'rule table' },
  'smoke.co.high-hold': { unit: 'min', default: 3, min: 0, max: 1440, label: { zh: '高限须持续', en: 'High level must last' }, source: 'rule table' },
  'smoke.co.clear': { unit: 'ppm', default: 30, min: 0, max: 2000, label: { zh: '气体散去：低于', en: 'Gas is gone below' }, source: 'rule table' },
  'smoke.co.quiet': { unit: 'min', default: 5, min: 0, max: 1440, label: { zh: '解除：散去后持续', en: 'Clears after no gas for' }, source: 'rule table' },
  'smoke.call-point.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '可复位：距最后一次按下', en: 'Can be reset after no press for' }, source: 'design choice' },
  'smoke.contaminated.limit': { unit: '%', default: 80, min: 1, max: 100, label: { zh: '污染度达到', en: 'Contamination at or above' }, source: 'rule table' },
  'smoke.contaminated.clear': { unit: '%', default: 75, min: 0, max: 100, label: { zh: '恢复：低于', en: 'Clears below' }, source: 'rule table' },
  'smoke.battery.limit': { unit: '%', default: 15, min: 1, max: 100, label: { zh: '电量低于', en: 'Battery below' }, source: 'rule table' },
  'smoke.battery.clear': { unit: '%', default: 20, min: 1, max: 100, label: { zh: '恢复：不低于', en: 'Clears at or above' }, source: 'rule table' },
  'door.forced.grace': { unit: 's', default: 5, min: 0, max: 60, label: { zh: '放行或出门按钮的有效时间', en: 'A grant or exit request is valid for' }, source: 'rule table' },
  'door.held-open.hold': { unit: 's', default: 60, min: 1, max: 86400, label: { zh: '门持续打开', en: 'Open for' }, source: 'rule table' },
  'door.held-open.high-hold': { unit: 's', default: 300, min: 1, max: 86400, label: { zh: '升为“重要”：门持续打开', en: 'Becomes high when open for' }, source: 'rule table' },
  'door.denied-burst.count': { unit: null, default: 5, min: 2, max: 100, label: { zh: '时间窗内拒绝次数达到', en: 'Refusals' }, source: 'rule table' },
  'door.denied-burst.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '拒绝的时间窗', en: 'Counted over' }, source: 'rule table' },
  'door.denied-burst.quiet': { unit: 's', default: 300, min: 0, max: 86400, label: { zh: '解除：无拒绝持续', en: 'Clears after no refusal for' }, source: 'rule table' },
  'door.duress.quiet': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '可复位：距最后一次胁迫码', en: 'Can be reset after no duress code for' }, source: 'design choice' },
  'door.lock-fault.hold': { unit: 's', default: 10, min: 1, max: 3600, label: { zh: '下令上锁后仍未锁上，超过', en: 'Told to lock and still unlocked after' }, source: 'rule table' },
  'camera.video-loss.hold': { unit: 's', default: 30, min: 0, max: 3600, label: { zh: '视频丢失持续', en: 'Lost for' }, source: 'rule table' },
  'camera.video-loss.quiet': { unit: 's', default: 30, min: 0, max: 3600, label: { zh: '解除：视频恢复后持续', en: 'Clears after video is back for' }, source: 'rule table' },
  'camera.fire-lane-blocked.hold': { unit: 's', default: 120, min: 0, max: 86400, label: { zh: '堵塞持续', en: 'Blocked for' }, source: 'rule table' },
  'camera.falling-object.quiet': { unit: 's', default: 300, min: 0, max: 86400, label: { zh: '解除：无新的抛物持续', en: 'Clears after no other object for' }, source: 'rule table' },
  'camera.intrusion.from': { unit: 'h', default: 0, min: 0, max: 24, label: { zh: '布防开始（从零点起算）', en: 'Armed from (hours after midnight)' }, source: 'design choice' },
  'camera.intrusion.to': { unit: 'h', default: 24, min: 0, max: 24, label: { zh: '布防结束（从零点起算；早于开始则跨午夜，相等则全天）', en: 'Armed until (earlier than the start: past midnight; equal: all day)' }, source: 'design choice' },
  'camera.intrusion.offset': { unit: 'h', default: 8, min: -12, max: 14, label: { zh: '当地时间与 UTC 的差', en: 'Local time ahead of UTC by' }, source: 'design choice' },
  'camera.pulse.quiet': { unit: 's', default: 300, min: 0, max: 86400, label: { zh: '无结束消息的事件（pulse 或无 phase）视为结束，经过', en: 'An event without an end (pulse, or no phase) is over after' }, source: 'design choice' },
  'device.offline.smoke': { unit: 'min', default: 120, min: 1, max: 1440, label: { zh: '烟感沉默超过', en: 'Detector silent for' }, source: 'table of numbers' },
  'device.offline.door': { unit: 's', default: 120, min: 10, max: 86400, label: { zh: '门禁沉默超过', en: 'Door silent for' }, source: 'table of numbers' },
  'device.offline.camera': { unit: 's', default: 120, min: 10, max: 86400, label: { zh: '摄像机沉默超过', en: 'Camera silent for' }, source: 'table of numbers' },
  'device.offline.gateway': { unit: 's', default: 120, min: 10, max: 86400, label: { zh: '网关沉默超过', en: 'Gateway silent for' }, source: 'table of numbers' },
  'device.offline.settle': { unit: 's', default: 5, min: 0, max: 120, label: { zh: '网关断线后可自行恢复的时间', en: 'Time for a gateway to reconnect' }, source: 'design choice' },
  'device.never-seen.after': { unit: 'h', default: 24, min: 0.001, max: 8760, label: { zh: '登记后一直未出现，超过', en: 'Nothing heard after enrolment for' }, source: 'rule table' },
  'device.flapping.count': { unit: null, default: 15, min: 2, max: 100, label: { zh: '时间窗内断线次数达到', en: 'Disconnects' }, source: 'rule table' },
  'device.flapping.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '断线的时间窗（同样长时间无断线后解除）', en: 'Counted over (clears after as long without one)' }, source: 'rule table' },
  'device.clock.limit': { unit: 's', default: 60, min: 1, max: 86400, label: { zh: '时钟偏差超过', en: 'Clock off by more than' }, source: 'rule table' },
  'device.clock.clear': { unit: 's', default: 50, min: 1, max: 86400, label: { zh: '恢复：偏差不超过', en: 'Clears when off by at most' }, source: 'design choice' },
  'device.clock.hold': { unit: 's', default: 60, min: 0, max: 86400, label: { zh: '证明时钟落后的两条消息至少相隔（重发的消息也显得旧）', en: 'Two messages that show a slow clock are apart by (what is sent again looks old too)' }, source: 'design choice' },
  'device.rejected.count': { unit: null, default: 10, min: 2, max: 100, label: { zh: '时间窗内被拒消息数达到', en: 'Refused messages' }, source: 'rule table' },
  'device.rejected.window': { unit: 's', default: 60, min: 1, max: 3600, label: { zh: '被拒的时间窗（同样长时间无被拒后解除）', en: 'Counted over (clears after as long without one)' }, source: 'rule table' },
  'platform.history-lag.limit': { unit: 's', default: 60, min: 5, max: 86400, label: { zh: 'InfluxDB 落后达到', en: 'InfluxDB behind by at least' }, source: 'rule table' },
  'platform.history-lag.clear': { unit: 's', default: 30, min: 0, max: 86400, label: { zh: '恢复：落后低于', en: 'Clears when behind by less than' }, source: 'design choice' },
  'platform.disk.limit': { unit: '%', default: 10, min: 0, max: 90, label: { zh: '数据盘可用空间不超过', en: 'Free on the data disk at most' }, source: 'rule table' },
  'platform.disk.clear': { unit: '%', default: 12, min: 0, max: 100, label: { zh: '恢复：可用空间高于', en: 'Clears when more is free than' }, source: 'design choice' },
  'late.settle': { unit: 's', default: 2, min: 0, max: 60, label: { zh: '补传数据的判定：静默满', en: 'A backlog is judged after a pause of' }, source: 'design choice' },
  'late.longest': { unit: 's', default: 10, min: 0, max: 600, label: { zh: '持续补传时的最长判定间隔', en: 'A backlog that keeps coming is judged at least every' }, source: 'design choice' },
  'late.fresh': { unit: 's', default: 60, min: 0, max: 3600, label: { zh: '补传的报警立即判定：发生不超过', en: 'A late alarm is judged at once when younger than' }, source: 'design choice' },
  'command.expiry.smoke': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '烟感命令未被接收的过期时间', en: 'A command that a detector has not taken expires after' }, source: 'design choice' },
  'command.expiry.door': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '门禁命令未被接收的过期时间', en: 'A command that a door has not taken expires after' }, source: 'design choice' },
  'command.expiry.camera': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '摄像机命令未被接收的过期时间', en: 'A command that a camera has not taken expires after' }, source: 'design choice' },
  'command.expiry.gateway': { unit: 's', default: 60, min: 5, max: 3600, label: { zh: '网关命令未被接收的过期时间', en: 'A command that a gateway has not taken expires after' }, source: 'design choice' },
  'command.result': { unit: 's', default: 300, min: 5, max: 86400, label: { zh: '已接受的命令等待结果的时限', en: 'An accepted command fails without a result after' }, source: 'design choice' },
  'time.ahead': { unit: 's', default: 300, min: 1, max: 86400, label: { zh: '时钟不可信：超前超过', en: 'A clock is not believed when ahead by more than' }, source: 'promise to devices' },
  'time.behind': { unit: 'd', default: 14, min: 1, max: 3650, label: { zh: '时钟不可信：落后超过（即 RETENTION_DAYS）', en: 'A clock is not believed when behind by more than (RETENTION_DAYS)' }, source: 'retention of raw readings' }
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
