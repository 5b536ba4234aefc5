import type { AedesPublishPacket, AuthenticateError, ConnectPacket, PublishPacket, Subscription } from 'aedes'
import { GatehouseError, asError } from '../services/kernel/errors.ts'
import type { Desk } from './desk.ts'
import { Violation } from './guard.ts'
import type { Guest, Guests } from './guests.ts'
import type { AedesClient } from './innards.ts'
import type { Keeper, StoredPacket } from './keeper.ts'
import type { Settled } from './options.ts'
import type { Principal } from './ports.ts'
import type { Arrival, Reception } from './reception.ts'
import type { Rights } from './rights.ts'
import { faultOfName } from './topic-names.ts'

interface HookParts<P extends Principal> {
  readonly options: Settled<P>
  readonly guests: Guests<P>
  readonly keeper: Keeper
  readonly rights: Rights<P>
  readonly desk: Desk<P>
  readonly reception: Reception<P>
  /** An error of a connection. */
  readonly failed: (client: AedesClient, error: Error) => void
}

/**
 * What Aedes asks before it goes on with a packet. It neither awaits nor catches its hooks, so each of them calls back once and lets nothing through: whatever is thrown ends the
 * one connection that it came from.
 */
export class Hooks<P extends Principal> {
  readonly #parts: HookParts<P>

  constructor(parts: HookParts<P>) {
    this.#parts = parts
  }

  greet(client: AedesClient, packet: ConnectPacket, callback: (error: Error | null, success: boolean) => void): void {
    const { guests, options } = this.#parts
    const guest = guests.of(client)
    if (!guest) return callback(new GatehouseError('unknown-client', 'a client that did not come through the door'), false)
    const { will } = packet
    if (will) {
      const fault = faultOfName(will.topic, options.limits.topicLevels)
      if (fault !== null) return callback(new Violation('malformed-will', fault), false)
      // A copy: it stays as long as the connection, and must not hold the chunk of the socket that it came in.
      will.payload = Buffer.from(options.sealed(will.topic, Buffer.from(will.payload)))
    }
    guest.arrival = { anonymous: packet.clientId === '', clean: packet.clean !== false, willTopic: will?.topic ?? null }
    callback(null, true)
  }

  authenticate(client: AedesClient, username: string | undefined, password: Buffer | undefined, callback: (error: AuthenticateError | null, success: boolean | null) => void): void {
    const guest = this.#parts.guests.of(client)
    if (!guest) return callback(null, false)
    void this.#welcome(guest, client, { ...guest.arrival, clientId: client.id, username, password }, callback)
  }

  async #welcome(guest: Guest<P>, client: AedesClient, arrival: Arrival, callback: (error: AuthenticateError | null, success: boolean | null) => void): Promise<void> {
    const welcome = await this.#parts.reception.receive(guest.connection, arrival)
    try {
      if (welcome.ok) callback(null, true)
      else callback(Object.assign(new Error(welcome.why), { returnCode: welcome.code }), false)
    } catch (thrown) {
      this.#parts.failed(client, asError(thrown))
      guest.connection.socket.destroy()
    }
  }

  authorizePublish(client: AedesClient | null, packet: PublishPacket, callback: (error?: Error | null) => void): void {
    packet.dup = false // [MQTT-3.3.1-3]: the flag of the sender says nothing to the subscriber.
    const { guests, desk } = this.#parts
    const guest = client && guests.of(client)
    if (!guest) {
      void desk.takeLeftOver(storedOf(packet), callback)
      return
    }
    const { connection, innards } = guest
    const { principal } = connection
    if (!principal) return callback(new GatehouseError('not-logged-in', 'a message before the log-in'))
    // A repetition of a QoS 2 message that is already recorded; Aedes answers it with PUBREC.
    if (packet.qos === 2 && packet.messageId !== undefined && innards._inboundInflight.has(packet.messageId)) return callback(null)
    desk.take(connection, principal, storedOf(packet), callback)
  }

  authorizeSubscribe(client: AedesClient, subscription: Subscription, callback: (error: Error | null, subscription?: Subscription | null) => void): void {
    const { guests, rights, keeper } = this.#parts
    const guest = guests.of(client)
    const principal = guest?.connection.principal
    if (!guest || !principal) return callback(null, null)
    const granted = rights.subscribe(principal, subscription.topic)
    if (granted instanceof Error) return callback(granted)
    // One that was allowed when the session was kept and is not any more.
    if (!granted && !guest.innards.connackSent) void keeper.forgetFilter(client, subscription.topic)
    callback(null, granted ? subscription : null)
  }

  authorizeForward(client: AedesClient, packet: AedesPublishPacket): AedesPublishPacket | null {
    const { guests, rights } = this.#parts
    const guest = guests.of(client)
    const principal = guest?.connection.principal
    // Before its CONNACK a client gets nothing [MQTT-3.2.0-1]; what is queued for it follows then.
    if (!principal || !guest.innards.connackSent) return null
    if (!rights.mayReceive(principal, packet.topic)) return null
    const payload = rights.shown(principal, packet.topic, packet.payload as Buffer)
    if (payload === packet.payload) return packet
    // A packet of its own: the others get the same one, whole.
    return payload === null ? null : { ...packet, payload: Buffer.from(payload) }
  }
}

function storedOf(packet: PublishPacket): StoredPacket {
  return packet as PublishPacket & StoredPacket
}
