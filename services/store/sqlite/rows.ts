/** Records as rows, and back. */
import type { LifeSafetyRight } from '../../../protocol/flow-rights.ts'
import type { Role } from '../../../protocol/http/access.ts'
import type { Alarm, AlarmState, Cause, Transition, TransitionName } from '../../../protocol/alarm.ts'
import type { CommandState, IssuedCommand } from '../../../protocol/command.ts'
import type { ConnectionReason, ConnectionSpell } from '../../../protocol/connection.ts'
import type { Bilingual, CompoundId, DeviceId, Kind, Location, Millis, Severity } from '../../../protocol/names.ts'
import { GatehouseError } from '../../kernel/errors.ts'
import type {
  CompoundRecord, ConnectionRecord, DeviceRecord, PresenceRecord, QuarantineRecord, SessionRecord, TokenRecord, UserRecord
} from '../ports.ts'
import type {
  AlarmRow, CommandRow, CompoundRow, ConnectionRow, DeviceRow, PresenceRow, QuarantineRow, SessionRow, TokenRow, TransitionRow, UserRow
} from './tables.ts'

/** The number in `a17`; null for anything else. */
export function numberOfAlarm(id: string): number | null {
  return /^a[1-9]\d{0,14}$/.test(id) ? Number(id.slice(1)) : null
}

export function alarmNumber(id: string): number {
  const n = numberOfAlarm(id)
  if (n === null) throw new GatehouseError('bad-alarm-id', `an alarm's id is "a" and its number, not ${JSON.stringify(id)}`)
  return n
}

export function compoundRow(record: CompoundRecord): CompoundRow {
  const { id, name, district, homes, buildings, location } = record
  return { id, name, district, homes, buildings: JSON.stringify(buildings), location: location && JSON.stringify(location) }
}
export function compoundOf(row: CompoundRow): CompoundRecord {
  return {
    id: row.id as CompoundId, name: row.name, district: row.district, homes: row.homes,
    buildings: JSON.parse(row.buildings) as CompoundRecord['buildings'],
    location: row.location === null ? null : JSON.parse(row.location) as CompoundRecord['location']
  }
}

export function deviceRow(record: DeviceRecord): DeviceRow {
  const { id, kind, compound, gateway, location, model, tokenHash, enrolledAt } = record
  return {
    id, kind, compound, gateway, building: location.building, home: location.home ?? null, location: JSON.stringify(location),
    model, token_hash: tokenHash, enrolled_at: enrolledAt
  }
}
export function deviceOf(row: DeviceRow): DeviceRecord {
  return {
    id: row.id as DeviceId, kind: row.kind as Kind, compound: row.compound as CompoundId, gateway: row.gateway as DeviceId | null,
    location: JSON.parse(row.location) as Location, model: row.model, tokenHash: row.token_hash, enrolledAt: row.enrolled_at
  }
}

export function presenceRow({ device, online, lastSeenAt }: PresenceRecord): PresenceRow {
  return { device, online: Number(online), last_seen_at: lastSeenAt }
}
export function presenceOf(row: PresenceRow): PresenceRecord {
  return { device: row.device as DeviceId, online: row.online === 1, lastSeenAt: row.last_seen_at }
}

export function connectionRow({ device, at, online, why }: ConnectionRecord): ConnectionRow {
  return { device, at, online: Number(online), why }
}
/** @param to where the next one begins; null for the last */
export function spellOf(row: ConnectionRow, to: Millis | null): ConnectionSpell {
  return { from: row.at, to, online: row.online === 1, why: row.why as ConnectionReason }
}

export function alarmRow(alarm: Alarm): AlarmRow {
  return {
    n: alarmNumber(alarm.id), rule: alarm.rule, subject: alarm.subject, severity: alarm.severity,
    // Empty: of no compound. The column was made when every alarm had one.
    compound: alarm.compound ?? '',
    building: alarm.building, device: alarm.device, location: alarm.location && JSON.stringify(alarm.location), state: alarm.state,
    acknowledged: Number(alarm.acknowledged), latched: Number(alarm.latched), shelved_until: alarm.shelvedUntil,
    suppressed_by: alarm.suppressedBy, raised_at: alarm.raisedAt, received_at: alarm.receivedAt, cleared_at: alarm.clearedAt,
    closed_at: alarm.closedAt, cause: alarm.cause, occurrences: alarm.occurrences, message: JSON.stringify(alarm.message),
    incident: alarm.incident
  }
}
export function alarmOf(row: AlarmRow): Alarm {
  return {
    id: `a${row.n}`, rule: row.rule, subject: row.subject, severity: row.severity as Severity,
    compound: row.compound === '' ? null : row.compound as CompoundId,
    building: row.building, device: row.device as DeviceId | null,
    location: row.location === null ? null : JSON.parse(row.location) as Location, state: row.state as AlarmState,
    acknowledged: row.acknowledged === 1, latched: row.latched === 1, shelvedUntil: row.shelved_until,
    suppressedBy: row.suppressed_by, raisedAt: row.raised_at, receivedAt: row.received_at, clearedAt: row.cleared_at,
    closedAt: row.closed_at, cause: row.cause as Cause | null, occurrences: row.occurrences,
    message: JSON.parse(row.message) as Bilingual, incident: row.incident
  }
}

export function transitionRow(alarm: string, { n, name, at, who, note, occurrences }: Transition): TransitionRow {
  return { alarm: alarmNumber(alarm), n, name, at, who, note, occurrences }
}
export function transitionOf({ n, name, at, who, note, occurrences }: TransitionRow): Transition {
  return { n, name: name as TransitionName, at, who, note, occurrences }
}

export function quarantineRow(record: QuarantineRecord): QuarantineRow {
  return { ...record, refused: Number(record.refused) }
}
export function quarantineOf(row: QuarantineRow): QuarantineRecord {
  return { ...row, device: row.device as DeviceId, compound: row.compound as CompoundId | null, refused: row.refused === 1 }
}

export function userRow({ name, role, compounds, passwordHash }: UserRecord): UserRow {
  return { name, role, compounds: JSON.stringify(compounds), password_hash: passwordHash }
}
export function userOf(row: UserRow): UserRecord {
  return { name: row.name, role: row.role as Role, compounds: scopeOf(row.compounds), passwordHash: row.password_hash }
}

export function sessionRow({ hash, user, createdAt, expiresAt }: SessionRecord): SessionRow {
  return { hash, user, created_at: createdAt, expires_at: expiresAt }
}
export function sessionOf(row: SessionRow): SessionRecord {
  return { hash: row.hash, user: row.user, createdAt: row.created_at, expiresAt: row.expires_at }
}

export function tokenRow(record: TokenRecord): TokenRow {
  const { id, name, role, compounds, hash, createdAt, createdBy, expiresAt, grants } = record
  return {
    id, name, role, compounds: JSON.stringify(compounds), hash, created_at: createdAt, created_by: createdBy, expires_at: expiresAt,
    grants: grants ? JSON.stringify(grants) : null
  }
}
export function tokenOf(row: TokenRow): TokenRecord {
  return {
    id: row.id, name: row.name, role: row.role as Role, compounds: scopeOf(row.compounds), hash: row.hash,
    createdAt: row.created_at, createdBy: row.created_by, expiresAt: row.expires_at,
    ...row.grants !== null && { grants: JSON.parse(row.grants) as LifeSafetyRight[] }
  }
}

/** The number in `k17`; null for anything else. */
export function numberOfCommand(id: string): number | null {
  return /^k[1-9]\d{0,14}$/.test(id) ? Number(id.slice(1)) : null
}
export function commandRow(command: IssuedCommand): CommandRow {
  const n = numberOfCommand(command.id)
  if (n === null) throw new GatehouseError('bad-command-id', `a command's id is "k" and its number, not ${JSON.stringify(command.id)}`)
  const { device, compound, name, args, by, state, message, holding } = command
  return {
    n, device, compound, name, args: JSON.stringify(args), by, state, message, holding: Number(holding), expires_at: command.expiresAt,
    queued_at: command.queuedAt, sent_at: command.sentAt, accepted_at: command.acceptedAt, done_at: command.doneAt, failed_at: command.failedAt,
    expired_at: command.expiredAt
  }
}
export function commandOf(row: CommandRow): IssuedCommand {
  return {
    id: `k${row.n}`, device: row.device as DeviceId, compound: row.compound as CompoundId, name: row.name,
    args: JSON.parse(row.args) as IssuedCommand['args'], by: row.by, state: row.state as CommandState, message: row.message, holding: row.holding === 1,
    expiresAt: row.expires_at, queuedAt: row.queued_at, sentAt: row.sent_at, acceptedAt: row.accepted_at, doneAt: row.done_at,
    failedAt: row.failed_at, expiredAt: row.expired_at
  }
}

function scopeOf(json: string): readonly CompoundId[] | 'all' {
  return JSON.parse(json) as readonly CompoundId[] | 'all'
}
