/** Reading: what the API asks. */
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { ConnectionSpell } from '../../../protocol/connection.ts'
import type { CompoundId, DeviceId, Kind, Millis, Severity } from '../../../protocol/names.ts'
import type { CompoundRecord, DeviceRecord, PresenceRecord, QuarantineRecord, SessionRecord, TokenRecord, UserRecord } from './records.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Opaque; null on the last page. */
  readonly next: string | null
}
export interface Paging {
  /** 1–1000. */
  readonly limit: number
  readonly cursor?: string | undefined
}
/** Which compounds the asker may see. */
export type Scope = readonly CompoundId[] | 'all'

export interface AlarmFilter {
  readonly scope: Scope
  /** With those about the platform itself, which are of no compound; only where the scope is `all`. */
  readonly platform?: boolean
  readonly state: 'open' | 'closed' | 'all'
  readonly compound?: string | undefined
  readonly severity?: Severity | undefined
  readonly rule?: string | undefined
  readonly device?: string | undefined
}
export interface DeviceFilter {
  readonly scope: Scope
  readonly compound?: string | undefined
  readonly kind?: Kind | undefined
  readonly building?: string | undefined
  readonly online?: boolean | undefined
  /** Part of an id, model or home. */
  readonly q?: string | undefined
}
export type Value = number | boolean | string
export interface DeviceView extends Omit<DeviceRecord, 'tokenHash'> {
  readonly online: boolean
  readonly lastSeenAt: Millis | null
  readonly latest: Readonly<Record<string, { readonly value: Value; readonly ts: Millis }>>
}
/** `[ts of the step's start, mean, min, max, count]`. */
export type Point = readonly [number, number, number, number, number]
/** Steps of a field, and which store computed them. */
export interface ReadingSteps {
  readonly source: 'influx' | 'embedded'
  readonly points: readonly Point[]
}
export interface EventView {
  readonly id: string
  readonly device: DeviceId
  readonly ts: Millis
  readonly receivedAt: Millis
  readonly type: string
  readonly historical: boolean
  readonly clockSuspect: boolean
  readonly sequenceReused: boolean
  /** The event's further fields: `method`, `phase`, `zone`, … */
  readonly fields: Readonly<Record<string, Value>>
}

/** Answers the API's questions, in a thread of its own; sees committed rows only. */
export interface Queries {
  alarms(filter: AlarmFilter, paging: Paging): Promise<Page<Alarm>>
  alarm(id: string): Promise<{ alarm: Alarm; timeline: Transition[] } | null>
  devices(filter: DeviceFilter, paging: Paging): Promise<Page<DeviceView>>
  device(id: string): Promise<DeviceView | null>
  /** What a device was told to do, newest first; also of one that was removed. */
  commands(device: DeviceId, paging: Paging): Promise<Page<IssuedCommand>>
  command(id: string): Promise<IssuedCommand | null>
  /** When it was there and when not, newest first: all that reaches into [from, to). */
  connections(device: DeviceId, range: { from?: Millis | undefined; to?: Millis | undefined }, paging: Paging): Promise<Page<ConnectionSpell>>
  quarantine(filter: { scope: Scope; device?: string | undefined }, paging: Paging): Promise<Page<QuarantineRecord>>
  /** Steps over [from, to) so that there are at most `points`; booleans count as 0 and 1. Empty steps are left out. */
  readings(device: DeviceId, field: string, from: Millis, to: Millis, points: number): Promise<ReadingSteps>
  /** Newest first by ts. */
  events(device: DeviceId, range: { from?: Millis | undefined; to?: Millis | undefined }, paging: Paging): Promise<Page<EventView>>
  /** Everything the main thread keeps in memory, read once at start. */
  directory(): Promise<{
    compounds: CompoundRecord[]; devices: DeviceRecord[]; presence: PresenceRecord[]
    users: UserRecord[]; sessions: SessionRecord[]; tokens: TokenRecord[]; openAlarms: Alarm[]
  }>
  close(): Promise<void>
}
