/** Rules of doors that need no memory of their own. */
import { add, isBurst } from '../condition/burst.ts'
import { flagIn } from '../reading.ts'
import { millisOf } from '../settings.ts'
import { flagged } from './smoke.ts'
import { AT_ONCE, CALM, NO_QUIET } from './watch.ts'
import type { WatchRule } from './watch.ts'

const HELD_OPEN: WatchRule = {
  rule: 'door.held-open',
  read: (reading) => {
    const open = reading.type === 'opened' ? true : reading.type === 'closed' ? false : flagIn(reading, 'open')
    if (open === null) return null
    return open ? { on: [true, true], calm: false } : CALM
  },
  stages: (settings) => [
    { hold: millisOf(settings, 'door.held-open.hold'), severity: 'medium' },
    { hold: millisOf(settings, 'door.held-open.high-hold'), severity: 'high' }
  ],
  quiet: NO_QUIET,
  words: (_watch, stage, settings) => {
    const seconds = settings[stage === 0 ? 'door.held-open.hold' : 'door.held-open.high-hold']
    return { zh: `门已开 ${seconds} 秒未关`, en: `open for ${seconds} s` }
  }
}

const DENIED_BURST: WatchRule = {
  rule: 'door.denied-burst',
  read: ({ type, time }, watch, settings) => {
    if (type !== 'denied') return null
    const [count, window] = [settings['door.denied-burst.count'], millisOf(settings, 'door.denied-burst.window')]
    const times = add((watch.times ?? []).filter((one) => time - one <= window), time, count)
    if (!watch.episode.on && !isBurst(times, count, window)) return { on: [false], calm: true, times }
    return { on: [true], calm: false, lasts: millisOf(settings, 'door.denied-burst.quiet'), times }
  },
  stages: AT_ONCE,
  quiet: NO_QUIET,
  words: (_watch, _stage, settings) => {
    const [count, seconds] = [settings['door.denied-burst.count'], settings['door.denied-burst.window']]
    return { zh: `${seconds} 秒内拒绝 ${count} 次`, en: `${count} refusals within ${seconds} s` }
  }
}

const DURESS: WatchRule = {
  rule: 'door.duress',
  read: ({ type }, _watch, settings) => type === 'duress' ? { on: [true], calm: false, pulse: true, lasts: millisOf(settings, 'door.duress.quiet') } : null,
  stages: AT_ONCE,
  quiet: NO_QUIET,
  person: true,
  words: () => ({ zh: '有人输入胁迫码', en: 'somebody used the duress code' })
}

const LOCK_FAULT: WatchRule = {
  rule: 'door.lock-fault',
  // Two ways to know of it: the door says so itself; it was told to lock and its bolt is not in its place.
  read: (reading, watch) => {
    const said = (watch.since[0] ?? null) !== null
    const waiting = (watch.since[1] ?? null) !== null
    if (reading.told?.to === 'lock') return reading.told.unlocked ? { on: [said, true], calm: false } : null
    if (reading.told) return waiting ? { on: [said, false], calm: false } : null
    if (reading.type === 'lock-fault') return { on: [true, waiting], calm: false, pulse: true }
    // Only the bolt in its place shows that the lock works again; an unlocked door says nothing of it.
    return flagIn(reading, 'locked') === true ? CALM : null
  },
  stages: (settings) => [{ hold: 0 }, { hold: millisOf(settings, 'door.lock-fault.hold') }],
  // It was told by our clock, so what follows counts by ours.
  opens: (at) => at,
  quiet: NO_QUIET,
  words: (_watch, stage, settings) => {
    if (stage === 0) return { zh: '锁故障，锁不上', en: 'the lock does not lock' }
    const seconds = settings['door.lock-fault.hold']
    return { zh: `下令上锁 ${seconds} 秒后仍未锁上`, en: `told to lock, still unlocked after ${seconds} s` }
  }
}

export const DOOR_WATCHES: readonly WatchRule[] = [
  HELD_OPEN,
  DENIED_BURST,
  DURESS,
  flagged('door.tamper', 'tamper', null, { zh: '控制器被拆', en: 'its controller was tampered with' }),
  LOCK_FAULT
]
