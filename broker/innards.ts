/** What Aedes 1.2 keeps to itself and is steered here all the same. With another version, this is what has to be looked at again. */
import type { Duplex } from 'node:stream'
import type { Client as AedesClient } from 'aedes'
import type { SlowClient, SteeredClient } from './flow.ts'
import type { Parser } from './guard.ts'
import type { HouseMessage } from './options.ts'

/** A client of Aedes, seen from inside. */
export interface Innards extends Omit<SteeredClient, '_parser'>, SlowClient {
  readonly conn: Duplex
  readonly _parser: Parser
  /** A DISCONNECT came. */
  readonly _disconnected: boolean
  /** Message ids of QoS 2 messages that wait for their PUBREL. */
  readonly _inboundInflight: ReadonlySet<number>
  readonly connackSent: boolean
  duplicates: Readonly<Record<string, number>>
  will: HouseMessage | null
  _will: HouseMessage | null
}

/** Finds nothing and remembers nothing: Aedes's filter of repetitions drops a packet that a later one has overtaken (moscajs/aedes #955, #994). */
export const FORGETFUL: Readonly<Record<string, number>> = new Proxy({}, { get: () => 0, set: () => true, deleteProperty: () => true })

/** What a client of a protocol that is not spoken here gets [MQTT-3.1.2-2]: CONNACK with code 1. */
export const UNACCEPTABLE_PROTOCOL = Buffer.from([0x20, 2, 0, 1])

export type { AedesClient }

export function dropWill(innards: Innards): void {
  innards.will = null
  innards._will = null
}
