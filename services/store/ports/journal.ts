/** The journal: everything that came in, in one order. */
import type { CompoundId, DeviceId, Kind, Millis } from '../../../protocol/names.ts'

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
