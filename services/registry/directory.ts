import type { CompoundId, DeviceId } from '../../protocol/names.ts'
import type {
  Changes, CompoundRecord, DeviceRecord, PresenceRecord, SessionRecord, TokenRecord, UserRecord
} from '../store/ports.ts'

/** What the main thread has to know at once for each packet and each request; follows the brain's changes. */
export class Directory {
  readonly compounds = new Map<CompoundId, CompoundRecord>()
  readonly devices = new Map<DeviceId, DeviceRecord>()
  readonly presence = new Map<DeviceId, PresenceRecord>()
  readonly users = new Map<string, UserRecord>()
  /** By the hash of the cookie's secret. */
  readonly sessions = new Map<string, SessionRecord>()
  readonly tokens = new Map<string, TokenRecord>()
  /** API tokens by the hash of their secret. */
  readonly tokensByHash = new Map<string, TokenRecord>()
  readonly #removalListeners = new Set<(removed: Removed) => void>()

  /** Called for each identity that ended or changed its secret, so that its connections can be closed. Returns a function that ends it. */
  onRemoved(listener: (removed: Removed) => void): () => void {
    this.#removalListeners.add(listener)
    return () => void this.#removalListeners.delete(listener)
  }

  load(rows: {
    compounds: readonly CompoundRecord[]; devices: readonly DeviceRecord[]; presence: readonly PresenceRecord[]
    users: readonly UserRecord[]; sessions: readonly SessionRecord[]; tokens: readonly TokenRecord[]
  }): void {
    for (const row of rows.compounds) this.compounds.set(row.id, row)
    for (const row of rows.devices) this.devices.set(row.id, row)
    for (const row of rows.presence) this.presence.set(row.device, row)
    for (const row of rows.users) this.users.set(row.name, row)
    for (const row of rows.sessions) this.sessions.set(row.hash, row)
    for (const row of rows.tokens) this.#putToken(row)
  }

  apply(changes: Changes): void {
    for (const row of changes.compounds.put) this.compounds.set(row.id, row)
    for (const id of changes.compounds.remove) this.compounds.delete(id)
    for (const row of changes.devices.put) {
      const before = this.devices.get(row.id)
      this.devices.set(row.id, row)
      if (before && before.tokenHash !== row.tokenHash) this.#tell({ type: 'device', id: row.id })
    }
    for (const id of changes.devices.remove) {
      this.devices.delete(id)
      this.presence.delete(id)
      this.#tell({ type: 'device', id })
    }
    for (const row of changes.presence) if (this.devices.has(row.device)) this.presence.set(row.device, row)
    for (const row of changes.users.put) this.users.set(row.name, row)
    for (const name of changes.users.remove) this.users.delete(name)
    for (const row of changes.sessions.put) this.sessions.set(row.hash, row)
    for (const hash of changes.sessions.remove) {
      this.sessions.delete(hash)
      this.#tell({ type: 'session', id: hash })
    }
    for (const row of changes.tokens.put) this.#putToken(row)
    for (const id of changes.tokens.remove) {
      const token = this.tokens.get(id)
      this.tokens.delete(id)
      if (token) this.tokensByHash.delete(token.hash)
      this.#tell({ type: 'token', id })
    }
  }

  #putToken(row: TokenRecord): void {
    const before = this.tokens.get(row.id)
    if (before && before.hash !== row.hash) {
      this.tokensByHash.delete(before.hash)
      this.#tell({ type: 'token', id: row.id })
    }
    this.tokens.set(row.id, row)
    this.tokensByHash.set(row.hash, row)
  }

  #tell(removed: Removed): void {
    for (const listener of this.#removalListeners) listener(removed)
  }
}

export type Removed = { readonly type: 'device' | 'session' | 'token'; readonly id: string }
