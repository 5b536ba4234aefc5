import type { Bilingual, CompoundId, DeviceId, Location, Millis, Severity } from '../../protocol/names.ts'

/** What a rule says to the alarm book. At most one open alarm a key (rule, subject): the book turns raises into counts where one is open. */
export interface Signal {
  readonly rule: string
  readonly subject: string
  /**
   * `raise`: the condition became true (or true anew: an occurrence). `clear`: it is over.
   * `over`: late data tells of a condition that began at `ts` and ended at `until`; it is recorded as closed.
   */
  readonly change: 'raise' | 'clear' | 'over'
  /** When it happened, by the device for late data, else by time of receipt. */
  readonly ts: Millis
  /** With `over`: when it ended. */
  readonly until?: Millis
  readonly severity: Severity
  /** Does not end by itself: after it cleared, a person resets it. */
  readonly latches: boolean
  /** Null: about the platform itself. */
  readonly compound: CompoundId | null
  readonly building: string | null
  readonly device: DeviceId | null
  readonly location: Location | null
  readonly message: Bilingual
  /** The alarm book shows it and keeps it silent, with this reason (e.g. `device.offline c07-gateway-03`). */
  readonly suppressedBy?: string | null
}
