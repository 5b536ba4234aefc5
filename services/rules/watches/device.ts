/** Rules about any device, whatever its kind. They read what happens to it, by the clock of the journal. */
import type { Millis } from '../../../protocol/names.ts'
import { add, isBurst } from '../condition/burst.ts'
import { numberIn } from '../reading.ts'
import type { Reading } from '../reading.ts'
import { millisOf } from '../settings.ts'
import type { RuleSettings } from '../settings.ts'
import { spanned, spanOf } from '../words.ts'
import { AT_ONCE, CALM, NO_QUIET } from './watch.ts'
import type { WatchRule } from './watch.ts'

/** What happens to a device. `refused`: a message of it, in whole or in part. */
export type Happening = 'enrolled' | 'seen' | 'disconnected' | 'refused'

/** As a reading; nothing of it comes late, so every clock is the journal's. */
export function happening(type: Happening, now: Millis): Reading {
  return { at: now, time: now, said: now, type, values: {} }
}

/** A message came whose newest `ts` is this far from the time of receipt, ms; positive: ahead. */
export function clockReading(offset: Millis, now: Millis): Reading {
  return { at: now, time: now, said: now, type: null, values: { offset } }
}

/** False when a clock that is off by `offset` ms need not be looked at, unless it is watched already. */
export function isClockOff(offset: Millis, settings: RuleSettings): boolean {
  return Math.abs(offset) > millisOf(settings, 'device.clock.limit')
}

const NEVER_SEEN: WatchRule = {
  rule: 'device.never-seen',
  read: ({ type }) => type === 'enrolled' ? { on: [true], calm: false } : type === 'seen' ? CALM : null,
  stages: (settings) => [{ hold: millisOf(settings, 'device.never-seen.after') }],
  quiet: NO_QUIET,
  words: (_watch, _stage, settings) => {
    const { zh, en } = spanned(millisOf(settings, 'device.never-seen.after'))
    return { zh: `登记 ${zh}后仍未出现`, en: `not a word within ${en} of its enrolment` }
  }
}

/** So many within a window; over when as long has passed without one. */
function burst(rule: 'device.flapping' | 'device.rejected', event: Happening, zh: string, en: string): WatchRule {
  return {
    rule,
    read: ({ type, time }, watch, settings) => {
      if (type !== event) return null
      const [count, window] = [settings[`${rule}.count`], millisOf(settings, `${rule}.window`)]
      const times = add((watch.times ?? []).filter((one) => time - one <= window), time, count)
      if (!watch.episode.on && !isBurst(times, count, window)) return { on: [false], calm: true, times }
      return { on: [true], calm: false, lasts: window, times }
    },
    stages: AT_ONCE,
    quiet: NO_QUIET,
    words: (_watch, _stage, settings) => {
      const [count, seconds] = [settings[`${rule}.count`], settings[`${rule}.window`]]
      return { zh: `${seconds} 秒内${zh} ${count} 次`, en: `${en} ${count} times within ${seconds} s` }
    }
  }
}

const CLOCK: WatchRule = {
  rule: 'device.clock',
  read: (reading, watch, settings) => {
    const offset = numberIn(reading, 'offset')
    if (offset === null) return null
    const off = Math.abs(offset) > millisOf(settings, watch.episode.on ? 'device.clock.clear' : 'device.clock.limit')
    if (!off) return CALM
    // A message that was long under way looks old, never from the future, and never older than what a device may keep.
    const certain = offset > 0 || -offset > millisOf(settings, 'time.behind')
    return { on: [true, certain], calm: false, value: offset }
  },
  stages: (settings) => [{ hold: millisOf(settings, 'device.clock.hold'), byReading: true }, { hold: 0 }],
  quiet: NO_QUIET,
  words: ({ value }) => {
    const [zh, en] = (value ?? 0) > 0 ? ['快', 'ahead'] : ['慢', 'behind']
    const [span, unit, short] = spanOf(Math.abs(value ?? 0))
    return { zh: `时钟${zh} ${span} ${unit}`, en: `its clock is ${span} ${short} ${en}` }
  }
}

export const DEVICE_WATCHES: readonly WatchRule[] = [
  NEVER_SEEN,
  burst('device.flapping', 'disconnected', '断线', 'disconnected'),
  CLOCK,
  burst('device.rejected', 'refused', '消息被拒', 'messages refused')
]
