/**
 * What the platform asks of its stores. Implementations live in a folder each (`sqlite/`); whoever uses a store
 * knows this file only. Every port has a contract suite under `test/services/store/`.
 */
import type { Alarm, AlarmState, Transition } from '../../protocol/alarm.ts'
import type { ConnectionReason, ConnectionSpell } from '../../protocol/connection.ts'
import type { IssuedCommand } from '../../protocol/command.ts'
import type { LifeSafetyRight } from '../../protocol/flow-rights.ts'
import type { Role } from '../../protocol/http/access.ts'
import type { CompoundId, DeviceId, Kind, Location, Millis, Severity } from '../../protocol/names.ts'

// ── The journal ────────────────────────────────────────────────────────────────────────────────────────────────

/** What a device said, as it came; of doors with hashes in place of credentials. */
export interface MessageEntry {
  readonly type: 'message'
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly kind: Kind
  /** What stands behind the device id in the topic: `telemetry`, `event`, `status`, `command/17/result`, or an unknown one. */
  readonly channel: string
  /** Who published it: the device itself, or its gateway. */
  readonly via: DeviceId
  /** The payload; only its first 1 KiB where it is a picture, or larger than its channel allows and no report. */
  readonly body: Uint8Array
  /** The payload once more, where whoever read the entry has it as text (its UTF-8 is `body`, and there is no byte order mark): reading JSON from that is cheaper. */
  readonly text?: string | undefined
  /** Bytes of the payload as it was sent. */
  readonly size: number
}
export interface ConnectedEntry {
  readonly type: 'connected'
  readonly device: DeviceId
  /** Rises by one per connection of this process; tells an old connection's end from a new one's. */
  readonly session: number
  readonly address: string
}
export interface DisconnectedEntry {
  readonly type: 'disconnected'
  readonly device: DeviceId
  readonly session: number
  /** `said-goodbye`: an MQTT DISCONNECT came; `lost`: it did not; `taken-over`: a newer connection with the same id. */
  readonly reason: 'said-goodbye' | 'lost' | 'taken-over'
}
/** A device broke the protocol so that its connection was closed, e.g. a frame of more than 1 MiB. */
export interface ViolationEntry {
  readonly type: 'violation'
  readonly device: DeviceId
  readonly code: string
  readonly detail: string
}
/** What a person, an API token or the platform itself did. */
export interface ActionEntry {
  readonly type: 'action'
  /** A user name, an API token's id, or `system`. */
  readonly actor: string
  readonly action: { readonly name: string; readonly [field: string]: unknown }
}
/** The platform started: all connections are gone, these rule settings hold from here on. */
export interface StartedEntry {
  readonly type: 'started'
  readonly settings: Readonly<Record<string, number>>
}
/** Time passed. Written every second, so that the journal drives the clock of everything behind it. */
export interface TickEntry {
  readonly type: 'tick'
}
export type NewEntry =
  | MessageEntry | ConnectedEntry | DisconnectedEntry | ViolationEntry | ActionEntry | StartedEntry | TickEntry

export type JournalEntry = NewEntry & {
  /** 1, 2, 3 … without gaps, over all days. */
  readonly position: number
  /** Time of receipt; never decreases from one position to the next. */
  readonly at: Millis
}

/** One writer, positions without gaps, durable before `done` is called. */
export interface Journal {
  /**
   * Appends in the order of the calls. `done` is called after the commit (fsync) that holds the entry, in the same order;
   * with an error when the disk did not take it: then nothing of this entry is stored and its position is not used.
   */
  append(entry: NewEntry, done: (error: Error | null, position: number) => void): void
  /** The last committed position; 0 for an empty journal. */
  readonly head: number
  /** Entries appended and not yet committed. */
  readonly pending: number
  /** Commits since the start, and the time that they took together, ms: from handing entries over until they are on the disk. */
  readonly commits: { readonly count: number; readonly millis: number }
  /** Called after each commit with the new head. Returns a function that ends it. */
  onCommit(listener: (head: number) => void): () => void
}

/** Reads the journal, in whatever thread. */
export interface JournalReader {
  /** Up to `limit` entries with a position greater than `after`, ascending; only committed ones. */
  read(after: number, limit: number): JournalEntry[]
  /** Smallest position still kept; 1 + head when empty. */
  first(): number
  head(): number
  close(): void
}

// ── Operations: what the brain writes ──────────────────────────────────────────────────────────────────────────

export interface Building {
  /** `[a-z0-9][a-z0-9-]{0,31}`. */
  readonly id: string
  readonly name: string
  readonly units: number
  readonly floors: number
}
export interface CompoundRecord {
  readonly id: CompoundId
  readonly name: string
  readonly district: string
  readonly homes: number
  readonly buildings: readonly Building[]
  readonly location: { readonly lat: number; readonly lon: number } | null
}
export interface DeviceRecord {
  readonly id: DeviceId
  readonly kind: Kind
  readonly compound: CompoundId
  /** The gateway that speaks for it; null for a device with a connection of its own. */
  readonly gateway: DeviceId | null
  readonly location: Location
  readonly model: string | null
  /** SHA-256 of its token, hex. */
  readonly tokenHash: string
  readonly enrolledAt: Millis
}
export interface PresenceRecord {
  readonly device: DeviceId
  readonly online: boolean
  /** Time of receipt of its last message or connection; null when it never spoke. */
  readonly lastSeenAt: Millis | null
}
/** The beginning of a stretch of time in which a device was or was not there; it lasts until the next one. At most one of a device for each millisecond: the last. */
export interface ConnectionRecord {
  readonly device: DeviceId
  readonly at: Millis
  readonly online: boolean
  readonly why: ConnectionReason
}
export interface QuarantineRecord {
  /** Journal position and number within its entry. */
  readonly position: number
  readonly n: number
  readonly at: Millis
  readonly device: DeviceId
  readonly compound: CompoundId | null
  readonly channel: string
  /** Stable code, e.g. `not-json`, `out-of-range`, `unknown-channel`, `too-large`, `sequence-reused`. */
  readonly code: string
  /** Path into the body, e.g. `[3].temperature`; empty for the whole. */
  readonly path: string
  readonly message: string
  /** True when all of the object was refused; false when the rest of it was used. */
  readonly refused: boolean
  readonly size: number
  /** Its first 1 KiB. */
  readonly body: Uint8Array
}
export interface UserRecord {
  readonly name: string
  readonly role: Role
  readonly compounds: readonly CompoundId[] | 'all'
  /** `scrypt$N$r$p$salt$hash`, base64. */
  readonly passwordHash: string
}
export interface SessionRecord {
  /** SHA-256 of the cookie's secret, hex. */
  readonly hash: string
  readonly user: string
  readonly createdAt: Millis
  readonly expiresAt: Millis
}
export interface TokenRecord {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly compounds: readonly CompoundId[] | 'all'
  /** SHA-256 of the token, hex. */
  readonly hash: string
  readonly createdAt: Millis
  readonly createdBy: string
  readonly expiresAt: Millis | null
  /** What of life safety the account of the flows was given; left out: nothing. */
  readonly grants?: readonly LifeSafetyRight[]
}
export interface AuditRecord {
  readonly position: number
  readonly at: Millis
  readonly actor: string
  readonly name: string
  /** What it was done to, e.g. an alarm or device id. */
  readonly object: string | null
  /** The code of the refusal, or null when it was carried out. */
  readonly refused: string | null
  readonly detail: string
}

/** Rows to write: an upsert per record by its id, or its removal. */
export interface Rows<Record, Id> {
  readonly put: readonly Record[]
  readonly remove: readonly Id[]
}
/** Everything that the brain changed up to a position; written in one transaction with the cursor. */
export interface Changes {
  /** The cursor: all entries up to here are judged and in this or an earlier commit. */
  readonly position: number
  readonly compounds: Rows<CompoundRecord, CompoundId>
  readonly devices: Rows<DeviceRecord, DeviceId>
  readonly presence: readonly PresenceRecord[]
  readonly connections: readonly ConnectionRecord[]
  readonly alarms: readonly Alarm[]
  readonly transitions: readonly { readonly alarm: string; readonly transition: Transition }[]
  readonly quarantine: readonly QuarantineRecord[]
  readonly users: Rows<UserRecord, string>
  readonly sessions: Rows<SessionRecord, string>
  readonly tokens: Rows<TokenRecord, string>
  readonly commands: readonly IssuedCommand[]
  readonly audit: readonly AuditRecord[]
}

/** A piece of the brain's own state, opaque to the store. */
export interface StatePiece {
  readonly key: string
  /** Null: the piece is gone. */
  readonly value: string | null
}

/** Written by the brain's thread only. Writing the same changes twice leaves the same rows (a replay after a kill does that). */
export interface OperationsStore {
  commit(changes: Changes): Promise<void>
  /** The position of the last commit. */
  cursor(): Promise<number>
  /**
   * Snapshot of the brain's state as it was at `position`: only pieces that changed since the last one, in slices.
   * Nothing of it counts before `completeSnapshot(position)`; a kill before that leaves the former snapshot whole.
   */
  saveSlice(position: number, pieces: readonly StatePiece[]): Promise<void>
  completeSnapshot(position: number): Promise<void>
  /** The last complete snapshot; position 0 and no pieces when there is none. */
  loadSnapshot(): Promise<{ position: number; pieces: StatePiece[] }>
  /** Forgets all alarms with their timelines, who was connected, the snapshot and the cursor: the whole journal is to be judged anew, and may number its alarms otherwise. */
  beginAnew(): Promise<void>
  close(): Promise<void>
}

/** From before which time (ms) records are no longer kept. */
export interface OldRecords {
  readonly quarantine: Millis
  /** Closed alarms, with their timelines, by the time at which they were closed. Open ones are never old. */
  readonly alarms: Millis
  readonly audit: Millis
  /** Commands that are over; those that still hold are never old. */
  readonly commands: Millis
  readonly connections: Millis
}
/** Removing what is past its time is no judgement: the brain remembers nothing of it, and a replay does not write it again. */
export interface Forgetting {
  /** Removes at most `limit` old records and answers how many; fewer than `limit`: there are no more. Called in the writer's thread, so `limit` says how long others wait. */
  removeOld(before: OldRecords, limit: number): Promise<number>
}

// ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── History: readings and events, behind the journal at its own pace ───────────────────────────────────────────

/** What changed in the latest values of one device; feeds the live view. */
export interface LatestChange {
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly values: Readonly<Record<string, { readonly value: Value; readonly ts: Millis }>>
}

/** A projection that runs in a thread of its own: how far it is, and how it failed. */
export interface Projection {
  readonly position: number
  /** Called when it moved on. Returns a function that ends it. */
  onProgress(listener: (position: number) => void): () => void
}

/** Pictures: half a megabyte must not share a smoke alarm's commit. */
export interface Pictures {
  /** Calls `done` after the file is on the disk (fsync, rename). */
  save(device: DeviceId, ref: string, jpeg: Uint8Array, done: (error: Error | null) => void): void
  load(device: DeviceId, ref: string): Promise<Uint8Array | null>
}

export type { AlarmState }
