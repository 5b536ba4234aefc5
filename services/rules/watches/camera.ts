/**
 * Rules of cameras. A `start` holds until its `end`: an `end` that names a zone leaves what was started in another one. A `pulse`, or an event without a
 * phase, only says that it happened, and is over after `camera.pulse.quiet` without another. Where something has to last, a `pulse` proves nothing and is not read.
 */
import type { Bilingual, Millis } from '../../../protocol/names.ts'
import { flagIn } from '../reading.ts'
import type { Reading } from '../reading.ts'
import type { RuleId } from '../registry.ts'
import { millisOf } from '../settings.ts'
import type { RuleSettings } from '../settings.ts'
import { AT_ONCE, CALM, NO_QUIET } from './watch.ts'
import type { Evidence, Watch, WatchRule } from './watch.ts'

/** Zones of one rule that are told apart; what is started in more of them is over with these. */
const ZONES = 16

/** What an event of this type says, by its phase; null when it is another event. */
function phased(event: string, { type, values }: Reading, watch: Watch, settings: RuleSettings): Evidence | null {
  if (type !== event) return null
  const { phase, zone } = values
  const before = watch.zones ?? []
  if (phase === 'end') {
    const zones = typeof zone === 'string' ? before.filter((one) => one !== zone) : []
    return zones.length === 0 ? CALM : { on: [true], calm: false, zones }
  }
  const zones = phase === 'start' && typeof zone === 'string' && !before.includes(zone) && before.length < ZONES ? [...before, zone] : before
  // What was started and not ended goes on, whatever pulses come in between.
  const started = watch.since[0] !== undefined && watch.since[0] !== null && watch.until === null
  const lasts = phase === 'start' || started ? null : millisOf(settings, 'camera.pulse.quiet')
  return { on: [true], calm: false, pulse: true, lasts, zones }
}

function said(event: string, words: Bilingual): WatchRule {
  return { rule: `camera.${event}` as RuleId, read: (reading, watch, settings) => phased(event, reading, watch, settings), stages: AT_ONCE, quiet: NO_QUIET, words: () => words }
}

const VIDEO_LOSS: WatchRule = {
  rule: 'camera.video-loss',
  read: (reading, watch, settings) => {
    const lost = flagIn(reading, 'videoLoss')
    if (lost !== null) return lost ? { on: [true], calm: false, zones: watch.zones } : CALM
    return reading.values['phase'] === 'pulse' ? null : phased('video-loss', reading, watch, settings)
  },
  stages: (settings) => [{ hold: millisOf(settings, 'camera.video-loss.hold') }],
  quiet: (settings) => millisOf(settings, 'camera.video-loss.quiet'),
  words: (_watch, _stage, settings) => ({ zh: `视频丢失已 ${settings['camera.video-loss.hold']} 秒`, en: `no video for ${settings['camera.video-loss.hold']} s` })
}

const FIRE_LANE: WatchRule = {
  ...said('fire-lane-blocked', { zh: '', en: '' }),
  read: (reading, watch, settings) => reading.values['phase'] === 'pulse' ? null : phased('fire-lane-blocked', reading, watch, settings),
  stages: (settings) => [{ hold: millisOf(settings, 'camera.fire-lane-blocked.hold') }],
  words: (_watch, _stage, settings) => {
    const seconds = settings['camera.fire-lane-blocked.hold']
    return { zh: `消防通道已堵塞 ${seconds} 秒`, en: `the fire lane has been blocked for ${seconds} s` }
  }
}

const FALLING_OBJECT: WatchRule = {
  ...said('falling-object', { zh: '发现高空抛物', en: 'an object fell or was thrown' }),
  read: ({ type, values }, _watch, settings) =>
    type === 'falling-object' && values['phase'] !== 'end' ? { on: [true], calm: false, pulse: true, lasts: millisOf(settings, 'camera.falling-object.quiet') } : null
}

const DAY = 86_400_000
const HOUR = 3_600_000

/** `at` where it lies in the hours of the rule, else the time at which they begin. Hours are those of the site, by its offset from UTC. */
export function inHours(at: Millis, settings: RuleSettings): Millis {
  const from = (settings['camera.intrusion.from'] % 24) * HOUR
  const span = (settings['camera.intrusion.to'] - settings['camera.intrusion.from']) * HOUR
  const length = span > 0 ? span : span + DAY
  const since = (((at + settings['camera.intrusion.offset'] * HOUR - from) % DAY) + DAY) % DAY
  return since < length ? at : at + DAY - since
}

const INTRUSION: WatchRule = {
  ...said('intrusion', { zh: '布防时段内有人闯入', en: 'intrusion in the guarded hours' }),
  opens: inHours
}

export const CAMERA_WATCHES: readonly WatchRule[] = [
  said('lens-covered', { zh: '镜头被遮挡', en: 'the lens is covered' }),
  said('scene-changed', { zh: '画面与原场景不同，可能被转动', en: 'it shows another scene, it may have been turned' }),
  VIDEO_LOSS,
  said('ebike-in-lift', { zh: '电动车进入电梯', en: 'an e-bike is in the lift' }),
  FIRE_LANE,
  FALLING_OBJECT,
  INTRUSION,
  { ...said('flame', { zh: '发现火焰', en: 'it sees flames' }), person: true }
]
