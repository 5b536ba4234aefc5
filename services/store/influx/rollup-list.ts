import type { DatabaseSync } from 'node:sqlite'
import type { CompoundId, Kind, Millis } from '../../../protocol/names.ts'

export const HOUR = 3_600_000
export const DAY = 86_400_000

/** Readings of one kind, of one compound, of one hour or day (UTC), whose roll-up is to be written. */
export interface RollupKey {
  readonly period: 'hour' | 'day'
  readonly kind: Kind
  readonly compound: CompoundId
  readonly start: Millis
}

export const ROLLUP_TABLE = `
  CREATE TABLE rollup (period TEXT NOT NULL, kind TEXT NOT NULL, compound TEXT NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (period, start, kind, compound)) WITHOUT ROWID`

/** What has to be rolled up: every hour into which something was written since its roll-up was. It is kept with the forwarder's mark, so a kill loses none of it. */
export class RollupList {
  readonly #db: DatabaseSync
  /** What is in the table and not being worked on: nearly every batch touches the same hours. */
  readonly #known = new Set<string>()

  constructor(db: DatabaseSync) {
    this.#db = db
    for (const key of this.#all()) this.#known.add(textOf(key))
  }

  get size(): number {
    return Number(this.#db.prepare('SELECT count(*) AS n FROM rollup').get()?.['n'])
  }

  /** Something was written into these; within the transaction of whoever writes. */
  touch(keys: Iterable<RollupKey>): void {
    for (const key of keys) {
      const text = textOf(key)
      if (this.#known.has(text)) continue
      this.#db.prepare('INSERT INTO rollup (period, kind, compound, start) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(key.period, key.kind, key.compound, key.start)
      this.#known.add(text)
    }
  }

  /** Hours that began at `hour` or before, and days at `day` or before; the oldest first, hours before days. */
  due(hour: Millis, day: Millis, limit: number): RollupKey[] {
    return this.#db.prepare(`SELECT * FROM rollup WHERE period = 'hour' AND start <= ? OR period = 'day' AND start <= ? ORDER BY period DESC, start, kind, compound LIMIT ?`)
      .all(hour, day, limit) as unknown as RollupKey[]
  }

  /** It is being rolled up: what is written from now on touches it anew. */
  begin(key: RollupKey): void {
    this.#known.delete(textOf(key))
  }

  /** It was not rolled up, and is still to be. */
  giveBack(key: RollupKey): void {
    this.#known.add(textOf(key))
  }

  /** It is rolled up, and `then` is to be; it stays where it was touched meanwhile. */
  done(key: RollupKey, then: readonly RollupKey[]): void {
    this.touch(then)
    if (this.#known.has(textOf(key))) return
    this.#db.prepare('DELETE FROM rollup WHERE period = ? AND start = ? AND kind = ? AND compound = ?').run(key.period, key.start, key.kind, key.compound)
  }

  forgetAll(): void {
    this.#db.exec('DELETE FROM rollup')
    this.#known.clear()
  }

  #all(): RollupKey[] {
    return this.#db.prepare('SELECT * FROM rollup').all() as unknown as RollupKey[]
  }
}

function textOf({ period, kind, compound, start }: RollupKey): string {
  return `${period} ${kind} ${compound} ${start}`
}
