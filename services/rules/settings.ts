import type { Kind, Millis } from '../../protocol/names.ts'

/** A number of a rule that can be set from outside. */
export interface Setting {
  readonly env: string
  readonly unit: '°C' | '%/m' | 's' | 'min' | 'd'
  readonly default: number
  readonly min: number
  readonly max: number
  /** Where the default comes from, and what it does. */
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
  'smoke.alarm.limit': { unit: '%/m', default: 10, min: 0.1, max: 100, source: 'rule table: obscuration that is an alarm' },
  'smoke.alarm.clear': { unit: '%/m', default: 5, min: 0, max: 100, source: 'rule table: below it the smoke is gone' },
  'smoke.alarm.quiet': { unit: 's', default: 60, min: 0, max: 3600, source: 'rule table: so long without smoke until it clears' },
  'smoke.heat.limit': { unit: '°C', default: 57, min: 30, max: 125, source: 'rule table: temperature under the ceiling that is an alarm' },
  'smoke.heat.clear': { unit: '°C', default: 50, min: 0, max: 125, source: 'rule table: below it the heat is gone' },
  'smoke.heat.rise': { unit: '°C', default: 8.3, min: 1, max: 100, source: 'rule table: rise within the window that is an alarm' },
  'smoke.heat.window': { unit: 's', default: 60, min: 1, max: 3600, source: 'rule table: window of the rise' },
  'smoke.heat.quiet': { unit: 's', default: 60, min: 0, max: 3600, source: 'rule table: so long without heat until it clears' },
  'door.forced.grace': { unit: 's', default: 5, min: 0, max: 60, source: 'rule table: a grant or an exit request is good for so long' },
  'device.offline.smoke': { unit: 'min', default: 120, min: 1, max: 1440, source: 'table of numbers: silence of a battery detector (link that carries fire, GB 50440, secondary)' },
  'device.offline.door': { unit: 's', default: 120, min: 10, max: 86400, source: 'table of numbers: silence of a door' },
  'device.offline.camera': { unit: 's', default: 120, min: 10, max: 86400, source: 'table of numbers: silence of a camera' },
  'device.offline.gateway': { unit: 's', default: 120, min: 10, max: 86400, source: 'table of numbers: silence of a gateway' },
  'device.offline.settle': { unit: 's', default: 5, min: 0, max: 120, source: 'design choice: a gateway that lost its connection has so long to come back' },
  'late.settle': { unit: 's', default: 2, min: 0, max: 60, source: 'design choice: a backlog is judged when no more of it came for so long' },
  'late.longest': { unit: 's', default: 10, min: 0, max: 600, source: 'design choice: a backlog that keeps coming is judged at least so often' },
  'late.fresh': { unit: 's', default: 60, min: 0, max: 3600, source: 'design choice: an alarm in late data that is younger than this is judged at once' },
  'time.ahead': { unit: 's', default: 300, min: 1, max: 86400, source: 'promise to devices: a clock further ahead is not believed' },
  'time.behind': { unit: 'd', default: 14, min: 1, max: 3650, source: 'retention of raw readings: a clock further behind is not believed' }
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

const MILLIS: Readonly<Record<'s' | 'min' | 'd', Millis>> = { s: 1000, min: 60_000, d: 86_400_000 }

/** A setting that is a time, in ms. */
export function millisOf(settings: RuleSettings, name: SettingName): Millis {
  const { unit } = RULE_SETTINGS[name]
  return settings[name] * (unit === 's' || unit === 'min' || unit === 'd' ? MILLIS[unit] : 1)
}

/** How long a device of this kind may be silent, ms. */
export function silenceLimit(settings: RuleSettings, kind: Kind): Millis {
  return millisOf(settings, `device.offline.${kind}`)
}
