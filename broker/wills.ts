import type { ClientName, StoredPacket } from 'aedes-persistence-level/asyncPersistence.js'
import type AsyncLevelPersistence from 'aedes-persistence-level/asyncPersistence.js'
import type { GroupedLevel } from './grouped-level.ts'

const WILL = 'will:'

/** Last wills on the disk: those of connections that end with the process are told by the next one. */
export class Wills {
  readonly #db: GroupedLevel
  readonly #disk: AsyncLevelPersistence
  /** Whose there are, and which connection put each of them there; null: one of an earlier process. */
  readonly #putBy = new Map<string, ClientName | null>()

  constructor(db: GroupedLevel, disk: AsyncLevelPersistence) {
    this.#db = db
    this.#disk = disk
  }

  get size(): number {
    return this.#putBy.size
  }

  async load(): Promise<void> {
    for await (const key of this.#db.keys({ gte: WILL, lt: 'will;' })) this.#putBy.set(decodeURIComponent(key.slice(WILL.length)), null)
  }

  async put(client: ClientName, packet: StoredPacket): Promise<void> {
    // Of a client that is gone already it would stay, and be published after the next restart.
    if (client.closed === true) return
    this.#putBy.set(client.id, client)
    await this.#disk.putWill(client, packet)
  }

  async remove(client: ClientName): Promise<void> {
    const putBy = this.#putBy.get(client.id)
    // A former connection is done with its will after its successor has put its own.
    if (putBy === undefined || (putBy !== null && putBy !== client && putBy.closed !== true)) return
    this.#putBy.delete(client.id)
    await this.#db.del(WILL + encodeURIComponent(client.id))
  }
}
