import { UNSEEN } from '../presence/presence.ts'
import type { Presence } from '../presence/presence.ts'

/** Everything that is remembered about one device between two judgements. Plain JSON data, replaced and never changed. */
export interface DeviceState {
  readonly presence: Presence
}

const INITIAL: DeviceState = { presence: UNSEEN }

/** The state of a device that was just enrolled. */
export function initialDeviceState(): DeviceState {
  return INITIAL
}
