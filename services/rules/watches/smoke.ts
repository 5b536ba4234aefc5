/** Rules of smoke detectors that need no memory of their own: pre-alarm, CO, call point, and the upkeep of the detector. */
import type { FieldValue } from '../../../protocol/decoded.ts'
import type { Bilingual } from '../../../protocol/names.ts'
import { beyond } from '../condition/limit.ts'
import { climbed } from '../condition/rise.ts'
import { flagIn, numberIn } from '../reading.ts'
import type { RuleId } from '../registry.ts'
import { millisOf } from '../settings.ts'
import type { RuleSettings } from '../settings.ts'
import { spanned } from '../words.ts'
import { AT_ONCE, CALM, NEITHER, NO_QUIET } from './watch.ts'
import type { Evidence, WatchRule } from './watch.ts'

const PRE_ALARM: WatchRule = {
  rule: 'smoke.pre-alarm',
  read: (reading, watch, settings) => {
    const { haze } = reading
    const value = numberIn(reading, 'obscuration')
    // What a detector said with its alarm, it takes back with its all-clear: no telemetry may ever follow.
    if (value === null) return haze?.byEvent === true && reading.type === 'alarm-cleared' ? CALM : null
    const clear = settings['smoke.pre-alarm.clear']
    const dense = beyond(watch.episode.on, value, { side: 'above', raise: settings['smoke.pre-alarm.limit'], clear })
    const rising = climbed(haze?.rise ?? 0, settings['smoke.pre-alarm.rise'])
    if (!dense && !rising && value < clear) return CALM
    return { on: [dense, rising], calm: false, value }
  },
  stages: (settings) => [{ hold: millisOf(settings, 'smoke.pre-alarm.hold') }, { hold: 0 }],
  quiet: (settings) => millisOf(settings, 'smoke.pre-alarm.quiet'),
  words: ({ value }, stage, settings) => {
    const percent = `${tenth(value)} %/m`
    if (stage === 0) return { zh: `有烟 ${percent}，已持续 ${settings['smoke.pre-alarm.hold']} 秒`, en: `smoke of ${percent} for ${settings['smoke.pre-alarm.hold']} s` }
    return { zh: `烟雾快速上升，现 ${percent}`, en: `smoke rises fast, now ${percent}` }
  }
}

const CO_STAGES = ['low', 'middle', 'high'] as const

const CO: WatchRule = {
  rule: 'smoke.co',
  read: (reading, _watch, settings) => {
    const value = numberIn(reading, 'co')
    if (value === null) return null
    if (value < settings['smoke.co.clear'] && value < settings['smoke.co.low']) return CALM
    return { on: CO_STAGES.map((stage) => value >= settings[`smoke.co.${stage}`]), calm: false, value }
  },
  stages: (settings) => CO_STAGES.map((stage) => ({ hold: millisOf(settings, `smoke.co.${stage}-hold`) })),
  quiet: (settings) => millisOf(settings, 'smoke.co.quiet'),
  words: ({ value }, stage, settings) => {
    const name = CO_STAGES[stage] ?? 'low'
    const [limit, held] = [settings[`smoke.co.${name}`], spanned(millisOf(settings, `smoke.co.${name}-hold`))]
    return {
      zh: `一氧化碳 ${tenth(value)} ppm，不低于 ${limit} ppm 已 ${held.zh}`,
      en: `carbon monoxide ${tenth(value)} ppm, at or above ${limit} ppm for ${held.en}`
    }
  }
}

const CALL_POINT: WatchRule = {
  rule: 'smoke.call-point',
  read: ({ type }, _watch, settings) => type === 'call-point' ? { on: [true], calm: false, pulse: true, lasts: millisOf(settings, 'smoke.call-point.quiet') } : null,
  stages: AT_ONCE,
  quiet: NO_QUIET,
  person: true,
  words: () => ({ zh: '手动报警按钮被按下', en: 'the call point was pressed' })
}

/** Where a level stands in its hysteresis. Low is bad strictly below the limit, high from the limit on. */
function level(rule: RuleId, field: 'contamination' | 'battery', limit: (settings: RuleSettings) => readonly [raise: number, clear: number], words: (value: string) => Bilingual): WatchRule {
  return {
    rule,
    read: (reading, watch, settings) => {
      const value = numberIn(reading, field)
      if (value === null) return null
      const [raise, clear] = limit(settings)
      const over = (held: boolean): boolean => field === 'battery' ? value < raise || (held && value < clear) : beyond(held, value, { side: 'above', raise, clear })
      if (over(watch.episode.on)) return { on: [true], calm: false, value }
      return over(true) ? NEITHER : CALM
    },
    stages: AT_ONCE,
    quiet: NO_QUIET,
    words: ({ value }) => words(`${tenth(value)} %`)
  }
}

/** What a device says of itself by a flag, and by an event of the same name. `cleared` is the event that takes it back, where there is one. */
export function flagged(rule: RuleId, field: 'fault' | 'tamper', cleared: string | null, words: Bilingual): WatchRule {
  return {
    rule,
    read: (reading): Evidence | null => {
      if (reading.type === field) return { on: [true], calm: false, pulse: true }
      const flag = reading.type !== null && reading.type === cleared ? false : flagIn(reading, field)
      if (flag === null) return null
      return flag ? { on: [true], calm: false } : CALM
    },
    stages: AT_ONCE,
    quiet: NO_QUIET,
    words: () => words
  }
}

export const SMOKE_WATCHES: readonly WatchRule[] = [
  PRE_ALARM,
  CO,
  CALL_POINT,
  flagged('smoke.fault', 'fault', 'fault-cleared', { zh: '上报自身故障', en: 'reports a fault of its own' }),
  level('smoke.contaminated', 'contamination', (settings) => [settings['smoke.contaminated.limit'], settings['smoke.contaminated.clear']],
    (value) => ({ zh: `污染度 ${value}，需清洁`, en: `contamination ${value}, it needs cleaning` })),
  level('smoke.battery', 'battery', (settings) => [settings['smoke.battery.limit'], settings['smoke.battery.clear']],
    (value) => ({ zh: `电量 ${value}`, en: `battery at ${value}` })),
  flagged('smoke.tamper', 'tamper', null, { zh: '被拆下', en: 'was removed from its base' })
]

/** True when this reading alone is one of these alarms that must not wait. */
export function isUrgentSmoke(type: string | null, values: Readonly<Record<string, FieldValue>>, settings: RuleSettings): boolean {
  return type === 'call-point' || (typeof values['co'] === 'number' && values['co'] >= settings['smoke.co.high'])
}

function tenth(value: number | null): string {
  return String(Math.round((value ?? 0) * 10) / 10)
}

