/** Rules of doors. */
import type { Millis } from '../../protocol/names.ts'
import { within } from './condition/burst.ts'
import type { Times } from './condition/burst.ts'
import { follow, NO_EPISODE, settle } from './condition/episode.ts'
import type { Episode } from './condition/episode.ts'
import { flagIn, isNewer } from './reading.ts'
import type { Change, Reading, Step } from './reading.ts'
import { millisOf } from './settings.ts'
import type { RuleSettings } from './settings.ts'
import { UNHEARD } from './watches/heard.ts'
import type { Heard } from './watches/heard.ts'
import { NO_WATCHES } from './watches/watch.ts'
import type { Watches } from './watches/watch.ts'

/** Plain JSON data. */
export interface DoorState {
  readonly kind: 'door'
  readonly open: boolean
  /** Null while the door has not said: taken as locked, for that is how the doors of a compound are kept. */
  readonly locked: boolean | null
  /** Times of the last grants and exit requests, on the timeline of the readings. */
  readonly grants: Times
  /** The same by the device's own clock, for late data that tells of an opening whose grant came live. */
  readonly grantsSaid: Times
  readonly forced: Episode
  /** The device's time of its last word on being open, closed or forced. */
  readonly openAt: Millis | null
  /** The device's time of its last word on the bolt, and of the first that said the same. */
  readonly lockedAt: Millis | null
  readonly lockedFrom: Millis | null
  readonly watches: Watches
  readonly heard: Heard
}

export const INITIAL_DOOR: DoorState = {
  kind: 'door', open: false, locked: null, grants: [], grantsSaid: [], forced: NO_EPISODE, openAt: null, lockedAt: null, lockedFrom: null,
  watches: NO_WATCHES, heard: UNHEARD
}

/** A door is granted again within its grace only while people pass; a handful is enough to remember. */
const GRANTS = 8

/** Judges whether a reading shows that the door was forced. */
export function stepDoor(state: DoorState, reading: Reading, settings: RuleSettings): Step<DoorState> {
  if (reading.type === 'granted' || reading.type === 'exit-request') return { state: granted(state, reading.time, reading.said), changes: [] }
  const bolt = flagIn(reading, 'locked')
  const locked = bolt ?? state.locked
  const lockedAt = bolt === null ? state.lockedAt : reading.said
  const lockedFrom = locked === state.locked ? state.lockedFrom : reading.said
  const open = openAfter(state, reading)
  const opens = reading.type === 'opened' || (open && !state.open)
  const forcedByItself = reading.type === 'forced'
  if (!opens && !forcedByItself && !saysClosed(reading) && flagIn(reading, 'open') === null) return { state: bolt === null ? state : { ...state, locked, lockedAt, lockedFrom }, changes: [] }

  const excused = within(state.grants, reading.time, millisOf(settings, 'door.forced.grace'))
  const forced = forcedByItself || (opens && locked !== false && !excused)
  // A door that was forced stays so until it is closed; one that says itself that it was forced may never have opened.
  const holds = forced || (state.forced.on && (open || !saysClosed(reading)))
  const { episode, raised } = follow(state.forced, { holds, calm: !holds, pulse: forced }, reading.at)
  const after = settle(episode, reading.at, 0)
  const changes: Change[] = []
  if (raised) {
    changes.push({
      rule: 'door.forced',
      change: 'raise',
      ts: reading.at,
      message: forcedByItself
        ? { zh: '门禁上报强行开门', en: 'it says that it was forced' }
        : { zh: '门在锁闭状态下被打开，无授权', en: 'opened while locked, and nobody was granted' }
    })
  }
  if (after.cleared) changes.push({ rule: 'door.forced', change: 'clear', ts: reading.at, message: { zh: '门已关闭', en: 'it is closed' } })
  return { state: { ...state, open, locked, forced: after.episode, openAt: reading.said, lockedAt, lockedFrom }, changes }
}

/** What holds when both are known: of the leaf and of the bolt, each the newer one. A door that was forced stays so until a newer word says that it is closed. */
export function joinedDoor(live: DoorState, late: DoorState): DoorState {
  const { locked, lockedAt, lockedFrom } = isNewer(late.lockedAt, live.lockedAt) ? late : live
  const isLate = isNewer(late.openAt, live.openAt)
  const { open, openAt } = isLate ? late : live
  const isStillForced = late.forced.open && live.open && !live.forced.open
  return { ...live, open, openAt, locked, lockedAt, lockedFrom, forced: isLate || isStillForced ? late.forced : live.forced }
}

/** Remembers a grant: `time` on the timeline of the readings, `said` by the device's own clock. */
export function granted(state: DoorState, time: Millis, said: Millis): DoorState {
  // Late data may tell of an older grant: sorted, so that the oldest are the ones forgotten.
  const ascending = (times: Times, one: Millis): Times => [...times, one].sort((a, b) => a - b).slice(-GRANTS)
  return { ...state, grants: ascending(state.grants, time), grantsSaid: ascending(state.grantsSaid, said) }
}

function openAfter(state: DoorState, reading: Reading): boolean {
  if (reading.type === 'opened') return true
  if (reading.type === 'closed') return false
  return flagIn(reading, 'open') ?? state.open
}

function saysClosed(reading: Reading): boolean {
  return reading.type === 'closed' || flagIn(reading, 'open') === false
}
