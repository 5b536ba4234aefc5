import type { Alarm } from '../../../protocol/alarm.ts'
import type { AlarmEvent, DeviceChange, DevicesEvent, Summary, SummaryEvent, WatchState } from '../../../protocol/live.ts'
import type { CompoundId, DeviceId, Millis } from '../../../protocol/names.ts'
import { mergeChange } from './devices.ts'

/** What came over the live link, named by its event. */
export type LiveEvent =
  | { readonly type: 'summary'; readonly body: SummaryEvent }
  | { readonly type: 'devices'; readonly body: DevicesEvent }
  | { readonly type: 'alarm'; readonly body: AlarmEvent }

export interface Watched {
  /** Number of the last event that is in; null before the first snapshot. */
  readonly seq: number | null
  /** Rises with each snapshot, so that what is fetched beside the link (device lists) is fetched anew. */
  readonly epoch: number
  readonly compounds: ReadonlyMap<CompoundId, Summary>
  /** Open alarms. */
  readonly alarms: ReadonlyMap<string, Alarm>
  /** What changed on devices since the snapshot, merged per device; null for a watch that does not look at devices (47,300 of them). */
  readonly devices: ReadonlyMap<DeviceId, DeviceChange> | null
  /** Ids of alarms that were raised or came back while watching, newest last; for sound and announcements. */
  readonly arrived: readonly string[]
  /** Events behind a gap; they wait for the snapshot that closes it. */
  readonly held: readonly LiveEvent[]
}

/** A watch before its first snapshot. */
export function nothing(withDevices: boolean): Watched {
  return { seq: null, epoch: 0, compounds: new Map(), alarms: new Map(), devices: withDevices ? new Map() : null, arrived: [], held: [] }
}

/** Enough to announce what arrived in one burst; older ones are on screen anyway. */
const ARRIVALS_KEPT = 20
/** Beyond it a gap is not going to be closed by what is held: the snapshot brings everything. */
const HELD_LIMIT = 1000

/** True while an event is missing: the client has to ask `resync`. */
export function hasGap(state: Watched): boolean {
  return state.held.length > 0
}

/** Everything as the platform has it now. What was held and is newer than the snapshot is applied on top. */
export function takeSnapshot(state: Watched, snapshot: WatchState): Watched {
  const alarms = new Map(snapshot.alarms.map((alarm) => [alarm.id, alarm]))
  const missed = state.epoch === 0 ? [] : snapshot.alarms.filter((alarm) => !state.alarms.has(alarm.id)).map((alarm) => alarm.id)
  const fresh: Watched = {
    seq: snapshot.seq,
    epoch: state.epoch + 1,
    compounds: new Map(snapshot.compounds.map((compound) => [compound.id, compound])),
    alarms,
    devices: state.devices && new Map(),
    arrived: remember(state.arrived, missed),
    held: []
  }
  const later = state.held.filter((event) => event.body.seq > snapshot.seq).sort((a, b) => a.body.seq - b.body.seq)
  return later.reduce(takeEvent, fresh)
}

/**
 * Applies the next event. One that was seen before changes nothing; one that comes too early is held (see `hasGap`) until the
 * missing ones or a snapshot arrive. Before the first snapshot everything is held.
 */
export function takeEvent(state: Watched, event: LiveEvent): Watched {
  if (state.seq !== null && event.body.seq <= state.seq) return state
  if (state.seq === null || event.body.seq > state.seq + 1) {
    if (state.held.some((held) => held.body.seq === event.body.seq)) return state
    return { ...state, held: [...state.held, event].slice(-HELD_LIMIT) }
  }
  const next = apply({ ...state, seq: event.body.seq }, event)
  const following = next.held.find((held) => held.body.seq === event.body.seq + 1)
  if (!following) return next
  return takeEvent({ ...next, held: next.held.filter((held) => held !== following) }, following)
}

function apply(state: Watched, event: LiveEvent): Watched {
  if (event.type === 'alarm') return applyAlarm(state, event.body)
  if (event.type === 'devices') {
    if (!state.devices) return state
    const devices = new Map(state.devices)
    for (const change of event.body.changes) devices.set(change.device, mergeChange(devices.get(change.device), change))
    return { ...state, devices }
  }
  if (event.body.compounds.length === 0) return state
  const compounds = new Map(state.compounds)
  for (const compound of event.body.compounds) compounds.set(compound.id, compound)
  return { ...state, compounds }
}

function applyAlarm(state: Watched, { alarm, transition }: AlarmEvent): Watched {
  const alarms = new Map(state.alarms)
  if (alarm.state === 'closed') alarms.delete(alarm.id)
  else alarms.set(alarm.id, alarm)
  const isNews = transition.name === 'raised' || transition.name === 'reactivated'
  return { ...state, alarms, arrived: isNews ? remember(state.arrived, [alarm.id]) : state.arrived }
}

function remember(arrived: readonly string[], ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return arrived
  return [...arrived.filter((id) => !ids.includes(id)), ...ids].slice(-ARRIVALS_KEPT)
}

/** True when a watcher sees no difference: only the numbering went on. */
export function looksTheSame(a: Watched, b: Watched): boolean {
  return a.epoch === b.epoch && a.compounds === b.compounds && a.alarms === b.alarms && a.devices === b.devices && a.arrived === b.arrived
}

// ── The link itself ────────────────────────────────────────────────────────────────────────────────────────────

export type Link =
  /** The first attempt is under way. */
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** `since`: when the platform was heard last, or null when it has not worked yet. */
  | { readonly state: 'broken'; readonly since: Millis | null }
  /** The session is over: a person has to log in. */
  | { readonly state: 'refused' }

/** The link after it failed. @param heard when the platform was heard last: from then on the screen is old; that moment stays until the link works again */
export function broken(link: Link, heard: Millis): Link {
  if (link.state === 'broken' || link.state === 'refused') return link
  return { state: 'broken', since: link.state === 'live' ? heard : null }
}
