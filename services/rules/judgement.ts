/** What goes into judging one device and what comes out of it. `engine.ts` does it; the fold keeps the states and calls it. */
import type { Millis } from '../../protocol/names.ts'
import type { JournalEntry, MessageEntry, PresenceRecord, QuarantineRecord, DeviceRecord } from '../store/ports.ts'
import type { ConnectionChange } from '../presence/connection.ts'
import type { Fleet } from '../presence/fleet.ts'
import type { GatewayState } from '../presence/presence.ts'
import type { RuleSettings } from './settings.ts'
import type { Signal } from './signal.ts'
import type { DeviceState } from './state.ts'

/** Something that concerns one device. */
export type DeviceInput =
  /** A message of this device, by whomever it was published. */
  | { readonly type: 'message'; readonly entry: MessageEntry & Pick<JournalEntry, 'position' | 'at'> }
  /** A message of one of its children came through this gateway: the gateway is alive. */
  | { readonly type: 'carried' }
  | { readonly type: 'connected'; readonly session: number }
  | { readonly type: 'disconnected'; readonly session: number; readonly reason: 'said-goodbye' | 'lost' | 'taken-over' }
  /**
   * The platform was not listening for a while: silence gets its time anew. `started`: all connections are gone as well.
   * For every device, gateways and children alike, before timers fire.
   */
  | { readonly type: 'grace'; readonly started: boolean }
  /** It was enrolled in this very moment: from now on it is awaited. */
  | { readonly type: 'enrolled' }
  /** Something of it was refused before it could be judged, e.g. a frame that is too large. */
  | { readonly type: 'refused' }
  /** The platform handed it this command, and nothing holds that would forbid it to obey. */
  | { readonly type: 'told'; readonly command: string }
  /** What became of the gateway of this child: `Judgement.children` of the gateway, handed to each of its children. */
  | { readonly type: 'gateway'; readonly is: GatewayState }
  /** The time that the last judgement named in `due` has come. */
  | { readonly type: 'due' }

/** What holds beyond the device: the settings in force, and how many gateways were lost lately. */
export interface World {
  readonly settings: RuleSettings
  readonly fleet: Fleet
}

/** What a device is told on `rejected`. */
export interface DeviceRejection {
  readonly code: string
  readonly message: string
  readonly path: string
  readonly channel: string
  readonly boot: string | null
  readonly seq: number | null
}

export interface Judgement {
  /** Replaces the one before; the same object when nothing changed. Plain JSON data. */
  readonly state: DeviceState
  /** For the alarm book, in order. */
  readonly signals: readonly Signal[]
  /** When to call again with `due`; null when nothing is awaited. Replaces the one before. */
  readonly due: Millis | null
  /** Where `online` or `lastSeenAt` changed. */
  readonly presence: PresenceRecord | null
  /** Where it went online or offline, or has a new connection: for its history. */
  readonly connection: ConnectionChange | null
  /** Not null when this is a gateway whose children have to be told, each with an input of type `gateway`. */
  readonly children: GatewayState | null
  readonly quarantine: readonly QuarantineRecord[]
  readonly rejections: readonly DeviceRejection[]
}

/** `engine.ts` exports `judgeDevice` of this type. `now` is the time of the journal: the `at` of the entry, or the due time of the timer. */
export type JudgeDevice = (device: DeviceRecord, state: DeviceState, input: DeviceInput, now: Millis, world: World) => Judgement
