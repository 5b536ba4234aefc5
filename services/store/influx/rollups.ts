/** Writes the roll-ups of hours and days into which something was written: late reports, what came while the server was away, and all of them where it has no continuous queries. */
import type { CompoundId, Millis } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { InfluxClient, Series } from './client.ts'
import type { HistoryPoint } from './point.ts'
import { DAY, HOUR } from './rollup-list.ts'
import type { RollupKey, RollupList } from './rollup-list.ts'
import { rolledName, rollupStatements } from './rollup-queries.ts'
import type { RollupPlace } from './rollup-queries.ts'
import { seriesText } from './series.ts'

/** How long after its end an hour, a day is rolled up, ms: most of what is late is there then, and the hours of a day are rolled up. */
const SETTLED: Readonly<Record<RollupKey['period'], Millis>> = { hour: 10 * 60_000, day: 30 * 60_000 }
/** So many in one go, a statement at a time: points come first. */
const AT_ONCE = 200
/** Points of one request. */
const CHUNK = 5000

export interface RollupsParts {
  readonly list: RollupList
  readonly client: Pick<InfluxClient, 'query' | 'write'>
  readonly clock: Clock
  /** Days of raw readings: what is older is not there any more to be computed from. */
  readonly rawDays: number
}

export type Rolled =
  | { readonly type: 'rolled'; readonly more: boolean }
  | { readonly type: 'failed'; readonly words: string }

export class Rollups {
  readonly #parts: RollupsParts
  #stopping = false

  constructor(parts: RollupsParts) {
    this.#parts = parts
  }

  stop(): void {
    this.#stopping = true
  }

  /** Rolls up what is due, the oldest first. `more`: there was more than is done in one go. What failed is due again. */
  async run(place: RollupPlace): Promise<Rolled> {
    const { list, clock, rawDays } = this.#parts
    const now = clock.now()
    const keys = list.due(now - HOUR - SETTLED.hour, now - DAY - SETTLED.day, AT_ONCE)
    for (const key of keys) {
      if (this.#stopping) break
      list.begin(key)
      // A day that raw readings may have left in part: what was computed when they were there is better.
      const words = key.period === 'hour' && key.start < now - (rawDays - 1) * DAY ? null : await this.#rollUp(key, place)
      if (words !== null) {
        list.giveBack(key)
        return { type: 'failed', words }
      }
      list.done(key, key.period === 'hour' ? [{ ...key, period: 'day', start: Math.floor(key.start / DAY) * DAY }] : [])
    }
    return { type: 'rolled', more: keys.length === AT_ONCE }
  }

  /** Null when it is written; else why not. */
  async #rollUp(key: RollupKey, place: RollupPlace): Promise<string | null> {
    const { client } = this.#parts
    const answer = await client.query(rollupStatements(key, place).join('; '))
    if (answer.type === 'failed') return answer.words
    if (place === 'policies') return null
    const points = pointsOf(key, answer.series)
    for (let from = 0; from < points.length; from += CHUNK) {
      const written = await client.write(points.slice(from, from + CHUNK))
      if (written.type !== 'written') return written.words
    }
    return null
  }
}

/** The series of all statements as points; those with the same tags and time are one. */
function pointsOf({ kind, period }: RollupKey, series: readonly Series[]): HistoryPoint[] {
  const points = new Map<string, { readonly point: HistoryPoint; readonly fields: Record<string, number> }>()
  for (const { tags = {}, columns, values } of series) {
    const text = seriesText({
      measurement: rolledName(kind, period), compound: (tags['compound'] ?? null) as CompoundId | null, building: tags['building'] ?? null,
      kind, device: (tags['device'] ?? null) as HistoryPoint['device']
    })
    for (const [time, ...row] of values) {
      const key = `${text} ${String(time)}`
      const known = points.get(key)
      const fields = known?.fields ?? {}
      for (const [index, value] of row.entries()) {
        const name = columns[index + 1]
        // A count of nothing says nothing.
        if (typeof value === 'number' && name !== undefined && !(value === 0 && name.endsWith('_count'))) fields[name] = value
      }
      if (!known) points.set(key, { fields, point: { device: null, compound: null, series: text, fields, timestamp: `${Number(time)}000000` } })
    }
  }
  return [...points.values()].filter(({ fields }) => Object.keys(fields).length > 0).map(({ point }) => point)
}
