/** Moments by the clock on the wall of the site. Pure. */
import { badField } from './fault.ts'

export interface Schedule {
  /** Minutes since midnight. */
  readonly minute: number
  /** 1: Monday … 7: Sunday; empty: every day. */
  readonly days: ReadonlySet<number>
}

const MINUTE = 60_000
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
/** What was missed is made up for within this time, ms: later it would be a report of another time than it says. */
const MADE_UP_WITHIN = 2 * 3_600_000
/** A week of minutes and a day more: a clock that is put on may skip the minute once. */
const LONGEST = 8 * 24 * 60

/** `23:30`, and days as `1,5`. Throws a `FlowFault` that names the field. */
export function readSchedule(at: string, days: ReadonlySet<string>): Schedule {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(at) ?? []
  if (hours === undefined || minutes === undefined) throw badField('at', 'must be a time of day such as 23:30', at)
  const wrong = [...days].find((day) => !/^[1-7]$/.test(day))
  if (wrong !== undefined) throw badField('days', 'must be numbers from 1 (Monday) to 7 (Sunday)', wrong)
  return { minute: Number(hours) * 60 + Number(minutes), days: new Set([...days].map(Number)) }
}

/** The first such moment after `now`, ms. */
export function nextMoment({ minute, days }: Schedule, now: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const read = (at: number): { minute: number; day: number } => {
    const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
    return { minute: Number(parts['hour']) * 60 + Number(parts['minute']), day: DAYS.indexOf(parts['weekday'] ?? '') + 1 }
  }
  let at = Math.floor(now / MINUTE) * MINUTE + MINUTE
  for (let step = 0; step < LONGEST; step += 1) {
    const wall = read(at)
    if (wall.minute === minute && (days.size === 0 || days.has(wall.day))) return at
    // Most of the way in one leap; the last hours by the minute, because clocks are put forward and back.
    const left = (minute - wall.minute + 1440) % 1440
    at += left > 180 ? (left - 180) * MINUTE : MINUTE
  }
  return at
}

/** The moment that `planned` (ms) says was waited for, or the first after it that is not too long ago; null where none has passed. */
export function missedMoment(schedule: Schedule, planned: number, now: number, timeZone: string): number | null {
  const missed = nextMoment(schedule, Math.max(planned - 1, now - MADE_UP_WITHIN), timeZone)
  return missed <= now ? missed : null
}
