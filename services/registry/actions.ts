/** What can be done to the registry and to access. The API checks the form; the brain decides and answers with a `Reply`. */
import type { LifeSafetyRight } from '../../protocol/flow-rights.ts'
import type { Role } from '../../protocol/http/access.ts'
import type { CompoundId, DeviceId, Kind, Location, Millis } from '../../protocol/names.ts'
import type { CompoundRecord } from '../store/ports.ts'

export interface Enrolment {
  readonly id: DeviceId
  readonly kind: Kind
  readonly compound: CompoundId
  readonly gateway: DeviceId | null
  readonly location: Location
  readonly model: string | null
  /** SHA-256 of the token, hex; the token itself never reaches the journal. */
  readonly tokenHash: string
}

/** The answer to one of the enrolments of an action, in their order. */
export type EnrolmentResult =
  | { readonly ok: true; readonly id: DeviceId }
  | { readonly ok: false; readonly id: DeviceId; readonly code: string; readonly message: string; readonly path: string }

export type RegistryAction =
  /** Replies the CompoundRecord; `exists-already`. */
  | { readonly name: 'compound.create'; readonly compound: CompoundRecord }
  /** Replies EnrolmentResult[]; each stands alone. A gateway may be enrolled in the same action before its children. */
  | { readonly name: 'device.enrol'; readonly devices: readonly Enrolment[] }
  /** Replies null; `not-found`. Open alarms of the device close with the cause `maintenance`; `has-children` for a gateway that still speaks for devices. */
  | { readonly name: 'device.remove'; readonly id: DeviceId }
  /** Replies null; the old token stops working; `not-found`. */
  | { readonly name: 'device.token'; readonly id: DeviceId; readonly tokenHash: string }
  /** Makes the user or replaces the password. Replies null. */
  | { readonly name: 'user.password'; readonly user: string; readonly passwordHash: string }
  | { readonly name: 'session.open'; readonly user: string; readonly hash: string; readonly expiresAt: Millis }
  | { readonly name: 'session.close'; readonly hash: string }
  /** Replies null; `exists-already`. */
  | {
      readonly name: 'token.create'; readonly id: string; readonly label: string; readonly role: Role
      readonly compounds: readonly CompoundId[] | 'all'; readonly hash: string; readonly expiresAt: Millis | null
    }
  | { readonly name: 'token.remove'; readonly id: string }
  /** Makes the account of the flows, or gives it another secret; its rights stay. Replies null. */
  | { readonly name: 'flows.account'; readonly hash: string }
  /** From now on the account of the flows has these rights of life safety and no others. Replies null. */
  | { readonly name: 'flows.rights'; readonly granted: readonly LifeSafetyRight[] }
  /** Somebody changed flows, or started them anew; kept for the audit. Replies null. */
  | { readonly name: 'flows.change'; readonly deed: 'deploy' | 'restore' | 'import' | 'reset' | 'restart'; readonly object: string | null }
  /** Somebody read passages of a device and said why; kept for the audit. Replies null. */
  | { readonly name: 'passages.read'; readonly device: DeviceId; readonly reason: string }
