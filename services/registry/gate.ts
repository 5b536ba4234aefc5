import { FLOW_CHANNELS } from '../../protocol/flow-rights.ts'
import type { Role } from '../../protocol/http/access.ts'
import type { Gate, Login, Principal, Verdict } from '../../broker/ports.ts'
import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import { NO_COMPOUND, parseTopic } from '../../protocol/topics.ts'
import type { Clock } from '../kernel/clock.ts'
import type { DeviceRecord, TokenRecord } from '../store/ports.ts'
import { minds } from './access.ts'
import type { Directory } from './directory.ts'
import { secretMatches } from './secret.ts'

/** A device or gateway (its id is its client id), or a service account (an API token; its client id is its own choice). */
export type Client = DeviceClient | ServiceClient
export interface DeviceClient extends Principal {
  readonly type: 'device'
  readonly id: DeviceId
}
export interface ServiceClient extends Principal {
  readonly type: 'service'
  /** Id of its API token. */
  readonly account: string
}

const DEVICE_CHANNELS = new Set(['command', 'rejected'])
/**
 * What a service account may listen to. Events of doors tell who passed when, so only an administrator's account gets
 * events, and flows without who it was (`shown`); alarms, values and presence are for every role that sees the compound at all.
 */
const SERVICE_CHANNELS: Readonly<Record<Role, ReadonlySet<string>>> = {
  administrator: new Set(['telemetry', 'event', 'status', 'command/+/result']),
  manager: new Set(['telemetry', 'status']),
  guard: new Set(['telemetry', 'status']),
  viewer: new Set(['telemetry', 'status']),
  auditor: new Set(),
  flows: new Set(FLOW_CHANNELS)
}

/** The rights of the contract: a device on its own topics, a gateway for its children too, a service account on listed ones. */
export class HouseGate implements Gate<Client> {
  readonly #directory: Directory
  readonly #clock: Clock

  constructor(directory: Directory, clock: Clock) {
    this.#directory = directory
    this.#clock = clock
  }

  authenticate(login: Login): Verdict<Client> {
    const { clientId, username, password } = login
    if (username === undefined || password === undefined) return refused(4, 'no user name or password')
    const device = this.#directory.devices.get(username as DeviceId)
    if (device) {
      if (clientId !== username) return refused(5, 'client id and user name differ')
      if (!secretMatches(password, device.tokenHash)) return refused(4, 'wrong password')
      return { ok: true, principal: { type: 'device', id: device.id } }
    }
    const token = this.#token(username)
    if (!token || !secretMatches(password, token.hash)) return refused(4, 'unknown user or wrong password')
    // With a device's client id a service account would take over that device's session.
    if (this.#directory.devices.has(clientId as DeviceId)) return refused(5, 'the client id belongs to a device')
    return { ok: true, principal: { type: 'service', id: clientId, account: token.id } }
  }

  mayPublish(client: Client, topic: string): boolean {
    if (client.type === 'service') return false
    const parsed = parseTopic(topic)
    if (!parsed || DEVICE_CHANNELS.has(parsed.channel)) return false
    const device = this.#spokenFor(client.id, parsed.device)
    return device !== null && device.compound === parsed.compound && device.kind === parsed.kind
  }

  /** Its status alone: whoever subscribes later would take an old alarm or passage for a new one. */
  mayRetain(_client: Client, topic: string): boolean {
    return parseTopic(topic)?.channel === 'status'
  }

  maySubscribe(client: Client, filter: string): boolean {
    if (client.type === 'service') return this.#serviceMaySubscribe(client, filter)
    const own = this.#directory.devices.get(client.id)
    if (!own) return false
    const [version, compound, kind, device, channel, ...rest] = filter.split('/')
    if (version !== 'v1' || compound !== own.compound || channel === undefined || rest.length > 0 || !DEVICE_CHANNELS.has(channel)) return false
    if (kind === '+' && device === '+') return own.kind === 'gateway'
    const target = this.#spokenFor(client.id, device ?? '')
    return target !== null && target.kind === kind
  }

  mayReceive(client: Client, topic: string): boolean {
    if (client.type === 'service') return this.#serviceMayReceive(client, topic)
    const parsed = parseTopic(topic)
    return parsed !== null && this.#spokenFor(client.id, parsed.device) !== null
  }

  /** Flows learn what happens at doors, not who it was. */
  shown(client: Client, topic: string, payload: Uint8Array): Uint8Array | null {
    if (client.type === 'device' || this.#token(client.account)?.role !== 'flows') return payload
    const parsed = parseTopic(topic)
    return parsed?.kind === 'door' && parsed.channel === 'event' ? withoutPerson(payload) : payload
  }

  /** The device, when the client is that device or its gateway. */
  #spokenFor(client: DeviceId, id: string): DeviceRecord | null {
    const device = this.#directory.devices.get(id as DeviceId)
    return device && (device.id === client || device.gateway === client) ? device : null
  }

  #serviceMaySubscribe(client: ServiceClient, filter: string): boolean {
    const token = this.#token(client.account)
    if (!token) return false
    const levels = filter.split('/')
    const compound = levels[1]
    if (levels[0] !== 'v1' || compound === undefined || compound === '#') return false
    if (token.compounds !== 'all' && !token.compounds.includes(compound as CompoundId)) return false
    if (levels[2] === 'alarms') return levels.length === 4 && (compound !== NO_COMPOUND || minds({ role: token.role, scope: token.compounds }))
    return levels.length >= 5 && SERVICE_CHANNELS[token.role].has(levels.slice(4).join('/'))
  }

  /** What it may subscribe to, asked once more: a session and its queue belong to a client id, which another account may have used before. */
  #serviceMayReceive(client: ServiceClient, topic: string): boolean {
    const [version, compound, kind, item, ...channel] = topic.split('/')
    if (version !== 'v1' || compound === undefined || item === undefined) return false
    // The listed channel that this one is of: `command/17/result` is `command/+/result`.
    const listed = channel[0] === 'command' ? ['command', '+', ...channel.slice(2)] : channel
    return this.#serviceMaySubscribe(client, [version, compound, kind, item, ...listed].join('/'))
  }

  #token(id: string): TokenRecord | null {
    const token = this.#directory.tokens.get(id)
    return token && (token.expiresAt === null || token.expiresAt > this.#clock.now()) ? token : null
  }
}

/** What of a door's event tells nobody who passed. */
const IMPERSONAL = new Set(['ts', 'boot', 'seq', 'historical', 'type', 'method', 'direction'])

/** An event of a door, or a list of them, with the fields alone that name nobody; null when it is not JSON. */
function withoutPerson(payload: Uint8Array): Uint8Array | null {
  try {
    const said: unknown = JSON.parse(Buffer.from(payload).toString())
    const kept = (one: unknown): unknown => typeof one !== 'object' || one === null ? null : Object.fromEntries(Object.entries(one).filter(([name]) => IMPERSONAL.has(name)))
    return Buffer.from(JSON.stringify(Array.isArray(said) ? said.map(kept) : kept(said)))
  } catch {
    return null
  }
}

function refused(code: 4 | 5, why: string): Verdict<Client> {
  return { ok: false, code, why }
}
