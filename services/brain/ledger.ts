import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { IssuedCommand } from '../../protocol/command.ts'
import type { CompoundId, DeviceId, Millis } from '../../protocol/names.ts'
import type { RegistryRows } from '../registry/records.ts'
import type {
  AuditRecord, Changes, CompoundRecord, ConnectionRecord, DeviceRecord, PresenceRecord, QuarantineRecord, Rows, SessionRecord, TokenRecord, UserRecord
} from '../store/ports.ts'
import type { CompoundSummary, Dispatch, Outcome, Rejection, Reply } from './outcome.ts'

/** Rows of one table: the last word on each id counts. */
class Table<Row, Id extends string> {
  readonly #rows = new Map<Id, Row | null>()
  readonly #idOf: (row: Row) => Id

  constructor(idOf: (row: Row) => Id) {
    this.#idOf = idOf
  }

  add(rows: Rows<Row, Id> | undefined): void {
    if (!rows) return
    for (const row of rows.put) this.#rows.set(this.#idOf(row), row)
    for (const id of rows.remove) this.#rows.set(id, null)
  }

  isGone(id: Id): boolean {
    return this.#rows.get(id) === null
  }

  rows(): Rows<Row, Id> {
    const put: Row[] = []
    const remove: Id[] = []
    for (const [id, row] of this.#rows) {
      if (row === null) remove.push(id)
      else put.push(row)
    }
    return { put, remove }
  }
}

/** Rows that are to be written, gathered over any number of entries: what is written is as large as what changed, not as what happened. */
export class ChangeSet {
  readonly #compounds = new Table<CompoundRecord, CompoundId>((row) => row.id)
  readonly #devices = new Table<DeviceRecord, DeviceId>((row) => row.id)
  readonly #users = new Table<UserRecord, string>((row) => row.name)
  readonly #sessions = new Table<SessionRecord, string>((row) => row.hash)
  readonly #tokens = new Table<TokenRecord, string>((row) => row.id)
  readonly #presence = new Map<DeviceId, PresenceRecord>()
  readonly #connections: ConnectionRecord[] = []
  readonly #alarms = new Map<string, Alarm>()
  readonly #transitions: Changes['transitions'][number][] = []
  readonly #quarantine: QuarantineRecord[] = []
  readonly #commands = new Map<string, IssuedCommand>()
  readonly #audit: AuditRecord[] = []

  happened(alarm: Alarm, transition: Transition): void {
    this.#alarms.set(alarm.id, alarm)
    this.#transitions.push({ alarm: alarm.id, transition })
  }

  presence(record: PresenceRecord): void {
    this.#presence.set(record.device, record)
  }

  connection(record: ConnectionRecord): void {
    this.#connections.push(record)
  }

  quarantine(record: QuarantineRecord): void {
    this.#quarantine.push(record)
  }

  command(record: IssuedCommand): void {
    this.#commands.set(record.id, record)
  }

  audit(record: AuditRecord): void {
    this.#audit.push(record)
  }

  rows(rows: RegistryRows): void {
    this.#compounds.add(rows.compounds)
    // Removed and enrolled again: nothing is left of the first one's presence.
    for (const { id } of rows.devices?.put ?? []) if (this.#devices.isGone(id)) this.presence({ device: id, online: false, lastSeenAt: null })
    this.#devices.add(rows.devices)
    for (const id of rows.devices?.remove ?? []) this.#presence.delete(id)
    this.#users.add(rows.users)
    this.#sessions.add(rows.sessions)
    this.#tokens.add(rows.tokens)
  }

  /** What was gathered elsewhere, after all that is in here. */
  add(changes: Changes): void {
    this.rows(changes)
    for (const record of changes.presence) this.presence(record)
    for (const record of changes.connections) this.connection(record)
    for (const alarm of changes.alarms) this.#alarms.set(alarm.id, alarm)
    for (const transition of changes.transitions) this.#transitions.push(transition)
    for (const record of changes.quarantine) this.#quarantine.push(record)
    for (const record of changes.commands) this.command(record)
    for (const record of changes.audit) this.#audit.push(record)
  }

  changes(position: number): Changes {
    return {
      position, compounds: this.#compounds.rows(), devices: this.#devices.rows(), presence: [...this.#presence.values()],
      connections: this.#connections,
      alarms: [...this.#alarms.values()], transitions: this.#transitions, quarantine: this.#quarantine,
      users: this.#users.rows(), sessions: this.#sessions.rows(), tokens: this.#tokens.rows(), commands: [...this.#commands.values()], audit: this.#audit
    }
  }
}

/** Gathers what a run of entries led to, until somebody takes it. */
export class Ledger {
  readonly changes = new ChangeSet()
  readonly #transitions: { alarm: Alarm; transition: Transition }[] = []
  readonly #replies: { position: number; reply: Reply }[] = []
  readonly #rejections: Rejection[] = []
  readonly #dispatches = new Map<string, Dispatch>()

  happened(alarm: Alarm, transition: Transition): void {
    this.changes.happened(alarm, transition)
    this.#transitions.push({ alarm, transition })
  }

  rejected(device: DeviceId, receivedAt: Millis, rejection: Omit<Rejection, 'device' | 'receivedAt'>): void {
    this.#rejections.push({ device, receivedAt, ...rejection })
  }

  /** Once in a run, as it was said last: a timer and a connection may both ask for it. */
  dispatch(command: Dispatch): void {
    this.#dispatches.delete(command.id)
    this.#dispatches.set(command.id, command)
  }

  answered(reply: Reply, audit: AuditRecord): void {
    this.replied(audit.position, reply)
    this.changes.audit(audit)
  }

  /** To what the platform itself reported: nobody's deed, so nothing for the audit. */
  replied(position: number, reply: Reply): void {
    this.#replies.push({ position, reply })
  }

  /** Everything gathered, as the outcome of the entries up to `position`. */
  outcome(position: number, summaries: readonly CompoundSummary[]): Outcome {
    const changes = this.changes.changes(position)
    return {
      changes, transitions: this.#transitions, replies: this.#replies, rejections: this.#rejections, dispatches: [...this.#dispatches.values()],
      presence: changes.presence, summaries
    }
  }
}
