/** What operations keep: records as the brain writes them and the API shows them. */
import type { ConnectionReason } from '../../../protocol/connection.ts'
import type { LifeSafetyRight } from '../../../protocol/flow-rights.ts'
import type { Role } from '../../../protocol/http/access.ts'
import type { CompoundId, DeviceId, Kind, Location, Millis } from '../../../protocol/names.ts'

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
