import type { Millis } from '../../protocol/names.ts'
import { NOTHING_SEEN } from '../intake/repeats.ts'
import type { Seen } from '../intake/repeats.ts'
import type { Timeline } from '../intake/time.ts'
import { UNSEEN } from '../presence/presence.ts'
import type { Presence } from '../presence/presence.ts'
import type { KindState } from './kind-rules.ts'
import { NOTHING_LATE } from './late.ts'
import type { Late } from './late.ts'
import { NO_WATCHES } from './watches/watch.ts'
import type { Watches } from './watches/watch.ts'

/** Everything that is remembered about one device between two judgements. Plain JSON data, replaced and never changed. */
export interface DeviceState {
  readonly presence: Presence
  readonly seen: { readonly telemetry: Seen; readonly event: Seen }
  /** Fields that the platform does not know and has warned of. */
  readonly warned: readonly string[]
  /** When `sequence-reused` was reported first in the hour that is counted, and how often since; null: never. */
  readonly reused: { readonly since: Millis; readonly count: number } | null
  /** Of live data; null before the first reading with a time. */
  readonly timeline: Timeline | null
  /** Null before the first reading, and for kinds that no rule reads. */
  readonly rules: KindState | null
  readonly late: Late
  /** Of rules about any device, whatever its kind. */
  readonly watches: Watches
}

const INITIAL: DeviceState = {
  presence: UNSEEN,
  seen: { telemetry: NOTHING_SEEN, event: NOTHING_SEEN },
  warned: [],
  reused: null,
  timeline: null,
  rules: null,
  late: NOTHING_LATE,
  watches: NO_WATCHES
}

/** The state of a device that was just enrolled, whatever its kind. */
export function initialDeviceState(): DeviceState {
  return INITIAL
}
