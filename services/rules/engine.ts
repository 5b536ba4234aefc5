/** Judges one device: intake, presence and rules put together. A pure function of what it is given. */
import type { Item } from '../../protocol/decoded.ts'
import type { Millis } from '../../protocol/names.ts'
import { quarantineOf, readMessage } from '../intake/report.ts'
import type { Complaint, StoredMessage } from '../intake/report.ts'
import { recognise, recogniseBody } from '../intake/repeats.ts'
import { caughtUp, follow, isBelieved, place } from '../intake/time.ts'
import { connectionChange } from '../presence/connection.ts'
import type { Cause, ConnectionChange } from '../presence/connection.ts'
import { inMassLoss } from '../presence/fleet.ts'
import * as presence from '../presence/presence.ts'
import type { GatewayState, Limits, Presence } from '../presence/presence.ts'
import type { DeviceRecord, PresenceRecord, QuarantineRecord } from '../store/ports.ts'
import { complainOfReuse, warnOfFields, warnOfTime } from './complaints.ts'
import { offlineChange } from './device.ts'
import type { DeviceRejection, JudgeDevice, World } from './judgement.ts'
import { due as dueKind, elapsed, grace as graceKind, hearLateGrant, INITIAL, next as nextKind, relevant, step, told as tellKind } from './kind-rules.ts'
import { gather, isUrgent, judgeLate, lateDue } from './late.ts'
import type { LateChange, LateItem } from './late.ts'
import { earliest } from './reading.ts'
import type { Change, Reading } from './reading.ts'
import { RULES } from './registry.ts'
import type { RuleSettings } from './settings.ts'
import { millisOf, silenceLimit } from './settings.ts'
import type { Signal } from './signal.ts'
import type { DeviceState } from './state.ts'
import { clockReading, DEVICE_WATCHES, happening, isClockOff } from './watches/device.ts'
import * as watches from './watches/watch.ts'
import { named } from './words.ts'

/** Complaints of one message that are put on `rejected`: it gets one a second anyway. */
const TOLD_DEVICE = 20

/** Judges what concerns one device. See `judgement.ts` for what goes in and comes out. */
export const judgeDevice: JudgeDevice = (device, before, input, now, world) => {
  const judging = new Judging(device, before, now, world)
  switch (input.type) {
    case 'message':
      judging.message(input.entry)
      break
    case 'carried':
      judging.presence(presence.spoke(before.presence, now, false, judging.limits), 'heard')
      break
    case 'connected':
      judging.presence(presence.connected(before.presence, input.session, now, judging.limits), 'connected')
      break
    case 'disconnected':
      judging.presence(
        presence.disconnected(before.presence, input.session, input.reason, device.kind === 'gateway', now, judging.limits), input.reason === 'said-goodbye' ? 'closed' : input.reason
      )
      judging.happened(happening('disconnected', now))
      break
    case 'grace':
      judging.presence(presence.grace(before.presence, input.started, now, judging.limits), 'grace')
      judging.grace()
      break
    case 'enrolled':
    case 'refused':
      judging.happened(happening(input.type, now))
      break
    case 'gateway':
      judging.presence(presence.gatewayIs(before.presence, input.is, now, judging.limits), 'gateway')
      break
    case 'told':
      judging.told(input.command)
      break
    case 'due':
      judging.due()
      break
  }
  return judging.judgement()
}

/** What is shown of a device's presence. */
export function presenceOf(device: DeviceRecord, state: DeviceState): PresenceRecord {
  return { device: device.id, online: presence.isOnline(state.presence), lastSeenAt: state.presence.lastSeen }
}

/** When a device in this state is to be judged next without any news; null for never. For states that come out of a snapshot. */
export function dueOf(device: DeviceRecord, state: DeviceState, settings: RuleSettings): Millis | null {
  return earliest(
    presence.nextDue(state.presence, limitsOf(device, settings)),
    state.rules === null ? null : nextKind(state.rules, settings),
    lateDue(state.late, settings),
    watches.next(DEVICE_WATCHES, state.watches, settings)
  )
}

function limitsOf(device: DeviceRecord, settings: RuleSettings): Limits {
  return { silence: silenceLimit(settings, device.kind), settle: millisOf(settings, 'device.offline.settle') }
}

/** One judgement in the making; lives for one call. */
class Judging {
  readonly limits: Limits
  readonly #device: DeviceRecord
  readonly #before: DeviceState
  readonly #now: Millis
  readonly #world: World
  readonly #signals: Signal[] = []
  #state: DeviceState
  #connection: ConnectionChange | null = null
  #quarantine: readonly QuarantineRecord[] = []
  #rejections: readonly DeviceRejection[] = []

  constructor(device: DeviceRecord, before: DeviceState, now: Millis, world: World) {
    this.#device = device
    this.#before = before
    this.#state = before
    this.#now = now
    this.#world = world
    this.limits = limitsOf(device, world.settings)
  }

  judgement(): ReturnType<JudgeDevice> {
    const { presence: after } = this.#state
    const { presence: before } = this.#before
    return {
      state: this.#state,
      signals: this.#signals,
      due: dueOf(this.#device, this.#state, this.#world.settings),
      presence: before.lastSeen === after.lastSeen && presence.isOnline(before) === presence.isOnline(after) ? null : presenceOf(this.#device, this.#state),
      connection: this.#connection,
      children: this.#children(before, after),
      quarantine: this.#quarantine,
      rejections: this.#rejections
    }
  }

  presence(after: Presence, cause: Cause): void {
    this.#connection = connectionChange(this.#state.presence, after, cause, this.#now) ?? this.#connection
    const change = offlineChange(this.#state.presence, after, this.#device.kind, this.#now, this.#world.settings)
    const isFirst = this.#state.presence.lastSeen === null && after.lastSeen !== null
    this.#state = { ...this.#state, presence: after }
    if (change) this.#signal(change)
    if (isFirst) this.happened(happening('seen', this.#now))
  }

  /** What happened to the device, for the rules that hold for any kind. */
  happened(reading: Reading): void {
    const changes: Change[] = []
    const { watches: after } = watches.hear(DEVICE_WATCHES, this.#state.watches, null, reading, this.#world.settings, changes)
    if (after !== this.#state.watches) this.#state = { ...this.#state, watches: after }
    for (const change of changes) this.#signal(change)
  }

  told(command: string): void {
    const { rules } = this.#state
    const after = rules === null ? null : tellKind(rules, command, this.#now, this.#world.settings)
    if (after !== rules) this.#state = { ...this.#state, rules: after }
  }

  grace(): void {
    const { settings } = this.#world
    const device = watches.grace(DEVICE_WATCHES, this.#state.watches, this.#now, settings)
    if (device !== this.#state.watches) this.#state = { ...this.#state, watches: device }
    const { rules } = this.#state
    const kind = rules === null ? null : graceKind(rules, this.#now, settings)
    if (kind !== rules) this.#state = { ...this.#state, rules: kind }
  }

  due(): void {
    const { presence: before } = this.#state
    const massLoss = before.lostAt !== null && inMassLoss(this.#world.fleet, before.lostAt)
    const after = presence.due(before, this.#now, massLoss, this.limits)
    if (after !== before) this.presence(after, 'due')
    const changes: Change[] = []
    const watched = watches.due(DEVICE_WATCHES, this.#state.watches, this.#now, this.#world.settings, changes)
    if (watched !== this.#state.watches) this.#state = { ...this.#state, watches: watched }
    for (const change of changes) this.#signal(change)
    if (this.#state.rules === null) return
    const kind = dueKind(this.#state.rules, this.#now, this.#world.settings)
    if (kind.state !== this.#state.rules) this.#state = { ...this.#state, rules: kind.state }
    for (const change of kind.changes) this.#signal(change)
    const late = lateDue(this.#state.late, this.#world.settings)
    if (late !== null && late <= this.#now) this.#judgeLate()
  }

  message(entry: StoredMessage): void {
    const report = readMessage(entry)
    const byItself = entry.via === this.#device.id
    if (report.status?.state === 'offline') this.presence(presence.saidOffline(this.#state.presence), byItself ? 'will' : 'said')
    else this.presence(presence.spoke(this.#state.presence, this.#now, byItself, this.limits), 'heard')
    const complaints = [...report.complaints]
    const warnings: Complaint[] = []
    if (report.channel === 'telemetry' || report.channel === 'event') {
      const items = this.#firstTime(report.channel, entry, report.items, report.complaints.length === 0, complaints)
      this.#checkClock(items)
      this.#state = warnOfTime(this.#state, items, (ts) => this.#said(ts), warnings)
      this.#hear(items)
    }
    if (complaints.some(({ refused }) => refused)) this.happened(happening('refused', this.#now))
    if (complaints.length > 0) this.#rejections = complaints.slice(0, TOLD_DEVICE).map((complaint) => rejection(entry, complaint))
    this.#state = warnOfFields(this.#state, report.unknownFields, warnings)
    complaints.push(...warnings)
    if (complaints.length > 0) this.#quarantine = quarantineOf(entry, complaints)
  }

  /** Leaves out what was seen before. */
  #firstTime(channel: 'telemetry' | 'event', entry: StoredMessage, items: readonly Item[], clean: boolean, complaints: Complaint[]): readonly Item[] {
    let seen = this.#state.seen[channel]
    const kept: Item[] = []
    if (clean && items.length > 1) {
      const whole = recogniseBody(seen, channel, entry.body)
      if (whole.is === 'repeat') return []
      seen = whole.seen
    }
    for (const item of items) {
      const recognised = recognise(seen, item)
      seen = recognised.seen
      if (recognised.is !== 'repeat') kept.push(item)
      if (recognised.is === 'reused') this.#state = complainOfReuse(this.#state, item, this.#now, complaints)
    }
    this.#state = { ...this.#state, seen: { ...this.#state.seen, [channel]: seen } }
    return kept
  }

  /** By the newest `ts` of the message: what was gathered before it is sent is older. */
  #checkClock(items: readonly Item[]): void {
    let newest: Millis | null = null
    for (const { ts, historical } of items) if (ts !== null && !historical && (newest === null || ts > newest)) newest = ts
    if (newest === null) return
    const offset = newest - this.#now
    if (isClockOff(offset, this.#world.settings) || this.#state.watches['device.clock'] !== undefined) this.happened(clockReading(offset, this.#now))
  }

  #hear(items: readonly Item[]): void {
    const rules = this.#state.rules ?? INITIAL[this.#device.kind]
    if (rules === null || items.length === 0) return
    this.#state = { ...this.#state, rules }
    const late: LateItem[] = []
    const live: Item[] = []
    for (const item of items) {
      if (!item.historical || item.salvaged || item.ts === null) {
        live.push(item)
        continue
      }
      const values = relevant(rules.kind, item.type, item.values)
      if (values !== null) late.push({ ts: item.ts, seq: item.seq ?? 0, said: this.#said(item.ts), type: item.type, values })
    }
    if (late.length > 0) this.#hearLate(late)
    // The next opening of a door can only be understood with what came late before it.
    if (live.length > 0 && rules.kind === 'door' && this.#state.late.since !== null) this.#judgeLate()
    if (live.length > 0) this.#hearLive(live)
  }

  #hearLive(items: readonly Item[]): void {
    const { settings } = this.#world
    let { rules, timeline } = this.#state
    if (rules === null) return
    const newest = timeline === null && items.length > 1 ? items.reduce((most, { ts }) => Math.max(most, ts ?? 0), 0) : 0
    for (const { ts, type, values } of items) {
      const before = timeline
      timeline = follow(before, ts, this.#now, ts === null ? 0 : newest - ts)
      const said = ts === null ? this.#now : this.#said(ts)
      // What the device's own time made due before this reading comes first, as it would have live.
      const span = said === ts ? caughtUp(before, timeline) : 0
      if (span > 0) {
        const waited = dueKind(elapsed(rules, span), this.#now, settings)
        rules = waited.state
        for (const change of waited.changes) this.#signal(change)
      }
      const reading = { at: this.#now, time: timeline.time, said, type, values }
      const stepped = step(rules, reading, settings)
      rules = stepped.state
      for (const change of stepped.changes) this.#signal(change)
    }
    this.#state = { ...this.#state, rules, timeline }
  }

  #hearLate(items: readonly LateItem[]): void {
    let { rules } = this.#state
    if (rules === null) return
    for (const { ts, said, type } of items) rules = hearLateGrant(rules, type, place(this.#state.timeline, ts, this.#now), said)
    this.#state = { ...this.#state, rules, late: gather(this.#state.late, items, this.#now) }
    const due = lateDue(this.#state.late, this.#world.settings)
    if (isUrgent(rules.kind, items, this.#now, this.#world.settings) || (due !== null && due <= this.#now)) this.#judgeLate()
  }

  #judgeLate(): void {
    if (this.#state.rules === null) return
    const { live, late, changes } = judgeLate(this.#state.rules, this.#state.late, this.#now, this.#world.settings)
    this.#state = { ...this.#state, rules: live, late }
    for (const change of changes) this.#signal(change)
  }

  /** The device's time where it can be believed, else the time of receipt. */
  #said(ts: Millis): Millis {
    const { settings } = this.#world
    return isBelieved(ts, this.#now, { ahead: millisOf(settings, 'time.ahead'), behind: millisOf(settings, 'time.behind') }) ? ts : this.#now
  }

  #children(before: Presence, after: Presence): GatewayState | null {
    if (this.#device.kind !== 'gateway') return null
    const state = presence.gatewayState(after)
    return state === presence.gatewayState(before) ? null : state
  }

  #signal({ rule, change, ts, message, severity, ...rest }: Change | LateChange): void {
    const { id, kind, compound, location } = this.#device
    const until = 'until' in rest ? rest.until : null
    this.#signals.push({
      rule, subject: id, change, ts,
      ...(until === null ? {} : { until }),
      severity: severity ?? RULES[rule].severity[kind] ?? 'low',
      latches: RULES[rule].latches,
      compound, building: location.building, device: id, location, message: named(kind, location, message)
    })
  }
}

function rejection(entry: StoredMessage, { code, message, path, boot, seq }: Complaint): DeviceRejection {
  return { code, message, path, channel: entry.channel, boot, seq }
}
