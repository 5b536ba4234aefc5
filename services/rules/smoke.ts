/** Rules of smoke detectors. */
import type { Millis } from '../../protocol/names.ts'
import { clearsAt, elapsed, follow, NO_EPISODE, settle } from './condition/episode.ts'
import type { Episode } from './condition/episode.ts'
import { beyond } from './condition/limit.ts'
import { climb, climbed, NO_PAST } from './condition/rise.ts'
import type { Past } from './condition/rise.ts'
import { earliest, flagIn, isNewer, numberIn } from './reading.ts'
import type { Change, Reading, Step } from './reading.ts'
import { millisOf } from './settings.ts'
import type { RuleSettings } from './settings.ts'
import { UNHEARD } from './watches/heard.ts'
import type { Heard } from './watches/heard.ts'
import { NO_WATCHES } from './watches/watch.ts'
import type { Watches } from './watches/watch.ts'

/** What the detector says of smoke. */
export interface SmokeAlarm {
  readonly episode: Episode
  /** The detector's own verdict. */
  readonly flag: boolean
  /** Obscuration is beyond its limit (with hysteresis). */
  readonly dense: boolean
  /** The last obscuration was not below the limit that clears. */
  readonly hazy: boolean
  /** The last obscuration came with an event: the detector's later all-clear takes it back, for no telemetry may ever follow it. */
  readonly byEvent: boolean
  /** The device's time of its last verdict. */
  readonly flagAt: Millis | null
  /** The device's time of the last obscuration. */
  readonly hazeAt: Millis | null
}

/** What the detector says of heat. */
export interface SmokeHeat {
  readonly episode: Episode
  /** Temperature is beyond its limit (with hysteresis). */
  readonly hot: boolean
  /** The last temperature was not below the limit that clears, or still rose. */
  readonly warm: boolean
  readonly past: Past
  /** The device's time of the last temperature. */
  readonly known: Millis | null
}

/** Plain JSON data. */
export interface SmokeState {
  readonly kind: 'smoke'
  readonly alarm: SmokeAlarm
  readonly heat: SmokeHeat
  /** The last values of obscuration. */
  readonly haze: Past
  /** The last one came with an event. */
  readonly hazeByEvent: boolean
  readonly watches: Watches
  readonly heard: Heard
}

export const INITIAL_SMOKE: SmokeState = {
  kind: 'smoke',
  watches: NO_WATCHES,
  heard: UNHEARD,
  alarm: { episode: NO_EPISODE, flag: false, dense: false, hazy: false, byEvent: false, flagAt: null, hazeAt: null },
  haze: NO_PAST,
  hazeByEvent: false,
  heat: { episode: NO_EPISODE, hot: false, warm: false, past: NO_PAST, known: null }
}

/** Judges smoke and heat of one reading. */
export function stepSmoke(state: SmokeState, reading: Reading, settings: RuleSettings): Step<SmokeState> {
  const changes: Change[] = []
  const alarm = stepAlarm(state.alarm, reading, settings, changes)
  const heat = stepHeat(state.heat, reading, settings, changes)
  return alarm === state.alarm && heat === state.heat ? { state, changes } : dueSmoke({ ...state, alarm, heat }, reading.at, settings, changes)
}

/** The reading with what the last ones make of it: how far the obscuration rose within the window of the pre-alarm. */
export function withHaze(state: SmokeState, reading: Reading, settings: RuleSettings): { readonly haze: Past; readonly byEvent: boolean; readonly reading: Reading } {
  const { haze, hazeByEvent } = state
  const value = numberIn(reading, 'obscuration')
  if (value === null) {
    const taken = reading.type === 'alarm-cleared' && hazeByEvent
    return { haze, byEvent: hazeByEvent, reading: taken ? { ...reading, haze: { rise: 0, byEvent: true } } : reading }
  }
  const byEvent = reading.type !== null
  const { past, rise } = climb(haze, reading.time, value, millisOf(settings, 'smoke.pre-alarm.window'))
  return { haze: past, byEvent, reading: climbed(rise, settings['smoke.pre-alarm.rise']) ? { ...reading, haze: { rise, byEvent } } : reading }
}

/** Clears what has been quiet for long enough by `now`. */
export function dueSmoke(state: SmokeState, now: Millis, settings: RuleSettings, before: readonly Change[] = []): Step<SmokeState> {
  const alarm = settle(state.alarm.episode, now, millisOf(settings, 'smoke.alarm.quiet'))
  const heat = settle(state.heat.episode, now, millisOf(settings, 'smoke.heat.quiet'))
  if (!alarm.cleared && !heat.cleared) return { state, changes: before }
  const changes = [...before]
  if (alarm.cleared) changes.push({ rule: 'smoke.alarm', change: 'clear', ts: now, message: { zh: '烟雾已消散', en: 'the smoke is gone' } })
  if (heat.cleared) changes.push({ rule: 'smoke.heat', change: 'clear', ts: now, message: { zh: '温度已恢复', en: 'the heat is gone' } })
  return {
    state: { ...state, alarm: { ...state.alarm, episode: alarm.episode }, heat: { ...state.heat, episode: heat.episode } },
    changes
  }
}

/** More time has passed for the detector than for us, by `span` ms. */
export function elapsedSmoke(state: SmokeState, span: Millis): SmokeState {
  const { alarm, heat } = state
  if (alarm.episode.calmAt === null && heat.episode.calmAt === null) return state
  return { ...state, alarm: { ...alarm, episode: elapsed(alarm.episode, span) }, heat: { ...heat, episode: elapsed(heat.episode, span) } }
}

/** When `dueSmoke` has something to do; null when nothing is awaited. */
export function nextSmoke(state: SmokeState, settings: RuleSettings): Millis | null {
  return earliest(
    clearsAt(state.alarm.episode, millisOf(settings, 'smoke.alarm.quiet')),
    clearsAt(state.heat.episode, millisOf(settings, 'smoke.heat.quiet'))
  )
}

function stepAlarm(state: SmokeAlarm, reading: Reading, settings: RuleSettings, changes: Change[]): SmokeAlarm {
  const obscuration = numberIn(reading, 'obscuration')
  const verdict = verdictOf(reading)
  if (obscuration === null && verdict === null) return state
  const flag = verdict ?? state.flag
  let { dense, hazy, byEvent } = state
  if (obscuration !== null) {
    const clear = settings['smoke.alarm.clear']
    dense = beyond(dense, obscuration, { side: 'above', raise: settings['smoke.alarm.limit'], clear })
    hazy = obscuration >= clear
    byEvent = reading.type !== null
  } else if (reading.type === 'alarm-cleared' && byEvent) {
    dense = false
    hazy = false
  }
  const finding = { holds: flag || dense, calm: !flag && !hazy, pulse: reading.type === 'alarm' }
  const { episode, raised } = follow(state.episode, finding, reading.at)
  if (raised) {
    const percent = obscuration === null ? null : `${round(obscuration)} %/m`
    const said = verdict === true
    changes.push({
      rule: 'smoke.alarm',
      change: 'raise',
      ts: reading.at,
      message: {
        zh: `${said ? '探测器报警' : '烟雾浓度超限'}${percent === null ? '' : ` ${percent}`}`,
        en: `${said ? 'in alarm' : 'smoke beyond the limit'}${percent === null ? '' : `, ${percent}`}`
      }
    })
  }
  return { episode, flag, dense, hazy, byEvent, flagAt: verdict === null ? state.flagAt : reading.said, hazeAt: obscuration === null ? state.hazeAt : reading.said }
}

/** What holds when both are known: of the verdict and of the smoke, each the newer one. What was dense and is not below the limit that clears is dense still. */
export function joinedAlarm(live: SmokeAlarm, late: SmokeAlarm, now: Millis): SmokeAlarm {
  const { flag, flagAt } = isNewer(late.flagAt, live.flagAt) ? late : live
  const isLateHaze = isNewer(late.hazeAt, live.hazeAt)
  const { hazy, byEvent, hazeAt } = isLateHaze ? late : live
  const dense = isLateHaze ? late.dense : live.dense || (late.dense && live.hazy)
  // The detector's all-clear takes back what came with its alarm.
  const isOver = isLateHaze && byEvent && !flag && flagAt !== null && isNewer(flagAt, hazeAt)
  const after = { flag, dense: dense && !isOver, hazy: hazy && !isOver, byEvent, flagAt, hazeAt }
  return { ...after, episode: joinedEpisode(live.episode, late.episode, after.flag || after.dense, !after.flag && !after.hazy, now) }
}

/** As `joinedAlarm`. The lanes measure on different timelines, so the window stays the live one. */
export function joinedHeat(live: SmokeHeat, late: SmokeHeat, now: Millis): SmokeHeat {
  if (isNewer(late.known, live.known)) return { ...late, past: live.past }
  const hot = live.hot || (late.hot && live.warm)
  return { ...live, hot, episode: joinedEpisode(live.episode, late.episode, hot || live.episode.on, !live.warm, now) }
}

function joinedEpisode(live: Episode, late: Episode, on: boolean, calm: boolean, now: Millis): Episode {
  if (on) return { on, open: true, calmAt: null }
  if (!calm) return { on, open: live.open || late.open, calmAt: null }
  return live.open ? { on, open: true, calmAt: live.calmAt ?? now } : NO_EPISODE
}

/** What the detector itself says: true for alarm, false for no alarm, null for nothing about it. */
function verdictOf(reading: Reading): boolean | null {
  if (reading.type === 'alarm') return true
  if (reading.type === 'alarm-cleared') return false
  return flagIn(reading, 'alarm')
}

function stepHeat(state: SmokeHeat, reading: Reading, settings: RuleSettings, changes: Change[]): SmokeHeat {
  const temperature = numberIn(reading, 'temperature')
  if (temperature === null) return state
  const window = millisOf(settings, 'smoke.heat.window')
  const { past, rise } = climb(state.past, reading.time, temperature, window)
  const clear = settings['smoke.heat.clear']
  const hot = beyond(state.hot, temperature, { side: 'above', raise: settings['smoke.heat.limit'], clear })
  const rising = climbed(rise, settings['smoke.heat.rise'])
  const finding = { holds: hot || rising, calm: !rising && temperature < clear, pulse: false }
  const { episode, raised } = follow(state.episode, finding, reading.at)
  if (raised) {
    changes.push({
      rule: 'smoke.heat',
      change: 'raise',
      ts: reading.at,
      message: hot
        ? { zh: `温度 ${round(temperature)} °C`, en: `temperature ${round(temperature)} °C` }
        : { zh: `${window / 1000} 秒内升温 ${round(rise)} °C，现 ${round(temperature)} °C`, en: `${round(rise)} °C up within ${window / 1000} s, now ${round(temperature)} °C` }
    })
  }
  return { episode, hot, warm: !finding.calm, past, known: reading.said }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
