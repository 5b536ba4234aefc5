/** Whether a device was there, one stretch of time after another, and why. */
import type { Millis } from './names.ts'

export const CONNECTION_REASONS = [
  'connected', 'heard', 'gateway-back', 'taken-over', 'platform-restarted', 'silent', 'lost', 'closed', 'said', 'gateway-lost'
] as const
/**
 * Online: `connected` by a connection of its own, `heard` again, `gateway-back`, `taken-over` by a newer connection of the same identity,
 * connected anew after `platform-restarted`. Offline: `silent` for too long, the connection `lost`, `closed` by the device, `said` so (or its gateway did),
 * `gateway-lost`; `taken-over` and `platform-restarted` where the end of that connection was announced before.
 */
export type ConnectionReason = (typeof CONNECTION_REASONS)[number]

export interface ConnectionSpell {
  /** By the time of receipt. */
  readonly from: Millis
  /** Null: it still lasts. */
  readonly to: Millis | null
  readonly online: boolean
  readonly why: ConnectionReason
}
