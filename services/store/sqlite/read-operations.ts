import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { ConnectionSpell } from '../../../protocol/connection.ts'
import type { DeviceId } from '../../../protocol/names.ts'
import type {
  AlarmFilter, DeviceFilter, DeviceRecord, Page, Paging, PresenceRecord, QuarantineRecord, Queries, Scope
} from '../ports.ts'
import { keyOf, pageOf } from './cursor.ts'
import { Statements, query } from './kysely-dialect.ts'
import { operationsPath } from './operations.ts'
import {
  alarmOf, commandOf, compoundOf, deviceOf, numberOfAlarm, numberOfCommand, presenceOf, quarantineOf, sessionOf, spellOf, tokenOf, transitionOf, userOf
} from './rows.ts'

type Range = Parameters<Queries['connections']>[1]

export type DevicePresence = DeviceRecord & Pick<PresenceRecord, 'online' | 'lastSeenAt'>

/** Questions to `operations.sqlite` over a read-only connection. Before the brain made the file, everything is empty. */
export class OperationsReader {
  readonly #path: string
  #open: { readonly db: DatabaseSync; readonly statements: Statements } | null = null

  constructor(dataDir: string) {
    this.#path = operationsPath(dataDir)
  }

  alarms(filter: AlarmFilter, { limit, cursor }: Paging): Page<Alarm> {
    const before = keyOf<readonly [number]>('alarms', cursor, [0])
    let built = query.selectFrom('alarm').selectAll().orderBy('n', 'desc').limit(limit + 1)
    if (before) built = built.where('n', '<', before[0])
    // Literals and not parameters: only so does SQLite use the index of the open ones.
    if (filter.state === 'open') built = built.where('state', '<>', sql.lit('closed'))
    if (filter.state === 'closed') built = built.where('state', '=', sql.lit('closed'))
    if (filter.scope !== 'all') built = built.where('compound', 'in', filter.scope)
    else if (filter.platform !== true) built = built.where('compound', '<>', '')
    if (filter.compound !== undefined) built = built.where('compound', '=', filter.compound)
    if (filter.severity !== undefined) built = built.where('severity', '=', filter.severity)
    if (filter.rule !== undefined) built = built.where('rule', '=', filter.rule)
    if (filter.device !== undefined) built = built.where('device', '=', filter.device)
    return pageOf('alarms', this.#statements()?.all(built) ?? [], limit, (row) => [row.n], alarmOf)
  }

  alarm(id: string): { alarm: Alarm; timeline: Transition[] } | null {
    const n = numberOfAlarm(id)
    const statements = this.#statements()
    const row = n === null ? undefined : statements?.first(query.selectFrom('alarm').selectAll().where('n', '=', n))
    if (!row || !statements) return null
    const timeline = statements.all(query.selectFrom('transition').selectAll().where('alarm', '=', row.n).orderBy('n'))
    return { alarm: alarmOf(row), timeline: timeline.map(transitionOf) }
  }

  devices(filter: DeviceFilter, { limit, cursor }: Paging): Page<DevicePresence> {
    const after = keyOf<readonly [string]>('devices', cursor, [''])
    let built = this.#deviceRows().orderBy('device.id').limit(limit + 1)
    if (after) built = built.where('device.id', '>', after[0])
    if (filter.scope !== 'all') built = built.where('device.compound', 'in', filter.scope)
    if (filter.compound !== undefined) built = built.where('device.compound', '=', filter.compound)
    if (filter.kind !== undefined) built = built.where('device.kind', '=', filter.kind)
    if (filter.building !== undefined) built = built.where('device.building', '=', filter.building)
    if (filter.online !== undefined) {
      const online = Number(filter.online)
      built = built.where((eb) => eb.fn.coalesce('presence.online', eb.val(0)), '=', online)
    }
    if (filter.q !== undefined) {
      const pattern = `%${filter.q.replaceAll(/[\\%_]/g, '\\$&')}%`
      const contains = (column: string) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`
      built = built.where((eb) => eb.or([contains('device.id'), contains('device.model'), contains('device.home')]))
    }
    return pageOf('devices', this.#statements()?.all(built) ?? [], limit, (row) => [row.id], devicePresenceOf)
  }

  device(id: string): DevicePresence | null {
    const row = this.#statements()?.first(this.#deviceRows().where('device.id', '=', id))
    return row ? devicePresenceOf(row) : null
  }

  /** Newest first. */
  quarantine(filter: { scope: Scope; device?: string | undefined }, { limit, cursor }: Paging): Page<QuarantineRecord> {
    const before = keyOf<readonly [number, number]>('quarantine', cursor, [0, 0])
    let built = query.selectFrom('quarantine').selectAll().orderBy('position', 'desc').orderBy('n', 'desc').limit(limit + 1)
    if (before) built = built.where((eb) => eb(eb.refTuple('position', 'n'), '<', eb.tuple(before[0], before[1])))
    if (filter.scope !== 'all') built = built.where('compound', 'in', filter.scope)
    if (filter.device !== undefined) built = built.where('device', '=', filter.device)
    return pageOf('quarantine', this.#statements()?.all(built) ?? [], limit, (row) => [row.position, row.n], quarantineOf)
  }

  /** Newest first. */
  commands(device: DeviceId, { limit, cursor }: Paging): Page<IssuedCommand> {
    const before = keyOf<readonly [number]>('commands', cursor, [0])
    let built = query.selectFrom('command').selectAll().where('device', '=', device).orderBy('n', 'desc').limit(limit + 1)
    if (before) built = built.where('n', '<', before[0])
    return pageOf('commands', this.#statements()?.all(built) ?? [], limit, (row) => [row.n], commandOf)
  }

  command(id: string): IssuedCommand | null {
    const n = numberOfCommand(id)
    const row = n === null ? undefined : this.#statements()?.first(query.selectFrom('command').selectAll().where('n', '=', n))
    return row ? commandOf(row) : null
  }

  /** Newest first; the spell in which `from` lies included. */
  connections(device: DeviceId, { from, to }: Range, { limit, cursor }: Paging): Page<ConnectionSpell> {
    const statements = this.#statements()
    const before = keyOf<readonly [number]>('connections', cursor, [0])
    const of = query.selectFrom('connection').where('device', '=', device)
    const first = from === undefined ? undefined : statements?.first(of.select('at').where('at', '<=', from).orderBy('at', 'desc').limit(1))?.at ?? from
    let built = of.selectAll().orderBy('at', 'desc').limit(limit + 1)
    if (before) built = built.where('at', '<', before[0])
    if (first !== undefined) built = built.where('at', '>=', first)
    if (to !== undefined) built = built.where('at', '<', to)
    const rows = statements?.all(built) ?? []
    const newest = rows[0]
    const next = newest && statements?.first(of.select('at').where('at', '>', newest.at).orderBy('at').limit(1))
    const ended = rows.map((row, index) => ({ at: row.at, spell: spellOf(row, (index === 0 ? next : rows[index - 1])?.at ?? null) }))
    return pageOf('connections', ended, limit, ({ at }) => [at], ({ spell }) => spell)
  }

  directory(): Awaited<ReturnType<Queries['directory']>> {
    const statements = this.#statements()
    if (!statements) return { compounds: [], devices: [], presence: [], users: [], sessions: [], tokens: [], openAlarms: [] }
    const known = query.selectFrom('presence').selectAll('presence').innerJoin('device', 'device.id', 'presence.device')
    return {
      compounds: statements.all(query.selectFrom('compound').selectAll().orderBy('id')).map(compoundOf),
      devices: statements.all(query.selectFrom('device').selectAll().orderBy('id')).map(deviceOf),
      presence: statements.all(known).map(presenceOf),
      users: statements.all(query.selectFrom('user').selectAll()).map(userOf),
      sessions: statements.all(query.selectFrom('session').selectAll()).map(sessionOf),
      tokens: statements.all(query.selectFrom('token').selectAll()).map(tokenOf),
      openAlarms: statements.all(query.selectFrom('alarm').selectAll().where('state', '<>', sql.lit('closed')).orderBy('n')).map(alarmOf)
    }
  }

  /** Up to where the journal is not needed any more by the brain: the older of its last commit and its last complete snapshot. */
  passed(): number {
    const marks = this.#statements()?.all(query.selectFrom('mark').selectAll()) ?? []
    const at = (name: string): number => marks.find((mark) => mark.name === name)?.position ?? 0
    return Math.min(at('cursor'), at('snapshot'))
  }

  close(): void {
    this.#open?.db.close()
    this.#open = null
  }

  #deviceRows() {
    return query.selectFrom('device').leftJoin('presence', 'presence.device', 'device.id')
      .selectAll('device').select(['presence.online', 'presence.last_seen_at'])
  }

  #statements(): Statements | null {
    if (this.#open) return this.#open.statements
    if (!existsSync(this.#path)) return null
    const db = new DatabaseSync(this.#path, { readOnly: true })
    db.exec('PRAGMA busy_timeout = 5000')
    if (db.prepare('PRAGMA user_version').get()?.['user_version'] === 0) {
      db.close()
      return null
    }
    this.#open = { db, statements: new Statements(db) }
    return this.#open.statements
  }
}

function devicePresenceOf(row: Parameters<typeof deviceOf>[0] & { online: number | null; last_seen_at: number | null }): DevicePresence {
  return Object.assign(deviceOf(row), { online: row.online === 1, lastSeenAt: row.last_seen_at })
}
