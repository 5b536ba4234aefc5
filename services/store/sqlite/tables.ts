/** The tables of `operations.sqlite` as Kysely sees them. Truth values are 0 and 1, structures are JSON text. */
export interface CompoundRow {
  id: string
  name: string
  district: string
  homes: number
  buildings: string
  location: string | null
}
export interface DeviceRow {
  id: string
  kind: string
  compound: string
  gateway: string | null
  /** Of the location, for filters. */
  building: string
  home: string | null
  location: string
  model: string | null
  token_hash: string
  enrolled_at: number
}
export interface PresenceRow {
  device: string
  online: number
  last_seen_at: number | null
}
export interface ConnectionRow {
  device: string
  at: number
  online: number
  why: string
}
export interface AlarmRow {
  /** The number in its id: the order in which alarms were raised. */
  n: number
  rule: string
  subject: string
  severity: string
  compound: string
  building: string | null
  device: string | null
  location: string | null
  state: string
  acknowledged: number
  latched: number
  shelved_until: number | null
  suppressed_by: string | null
  raised_at: number
  received_at: number
  cleared_at: number | null
  closed_at: number | null
  cause: string | null
  occurrences: number
  message: string
  incident: string | null
}
export interface TransitionRow {
  alarm: number
  n: number
  name: string
  at: number
  who: string
  note: string | null
  occurrences: number
}
export interface QuarantineRow {
  position: number
  n: number
  at: number
  device: string
  compound: string | null
  channel: string
  code: string
  path: string
  message: string
  refused: number
  size: number
  body: Uint8Array
}
export interface UserRow {
  name: string
  role: string
  compounds: string
  password_hash: string
}
export interface SessionRow {
  hash: string
  user: string
  created_at: number
  expires_at: number
}
export interface TokenRow {
  id: string
  name: string
  role: string
  compounds: string
  hash: string
  created_at: number
  created_by: string
  expires_at: number | null
  /** JSON; of the account of the flows only. */
  grants: string | null
}
export interface CommandRow {
  /** The number in its id: the order in which commands were issued. */
  n: number
  device: string
  compound: string
  name: string
  args: string
  by: string
  state: string
  message: string | null
  holding: number
  expires_at: number | null
  queued_at: number
  sent_at: number | null
  accepted_at: number | null
  done_at: number | null
  failed_at: number | null
  expired_at: number | null
}
export interface AuditRow {
  position: number
  /** Of the records of one position, in their order. */
  n: number
  at: number
  actor: string
  name: string
  object: string | null
  refused: string | null
  detail: string
}
/** A piece of the brain's state as it was saved at a position; null: gone. */
export interface PieceRow {
  key: string
  position: number
  value: string | null
}
/** Numbers by name: `cursor`, `snapshot` (position of the last complete one). */
export interface MarkRow {
  name: string
  position: number
}

export interface Tables {
  compound: CompoundRow
  device: DeviceRow
  presence: PresenceRow
  connection: ConnectionRow
  alarm: AlarmRow
  transition: TransitionRow
  quarantine: QuarantineRow
  user: UserRow
  session: SessionRow
  token: TokenRow
  command: CommandRow
  audit: AuditRow
  piece: PieceRow
  mark: MarkRow
}
