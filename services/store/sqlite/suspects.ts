import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Millis } from '../../../protocol/names.ts'
import { CLOCK_SUSPECT, hashOf } from './history-item.ts'
import type { HistoryItem } from './history-item.ts'

export const SUSPECT_TABLE =
  'CREATE TABLE suspect (device TEXT NOT NULL, hash INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (device, hash)) WITHOUT ROWID'

/** Objects that are stored under their time of receipt. Sent again such a one has another time, so its row does not show that it is a repeat; this does. */
export class Suspects {
  readonly #seen: StatementSync
  readonly #see: StatementSync
  readonly #forget: StatementSync
  /** Devices that have such objects, at least. */
  readonly #devices: Set<string>

  /** @param db has `SUSPECT_TABLE` */
  constructor(db: DatabaseSync) {
    this.#seen = db.prepare('SELECT position FROM suspect WHERE device = ? AND hash = ?')
    this.#see = db.prepare('INSERT INTO suspect (device, hash, position, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    this.#forget = db.prepare('DELETE FROM suspect WHERE at < ?')
    this.#devices = new Set(db.prepare('SELECT DISTINCT device FROM suspect').all().map((row) => String(row['device'])))
  }

  /** Whether it came with an earlier entry; one that is met for the first time is remembered. */
  isRepeat(item: HistoryItem): boolean {
    const { device, position, receivedAt, flags } = item
    const suspect = (flags & CLOCK_SUSPECT) !== 0
    // Sent again a little later, a time that was too far ahead is so no more: everything of such a device is looked at.
    if (!suspect && !this.#devices.has(device)) return false
    const hash = hashOf(item)
    const seen = this.#seen.get(device, hash)?.['position']
    if (seen !== undefined) return seen !== position
    if (suspect) {
      this.#see.run(device, hash, position, receivedAt)
      this.#devices.add(device)
    }
    return false
  }

  /** Forgets those that were received before. */
  forget(before: Millis): void {
    this.#forget.run(before)
  }
}
