/** What can be believed of a device's clock, and the timeline on which its windows are measured. */
import type { Millis } from '../../protocol/names.ts'

/** How far a clock may be off before its time is replaced by the time of receipt, ms. */
export interface Belief {
  readonly ahead: Millis
  readonly behind: Millis
}

/** False when a device's `ts` is stored under the time of receipt and flagged `clockSuspect`; a missing one is not suspect, it is replaced all the same. */
export function isBelieved(ts: Millis, at: Millis, { ahead, behind }: Belief): boolean {
  return ts <= at + ahead && ts >= at - behind
}

/** What a firmware developer is told of a `ts` that is not believed. @param seconds it would be, times 1000 */
export function oddTime(ts: Millis, seconds: boolean): string {
  const why = seconds ? 'it looks like seconds and must be milliseconds' : 'too far from the time of receipt'
  return `ts ${ts} is ${new Date(ts).toISOString()}: ${why}; it is stored under the time of receipt; reported once for a device`
}

/**
 * A device's own timeline, made of the differences of its `ts`, whatever its clock says in absolute terms. `time` starts near the time
 * of receipt, never decreases, never runs ahead of it and may lag behind it (a device that sends what it gathered). Plain JSON data.
 */
export interface Timeline {
  /** The last `ts`; of the device's clock. */
  readonly ts: Millis
  /** When it was received. */
  readonly at: Millis
  readonly time: Millis
  /** The least that `time` lay behind the receipt since readings last came late. */
  readonly behind: Millis
  /** The newest `ts` so far, as far as it was not ahead of the receipt. */
  readonly newest: Millis
}

/** A message that took a little longer than the next one makes its differences seem longer: not a jump yet. Design choice. */
const JITTER = 2_000
/** What a device may gather before it sends it without calling it late; a slow clock is caught here. Design choice. */
const LONGEST_LAG = 6 * 3_600_000
/** A clock that shows the same time after this long stands still. Design choice. */
const STANDSTILL = 1_000
/** What follows so soon was stored: no device measures and reports twice within it. Design choice. */
const FLUSH = 500

/**
 * The timeline after one more reading. A step of `ts` is believed when it goes forwards, does not bring the timeline ahead of
 * the time of receipt, and does not leave it far behind; otherwise the step of the receipt counts. So a clock that is off by years
 * measures as well as a right one, a jump costs nothing but the exactness of that one step, and a clock that
 * jumps all the time is as good as none.
 * @param ahead for the first reading of an array: how much of the device's time lies between it and the newest one of the array
 */
export function follow(line: Timeline | null, ts: Millis | null, at: Millis, ahead: Millis = 0): Timeline {
  if (line === null) {
    // A time of the last hours may well be right, so what was gathered keeps its distances; any other clock starts at the time of receipt.
    const credible = ts !== null && ts <= at && ts >= at - LONGEST_LAG
    const time = credible ? ts : at - Math.min(Math.max(ahead, 0), LONGEST_LAG)
    return { ts: ts ?? at, at, time, behind: at - time, newest: Math.min(ts ?? at, at) }
  }
  const received = Math.max(0, at - line.at)
  if (ts === null) return moved(line, line.ts + received, at, line.time + received)
  const said = ts - line.ts
  const time = line.time + said
  const believed = said >= 0 && !(said === 0 && received > STANDSTILL) && time <= at + JITTER && time >= at - LONGEST_LAG
  return moved(line, ts, at, believed ? time : line.time + received)
}

function moved(line: Timeline, ts: Millis, at: Millis, time: Millis): Timeline {
  const lag = at - time
  const behind = lag > line.behind + JITTER ? lag : Math.min(lag, line.behind)
  return { ts, at, time, behind, newest: Math.max(line.newest, Math.min(ts, at)) }
}

/**
 * By how much more the device's time went on than ours with this reading, ms: it was stored, and sent in one flush with the one before it. What is
 * waited for within the device may count it as passed. 0 for a step of `ts` between two readings that were not sent in one breath: that may as well be a clock that was slow
 * and has been set, which must not end an alarm. What comes out of order counts once, and what only trembles on the way for nothing, however often.
 */
export function caughtUp(before: Timeline | null, after: Timeline): Millis {
  if (before === null || after.at - before.at > FLUSH) return 0
  return Math.max(0, Math.min(before.behind - after.behind, after.newest - before.newest))
}

/** Where a `ts` that was told late lies on the device's timeline; never after the time of receipt. */
export function place(line: Timeline | null, ts: Millis, at: Millis): Millis {
  return Math.min(at, line === null ? ts : line.time + (ts - line.ts))
}
