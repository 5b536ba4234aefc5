/** Operations: what the brain writes. */
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { CompoundId, DeviceId, Millis } from '../../../protocol/names.ts'
import type {
  AuditRecord, CompoundRecord, ConnectionRecord, DeviceRecord, PresenceRecord, QuarantineRecord, SessionRecord, TokenRecord, UserRecord
} from './records.ts'

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
