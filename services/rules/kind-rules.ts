/** The rules of each kind of device, behind one face: what the engine and the late lane need of them. */
import type { FieldValue } from '../../protocol/decoded.ts'
import type { Kind, Millis } from '../../protocol/names.ts'
import { NO_EPISODE } from './condition/episode.ts'
import type { Episode } from './condition/episode.ts'
import { granted, INITIAL_DOOR, joinedDoor, stepDoor } from './door.ts'
import type { DoorState } from './door.ts'
import { earliest, isNewer } from './reading.ts'
import type { Change, Reading, Step } from './reading.ts'
import type { RuleId } from './registry.ts'
import type { RuleSettings } from './settings.ts'
import { dueSmoke, elapsedSmoke, INITIAL_SMOKE, joinedAlarm, joinedHeat, nextSmoke, stepSmoke, withHaze } from './smoke.ts'
import type { SmokeState } from './smoke.ts'
import { CAMERA_WATCHES } from './watches/camera.ts'
import { DOOR_WATCHES } from './watches/door.ts'
import { heardAt, heardBy, isUneasy, UNHEARD } from './watches/heard.ts'
import type { Heard } from './watches/heard.ts'
import { isUrgentSmoke, SMOKE_WATCHES } from './watches/smoke.ts'
import * as watch from './watches/watch.ts'
import type { Watches, WatchRule } from './watches/watch.ts'

/** A camera has nothing but rules that read. Plain JSON data. */
export interface CameraState {
  readonly kind: 'camera'
  readonly watches: Watches
  readonly heard: Heard
}

export type KindState = SmokeState | DoorState | CameraState

/** Null for kinds that no rule reads. */
export const INITIAL: Readonly<Record<Kind, KindState | null>> = {
  smoke: INITIAL_SMOKE, door: INITIAL_DOOR, camera: { kind: 'camera', watches: watch.NO_WATCHES, heard: UNHEARD }, gateway: null
}

const WATCHES: Readonly<Record<KindState['kind'], readonly WatchRule[]>> = { smoke: SMOKE_WATCHES, door: DOOR_WATCHES, camera: CAMERA_WATCHES }

/** Fields that the rules of a kind read. */
const FIELDS: Readonly<Record<KindState['kind'], readonly string[]>> = {
  smoke: ['alarm', 'obscuration', 'temperature', 'co', 'contamination', 'battery', 'tamper', 'fault'],
  door: ['open', 'locked', 'tamper'],
  camera: ['videoLoss', 'phase', 'zone']
}
const EVENTS: Readonly<Record<KindState['kind'], readonly string[]>> = {
  smoke: ['alarm', 'alarm-cleared', 'call-point', 'fault', 'fault-cleared', 'tamper'],
  door: ['granted', 'exit-request', 'opened', 'closed', 'forced', 'denied', 'duress', 'tamper', 'lock-fault'],
  camera: [
    'lens-covered', 'scene-changed', 'video-loss', 'ebike-in-lift', 'fire-lane-blocked', 'falling-object', 'intrusion', 'flame'
  ]
}

/** Judges one reading. */
export function step(state: KindState, reading: Reading, settings: RuleSettings): Step<KindState> {
  // A test button fills the chamber or heats the sensor on purpose; that it was pressed is in the events.
  if (reading.type === 'test') return { state, changes: [] }
  const own = stepOwn(state, reading, settings)
  const changes: Change[] = []
  const hazed = own.state.kind === 'smoke' ? withHaze(own.state, reading, settings) : null
  const { watches, heard } = watch.hear(WATCHES[state.kind], own.state.watches, own.state.heard, hazed?.reading ?? reading, settings, changes)
  if (heard === own.state.heard || heard === null) return own
  const after = own.state.kind === 'smoke' && hazed ? { ...own.state, watches, heard, haze: hazed.haze, hazeByEvent: hazed.byEvent } : { ...own.state, watches, heard }
  return { state: after, changes: changes.length === 0 ? own.changes : [...own.changes, ...changes] }
}

/** What a command that it was told means for a lock; nothing for others: `restore` gives a door back to its own ruling, which need not be locked. */
const TOLD: Readonly<Record<string, 'lock' | 'open'>> = { lock: 'lock', unlock: 'open', release: 'open' }

/** The device was told this command just now. What it is told last counts, from when it is told. */
export function told(state: KindState, command: string, now: Millis, settings: RuleSettings): KindState {
  const to = Object.hasOwn(TOLD, command) ? TOLD[command] : undefined
  if (state.kind !== 'door' || to === undefined) return state
  const hear = (before: KindState, one: 'lock' | 'open'): KindState => {
    const reading = { at: now, time: now, said: now, type: null, values: {}, told: { to: one, unlocked: state.locked === false } }
    return step(before, reading, settings).state
  }
  const free = hear(state, 'open')
  return to === 'open' ? free : hear(free, 'lock')
}

function stepOwn(state: KindState, reading: Reading, settings: RuleSettings): Step<KindState> {
  if (state.kind === 'smoke') return stepSmoke(state, reading, settings)
  return state.kind === 'door' ? stepDoor(state, reading, settings) : { state, changes: [] }
}

/** Fires what is due by `now`. `raises` false: only what ends. */
export function due(state: KindState, now: Millis, settings: RuleSettings, raises = true): Step<KindState> {
  const own = state.kind === 'smoke' ? dueSmoke(state, now, settings) : { state, changes: [] }
  const changes: Change[] = [...own.changes]
  const watches = watch.due(WATCHES[state.kind], own.state.watches, now, settings, changes, raises)
  return { state: watches === own.state.watches ? own.state : { ...own.state, watches }, changes }
}

export function next(state: KindState, settings: RuleSettings, raises = true): Millis | null {
  const watched = watch.next(WATCHES[state.kind], state.watches, settings, raises)
  return state.kind === 'smoke' ? earliest(nextSmoke(state, settings), watched) : watched
}

/** More time has passed for the device than for us, by `span` ms: what is waited for comes that much sooner. */
export function elapsed(state: KindState, span: Millis): KindState {
  const own = state.kind === 'smoke' ? elapsedSmoke(state, span) : state
  const watches = watch.elapsed(WATCHES[state.kind], own.watches, span)
  return watches === own.watches ? own : { ...own, watches }
}

/** The platform was not listening: what was about to be raised gets time to be taken back. */
export function grace(state: KindState, now: Millis, settings: RuleSettings): KindState {
  const watches = watch.grace(WATCHES[state.kind], state.watches, now, settings)
  return watches === state.watches ? state : { ...state, watches }
}

/** Those of the values that the rules of this kind read; null when this reading says nothing to them. */
export function relevant(kind: KindState['kind'], type: string | null, values: Readonly<Record<string, FieldValue>>): Readonly<Record<string, FieldValue>> | null {
  if (type === 'test') return null
  const kept: Record<string, FieldValue> = {}
  let some = type !== null && EVENTS[kind].includes(type)
  for (const field of FIELDS[kind]) {
    const value = values[field]
    if (value === undefined) continue
    kept[field] = value
    some = some || (field !== 'phase' && field !== 'zone')
  }
  return some ? kept : null
}

/** True when this reading alone is an alarm, whatever came before it. */
export function isAlarming(kind: KindState['kind'], type: string | null, values: Readonly<Record<string, FieldValue>>, settings: RuleSettings): boolean {
  if (kind === 'door') return type === 'forced' || type === 'duress'
  if (kind === 'camera') return type === 'flame' && values['phase'] !== 'end'
  const { obscuration, temperature } = values
  return type === 'alarm' || values['alarm'] === true || isUrgentSmoke(type, values, settings) ||
    (typeof obscuration === 'number' && obscuration >= settings['smoke.alarm.limit']) ||
    (typeof temperature === 'number' && temperature >= settings['smoke.heat.limit'])
}

/** What the state knows about one rule. */
export interface Fact {
  readonly rule: RuleId
  readonly episode: Episode
  /** The device's time of the last reading about it; null when there was none. */
  readonly known: Millis | null
}

export function facts(state: KindState): readonly Fact[] {
  const watched = WATCHES[state.kind].map(({ rule }, index): Fact => ({ rule, episode: state.watches[rule]?.episode ?? NO_EPISODE, known: heardAt(state.heard, index) }))
  if (state.kind === 'camera') return watched
  if (state.kind === 'door') return [{ rule: 'door.forced', episode: state.forced, known: state.openAt }, ...watched]
  return [
    { rule: 'smoke.alarm', episode: state.alarm.episode, known: latest(state.alarm.flagAt, state.alarm.hazeAt) },
    { rule: 'smoke.heat', episode: state.heat.episode, known: state.heat.known },
    ...watched
  ]
}

/** True when this rule of the kind reads by itself, and is not open. */
export function isWatched(state: KindState, rule: RuleId): boolean {
  return WATCHES[state.kind].some((one) => one.rule === rule) && state.watches[rule]?.episode.open !== true
}

/** Nothing but a person ends an alarm of this rule. */
export function isEndedByPerson(kind: KindState['kind'], rule: RuleId): boolean {
  return WATCHES[kind].some((one) => one.rule === rule && one.person === true)
}

/** Where the late lane begins: nothing is open in it, but grants that came live excuse openings that come late. `from`: the device's time of its first reading. */
export function lateStart(live: KindState, from: Millis): KindState {
  if (live.kind !== 'door') return INITIAL[live.kind] ?? live
  const { locked, lockedAt, lockedFrom, grantsSaid } = live
  // A bolt that was drawn only later excuses no opening before.
  const bolt = lockedFrom !== null && lockedFrom <= from ? { locked, lockedAt, lockedFrom } : {}
  return { ...INITIAL_DOOR, ...bolt, grants: grantsSaid, grantsSaid }
}

/** The live state when it knows what the late lane ends with about this rule, besides what it was told live, before or after that. */
export function joined(live: KindState, late: KindState, rule: RuleId, now: Millis): KindState {
  const index = WATCHES[live.kind].findIndex((one) => one.rule === rule)
  if (index >= 0) return joinedWatch(live, late, rule, index)
  if (live.kind === 'smoke' && late.kind === 'smoke') {
    return rule === 'smoke.alarm' ? { ...live, alarm: joinedAlarm(live.alarm, late.alarm, now) } : { ...live, heat: joinedHeat(live.heat, late.heat, now) }
  }
  return live.kind === 'door' && late.kind === 'door' ? joinedDoor(live, late) : live
}

function joinedWatch(live: KindState, late: KindState, rule: RuleId, index: number): KindState {
  const { [rule]: before, ...others } = live.watches
  const after = late.watches[rule]
  if (isNewer(heardAt(late.heard, index), heardAt(live.heard, index))) {
    const own = rule === 'smoke.pre-alarm' && live.kind === 'smoke' && late.kind === 'smoke' ? { ...live, hazeByEvent: late.hazeByEvent } : live
    return { ...own, watches: watch.adopted(others, rule, before, after), heard: heardBy(live.heard, index, late.heard) }
  }
  const goesOn = after?.episode.open === true && before?.episode.open !== true && isUneasy(live.heard, index)
  return goesOn ? { ...live, watches: watch.continued(others, rule, before, after) } : live
}

function latest(a: Millis | null, b: Millis | null): Millis | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** The live state without what is open of this rule. */
export function ended(live: KindState, rule: RuleId): KindState {
  if (WATCHES[live.kind].some((one) => one.rule === rule)) {
    const { [rule]: before, ...others } = live.watches
    return { ...live, watches: watch.adopted(others, rule, before, undefined) }
  }
  if (live.kind === 'door') return { ...live, forced: NO_EPISODE }
  if (live.kind !== 'smoke') return live
  if (rule === 'smoke.alarm') return { ...live, alarm: { ...live.alarm, episode: NO_EPISODE, flag: false, dense: false, hazy: false } }
  return { ...live, heat: { ...live.heat, episode: NO_EPISODE, hot: false } }
}

/** A grant that came late excuses an opening that comes live. `time`: its place on the live timeline. */
export function hearLateGrant(live: KindState, type: string | null, time: Millis, said: Millis): KindState {
  return live.kind === 'door' && (type === 'granted' || type === 'exit-request') ? granted(live, time, said) : live
}
