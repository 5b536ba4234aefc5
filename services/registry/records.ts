import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import type { Changes, CompoundRecord, DeviceRecord, SessionRecord, TokenRecord, UserRecord } from '../store/ports.ts'

/** Rows of the registry to write and to remove. */
export type RegistryRows = Partial<Pick<Changes, 'compounds' | 'devices' | 'users' | 'sessions' | 'tokens'>>

/** Told of each record that has a new value; undefined: it is gone. */
export type Wrote = (key: string, value: unknown) => void

/** What is enrolled and who may come in, as the brain knows it: the reducers ask it, and `apply` alone changes it. */
export class Records {
  readonly #compounds = new Map<CompoundId, CompoundRecord>()
  readonly #devices = new Map<DeviceId, DeviceRecord>()
  readonly #children = new Map<DeviceId, Set<DeviceId>>()
  readonly #users = new Map<string, UserRecord>()
  readonly #sessions = new Map<string, SessionRecord>()
  readonly #tokens = new Map<string, TokenRecord>()
  readonly #wrote: Wrote

  constructor(wrote: Wrote) {
    this.#wrote = wrote
  }

  get compounds(): ReadonlyMap<CompoundId, CompoundRecord> {
    return this.#compounds
  }
  get devices(): ReadonlyMap<DeviceId, DeviceRecord> {
    return this.#devices
  }
  get users(): ReadonlyMap<string, UserRecord> {
    return this.#users
  }
  /** By the hash of the cookie's secret. */
  get sessions(): ReadonlyMap<string, SessionRecord> {
    return this.#sessions
  }
  get tokens(): ReadonlyMap<string, TokenRecord> {
    return this.#tokens
  }

  /** The devices that a gateway speaks for, by id in alphabetical order: the same whatever the order of their enrolment. */
  children(gateway: DeviceId): DeviceId[] {
    return [...this.#children.get(gateway) ?? []].sort()
  }

  hasChildren(gateway: DeviceId): boolean {
    return (this.#children.get(gateway)?.size ?? 0) > 0
  }

  apply(rows: RegistryRows): void {
    for (const row of rows.compounds?.put ?? []) this.#put('compound', this.#compounds, row.id, row)
    for (const row of rows.devices?.put ?? []) {
      this.#put('device', this.#devices, row.id, row)
      this.#adopt(row)
    }
    for (const id of rows.devices?.remove ?? []) this.#removeDevice(id)
    for (const row of rows.users?.put ?? []) this.#put('user', this.#users, row.name, row)
    for (const row of rows.sessions?.put ?? []) this.#put('session', this.#sessions, row.hash, row)
    for (const hash of rows.sessions?.remove ?? []) this.#remove('session', this.#sessions, hash)
    for (const row of rows.tokens?.put ?? []) this.#put('token', this.#tokens, row.id, row)
    for (const id of rows.tokens?.remove ?? []) this.#remove('token', this.#tokens, id)
  }

  /** Takes back one piece that `wrote` told. False: not a piece of the registry. */
  restore(key: string, value: unknown): boolean {
    const colon = key.indexOf(':')
    const id = key.slice(colon + 1)
    switch (key.slice(0, colon)) {
      case 'compound':
        this.#compounds.set(id as CompoundId, value as CompoundRecord)
        return true
      case 'device':
        this.#devices.set(id as DeviceId, value as DeviceRecord)
        this.#adopt(value as DeviceRecord)
        return true
      case 'user':
        this.#users.set(id, value as UserRecord)
        return true
      case 'session':
        this.#sessions.set(id, value as SessionRecord)
        return true
      case 'token':
        this.#tokens.set(id, value as TokenRecord)
        return true
      default:
        return false
    }
  }

  #put<Id extends string, Row>(what: string, map: Map<Id, Row>, id: Id, row: Row): void {
    map.set(id, row)
    this.#wrote(`${what}:${id}`, row)
  }

  #remove<Row>(what: string, map: Map<string, Row>, id: string): void {
    if (map.delete(id)) this.#wrote(`${what}:${id}`, undefined)
  }

  #adopt(row: DeviceRecord): void {
    if (row.gateway === null) return
    const children = this.#children.get(row.gateway)
    if (children) children.add(row.id)
    else this.#children.set(row.gateway, new Set([row.id]))
  }

  #removeDevice(id: DeviceId): void {
    const gateway = this.#devices.get(id)?.gateway
    if (gateway) this.#children.get(gateway)?.delete(id)
    this.#children.delete(id)
    this.#remove('device', this.#devices, id)
  }
}
