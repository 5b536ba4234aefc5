/** The rules of each kind of device, behind one face: what the engine and the late lane need of them. */
import type { FieldValue } from '../../protocol/decoded.ts'
import type { Kind, Millis } from '../../protocol/names.ts'
import { NO_EPISODE } from './condition/episode.ts'
import type { Episode } from './condition/episode.ts'
import { granted, INITIAL_DOOR, stepDoor } from './door.ts'
import type { DoorState } from './door.ts'
import type { Reading, Step } from './reading.ts'
import type { RuleId } from './registry.ts'
import type { RuleSettings } from './settings.ts'
import { dueSmoke, INITIAL_SMOKE, nextSmoke, stepSmoke } from './smoke.ts'
import type { SmokeState } from './smoke.ts'

export type KindState = SmokeState | DoorState

/** Null for kinds that no rule reads yet. */
export const INITIAL: Readonly<Record<Kind, KindState | null>> = { smoke: INITIAL_SMOKE, door: INITIAL_DOOR, camera: null, gateway: null }

/** Fields that the rules of a kind read. */
const FIELDS: Readonly<Record<KindState['kind'], readonly string[]>> = { smoke: ['alarm', 'obscuration', 'temperature'], door: ['open', 'locked'] }
const EVENTS: Readonly<Record<KindState['kind'], readonly string[]>> = {
  smoke: ['alarm', 'alarm-cleared'], door: ['granted', 'exit-request', 'opened', 'closed', 'forced']
}

export function step(state: KindState, reading: Reading, settings: RuleSettings): Step<KindState> {
  return state.kind === 'smoke' ? stepSmoke(state, reading, settings) : stepDoor(state, reading, settings)
}

/** Fires what is due by `now`. */
export function due(state: KindState, now: Millis, settings: RuleSettings): Step<KindState> {
  return state.kind === 'smoke' ? dueSmoke(state, now, settings) : { state, changes: [] }
}

export function next(state: KindState, settings: RuleSettings): Millis | null {
  return state.kind === 'smoke' ? nextSmoke(state, settings) : null
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
    some = true
  }
  return some ? kept : null
}

/** True when this reading alone is an alarm, whatever came before it. */
export function isAlarming(kind: KindState['kind'], type: string | null, values: Readonly<Record<string, FieldValue>>, settings: RuleSettings): boolean {
  if (kind === 'door') return type === 'forced'
  const { obscuration, temperature } = values
  return type === 'alarm' || values['alarm'] === true ||
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
  if (state.kind === 'door') return [{ rule: 'door.forced', episode: state.forced, known: state.known }]
  return [
    { rule: 'smoke.alarm', episode: state.alarm.episode, known: state.alarm.known },
    { rule: 'smoke.heat', episode: state.heat.episode, known: state.heat.known }
  ]
}

/** Where the late lane begins: nothing is open in it, but grants that came live excuse openings that come late. */
export function lateStart(live: KindState): KindState {
  if (live.kind === 'smoke') return INITIAL_SMOKE
  return { ...INITIAL_DOOR, locked: live.locked, grants: live.grantsSaid, grantsSaid: live.grantsSaid }
}

/** The live state after late data that is newer than what was known live about this rule. */
export function adopt(live: KindState, late: KindState, rule: RuleId): KindState {
  if (live.kind === 'smoke' && late.kind === 'smoke') {
    if (rule === 'smoke.alarm') return { ...live, alarm: late.alarm }
    // The two lanes measure on different timelines, so the window stays the live one.
    return { ...live, heat: { ...late.heat, past: live.heat.past } }
  }
  if (live.kind === 'door' && late.kind === 'door') return { ...live, open: late.open, locked: late.locked, forced: late.forced, known: late.known }
  return live
}

/** The live state without what is open of this rule. */
export function ended(live: KindState, rule: RuleId): KindState {
  if (live.kind === 'door') return { ...live, forced: NO_EPISODE }
  if (rule === 'smoke.alarm') return { ...live, alarm: { ...live.alarm, episode: NO_EPISODE, flag: false, dense: false, hazy: false } }
  return { ...live, heat: { ...live.heat, episode: NO_EPISODE, hot: false } }
}

/** A grant that came late excuses an opening that comes live. `time`: its place on the live timeline. */
export function hearLateGrant(live: KindState, type: string | null, time: Millis, said: Millis): KindState {
  return live.kind === 'door' && (type === 'granted' || type === 'exit-request') ? granted(live, time, said) : live
}
