import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Changes, Forgetting, OldRecords, OperationsStore, StatePiece } from '../ports.ts'
import { makeFolder } from './day.ts'
import { Statements, query, upsertOf } from './kysely-dialect.ts'
import { migrate } from './migrations/index.ts'
import { oldRows } from './old-rows.ts'
import {
  alarmRow, commandRow, compoundRow, connectionRow, deviceRow, presenceRow, quarantineRow, sessionRow, tokenRow, transitionRow, userRow
} from './rows.ts'

export function operationsPath(dataDir: string): string {
  return join(dataDir, 'operations.sqlite')
}

/** Opens `operations.sqlite` for writing, in the thread that calls. Throws `newer-data`, or SQLite's error. */
export function openOperations(dataDir: string): OperationsStore & Forgetting {
  const path = operationsPath(makeFolder(dataDir))
  const db = new DatabaseSync(path)
  try {
    // Not synced at each commit: the journal is, and after a power cut it is read again from the last commit that is left.
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    migrate(db, path)
    const store = new SqliteOperations(db)
    store.tidySnapshots()
    return store
  } catch (error) {
    db.close()
    throw error
  }
}

/** Everything within one commit is synchronous, so no transaction stays open across an await. */
class SqliteOperations implements OperationsStore, Forgetting {
  readonly #db: DatabaseSync
  readonly #statements: Statements
  readonly #write: ReturnType<typeof writersOf>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#statements = new Statements(db)
    this.#write = writersOf(this.#statements)
  }

  async commit(changes: Changes): Promise<void> {
    const write = this.#write
    this.#statements.transaction(() => {
      for (const record of changes.compounds.put) write.compound(compoundRow(record))
      for (const id of changes.compounds.remove) write.removeCompound(id)
      for (const record of changes.devices.put) write.device(deviceRow(record))
      for (const record of changes.presence) write.presence(presenceRow(record))
      for (const record of changes.connections) write.connection(connectionRow(record))
      for (const id of changes.devices.remove) {
        write.removeDevice(id)
        write.removePresence(id)
      }
      for (const alarm of changes.alarms) write.alarm(alarmRow(alarm))
      for (const { alarm, transition } of changes.transitions) write.transition(transitionRow(alarm, transition))
      for (const record of changes.quarantine) write.quarantine(quarantineRow(record))
      for (const record of changes.users.put) write.user(userRow(record))
      for (const name of changes.users.remove) write.removeUser(name)
      for (const record of changes.sessions.put) write.session(sessionRow(record))
      for (const hash of changes.sessions.remove) write.removeSession(hash)
      for (const record of changes.tokens.put) write.token(tokenRow(record))
      for (const id of changes.tokens.remove) write.removeToken(id)
      for (const command of changes.commands) write.command(commandRow(command))
      let position = 0
      let n = 0
      for (const record of changes.audit) {
        // One action may leave several records; all of them are in the same commit, so their numbers are the same in a replay.
        n = record.position === position ? n + 1 : 0
        position = record.position
        write.audit({ ...record, n })
      }
      write.mark({ name: 'cursor', position: changes.position })
    })
  }

  async cursor(): Promise<number> {
    return this.#mark('cursor')
  }

  async saveSlice(position: number, pieces: readonly StatePiece[]): Promise<void> {
    const complete = this.#mark('snapshot')
    this.#statements.transaction(() => {
      // What another snapshot left that was begun and given up.
      this.#statements.run(query.deleteFrom('piece').where('position', '>', complete).where('position', '<>', position))
      for (const { key, value } of pieces) {
        // Of the older ones, the last complete snapshot needs the newest only; so a key never has more than two.
        this.#write.removeSuperseded(key, key, complete)
        this.#write.piece({ key, position, value })
      }
    })
  }

  async completeSnapshot(position: number): Promise<void> {
    this.#write.mark({ name: 'snapshot', position })
  }

  async loadSnapshot(): Promise<{ position: number; pieces: StatePiece[] }> {
    const position = this.#mark('snapshot')
    const pieces: StatePiece[] = []
    let last: string | null = null
    const rows = this.#statements.all(
      query.selectFrom('piece').select(['key', 'value']).where('position', '<=', position).orderBy('key').orderBy('position', 'desc')
    )
    for (const row of rows) {
      if (row.key !== last && row.value !== null) pieces.push(row)
      last = row.key
    }
    return { position, pieces }
  }

  async beginAnew(): Promise<void> {
    this.#statements.transaction(() => {
      for (const table of ['alarm', 'transition', 'connection', 'piece', 'mark'] as const) this.#statements.run(query.deleteFrom(table))
    })
  }

  async removeOld(before: OldRecords, limit: number): Promise<number> {
    const statements = this.#statements
    let removed = 0
    statements.transaction(() => {
      for (const { find, remove } of oldRows(statements, before)) {
        const rows = find(limit - removed)
        for (const row of rows) remove(row)
        removed += rows.length
        if (removed >= limit) return
      }
    })
    return removed
  }

  async close(): Promise<void> {
    this.#db.close()
  }

  /** Removes what a kill left of an incomplete snapshot, what was superseded, and pieces that are gone. */
  tidySnapshots(): void {
    const complete = this.#mark('snapshot')
    this.#statements.transaction(() => {
      this.#statements.run(query.deleteFrom('piece').where('position', '>', complete))
      this.#statements.run(query.deleteFrom('piece as old').where((eb) => eb.exists(
        eb.selectFrom('piece as newer').select('newer.key').whereRef('newer.key', '=', 'old.key').whereRef('newer.position', '>', 'old.position')
      )))
      this.#statements.run(query.deleteFrom('piece').where('value', 'is', null))
    })
  }

  #mark(name: string): number {
    return this.#statements.first(query.selectFrom('mark').select('position').where('name', '=', name))?.position ?? 0
  }
}

/** The statements of a commit, compiled and prepared once. */
function writersOf(statements: Statements) {
  const remove = (table: 'compound' | 'device' | 'token', id: string) => statements.repeated(query.deleteFrom(table).where('id', '=', id))
  return {
    compound: upsertOf(statements, 'compound', ['id', 'name', 'district', 'homes', 'buildings', 'location'], ['id']),
    removeCompound: remove('compound', ''),
    device: upsertOf(statements, 'device', [
      'id', 'kind', 'compound', 'gateway', 'building', 'home', 'location', 'model', 'token_hash', 'enrolled_at'
    ], ['id']),
    removeDevice: remove('device', ''),
    presence: upsertOf(statements, 'presence', ['device', 'online', 'last_seen_at'], ['device']),
    connection: upsertOf(statements, 'connection', ['device', 'at', 'online', 'why'], ['device', 'at']),
    removePresence: statements.repeated(query.deleteFrom('presence').where('device', '=', '')),
    alarm: upsertOf(statements, 'alarm', [
      'n', 'rule', 'subject', 'severity', 'compound', 'building', 'device', 'location', 'state', 'acknowledged', 'latched', 'shelved_until',
      'suppressed_by', 'raised_at', 'received_at', 'cleared_at', 'closed_at', 'cause', 'occurrences', 'message', 'incident'
    ], ['n']),
    transition: upsertOf(statements, 'transition', ['alarm', 'n', 'name', 'at', 'who', 'note', 'occurrences'], ['alarm', 'n']),
    quarantine: upsertOf(statements, 'quarantine', [
      'position', 'n', 'at', 'device', 'compound', 'channel', 'code', 'path', 'message', 'refused', 'size', 'body'
    ], ['position', 'n']),
    user: upsertOf(statements, 'user', ['name', 'role', 'compounds', 'password_hash'], ['name']),
    removeUser: statements.repeated(query.deleteFrom('user').where('name', '=', '')),
    session: upsertOf(statements, 'session', ['hash', 'user', 'created_at', 'expires_at'], ['hash']),
    removeSession: statements.repeated(query.deleteFrom('session').where('hash', '=', '')),
    token: upsertOf(statements, 'token', ['id', 'name', 'role', 'compounds', 'hash', 'created_at', 'created_by', 'expires_at', 'grants'], ['id']),
    removeToken: remove('token', ''),
    command: upsertOf(statements, 'command', [
      'n', 'device', 'compound', 'name', 'args', 'by', 'state', 'message', 'holding', 'expires_at', 'queued_at', 'sent_at', 'accepted_at', 'done_at',
      'failed_at', 'expired_at'
    ], ['n']),
    audit: upsertOf(statements, 'audit', ['position', 'n', 'at', 'actor', 'name', 'object', 'refused', 'detail'], ['position', 'n']),
    mark: upsertOf(statements, 'mark', ['name', 'position'], ['name']),
    piece: upsertOf(statements, 'piece', ['key', 'position', 'value'], ['key', 'position']),
    /** Bound with the key twice, then the position of the last complete snapshot. */
    removeSuperseded: statements.repeated(query.deleteFrom('piece').where('key', '=', '').where('position', '<', (eb) =>
      eb.selectFrom('piece').select((eb) => eb.fn.max('position').as('newest')).where('key', '=', '').where('position', '<=', 0)))
  }
}
