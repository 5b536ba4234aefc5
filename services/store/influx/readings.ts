import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import type { DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { Point } from '../ports.ts'
import type { InfluxClient } from './client.ts'
import { DAY, HOUR } from './rollup-list.ts'
import { quoted, rolledSource } from './rollup-queries.ts'
import type { RollupPlace } from './rollup-queries.ts'

/** Of the latest of a long span, roll-ups may not be written yet: so long, ms, it is computed from raw ones. */
const FRESH = 2 * DAY

interface Sum {
  total: number
  min: number
  max: number
  count: number
}

/** A span in steps: `[from, to)`, each step `width` ms long, the first one begins at `anchor`. */
interface Steps {
  readonly from: Millis
  readonly to: Millis
  readonly width: Millis
  readonly anchor: Millis
}

/** Steps of a field over a span of time, computed by the server. */
export class InfluxReadings {
  readonly #client: Pick<InfluxClient, 'query'>
  readonly #rawDays: number
  readonly #place: () => RollupPlace

  /** `place`: where roll-ups stand on the server. */
  constructor(client: Pick<InfluxClient, 'query'>, rawDays: number, place: () => RollupPlace) {
    this.#client = client
    this.#rawDays = rawDays
    this.#place = place
  }

  /** As the port's `readings`; where raw ones are not kept any more, from hourly or daily values, so that a step is no shorter than these. A text says why there is no answer. */
  async steps(device: DeviceId, field: string, span: { readonly from: Millis; readonly to: Millis; readonly points: number; readonly now: Millis }): Promise<Point[] | string> {
    const { from, to, points, now } = span
    if (to <= from || points < 1) return []
    const step = Math.max(1, Math.ceil((to - from) / points))
    const rawSince = now - this.#rawDays * DAY
    const sums = new Map<Millis, Sum>()
    if (from >= rawSince) {
      const words = await this.#raw(device, field, { from, to, width: step, anchor: from }, sums)
      if (words !== null) return words
    } else {
      const unit = step > DAY ? DAY : HOUR
      const anchor = Math.floor(from / unit) * unit
      const width = Math.ceil((to - anchor) / points / unit) * unit
      const fresh = anchor + Math.floor((now - FRESH - anchor) / width) * width
      const cut = fresh >= rawSince ? Math.min(fresh, to) : to
      const words = await this.#rolled(device, field, unit === DAY ? 'day' : 'hour', { from: anchor, to: cut, width, anchor }, sums)
        ?? (cut < to ? await this.#raw(device, field, { from: cut, to, width, anchor }, sums) : null)
      if (words !== null) return words
    }
    return [...sums].sort(([a], [b]) => a - b).map(([time, { total, min, max, count }]) => [Math.max(time, from), total / count, min, max, count])
  }

  /** Null when it is in `sums`; else why not. */
  async #raw(device: DeviceId, field: string, steps: Steps, sums: Map<Millis, Sum>): Promise<string | null> {
    const { numbers, booleans } = kindsOf(field)
    const name = quoted(field)
    const sources = (kinds: readonly Kind[]): string => kinds.map((kind) => quoted(kind)).join(', ')
    if (numbers.length > 0) {
      const rows = await this.#rows(`SELECT sum(${name}), min(${name}), max(${name}), count(${name}) FROM ${sources(numbers)} ${where(device, steps)} ${group(steps)}`)
      if (typeof rows === 'string') return rows
      for (const [time, total, min, max, count] of rows) addTo(sums, time, total, min, max, count)
    }
    for (const value of booleans.length > 0 ? [1, 0] : []) {
      const rows = await this.#rows(`SELECT count(${name}) FROM ${sources(booleans)} ${where(device, steps)} AND ${name} = ${value === 1} ${group(steps)}`)
      if (typeof rows === 'string') return rows
      for (const [time, n] of rows) addTo(sums, time, (n ?? 0) * value, value, value, n)
    }
    return null
  }

  /** As `#raw`, from what was rolled up. */
  async #rolled(device: DeviceId, field: string, period: 'hour' | 'day', steps: Steps, sums: Map<Millis, Sum>): Promise<string | null> {
    const { numbers, booleans } = kindsOf(field)
    const sources = (kinds: readonly Kind[]): string => kinds.map((kind) => rolledSource(kind, period, this.#place())).join(', ')
    const part = (suffix: string): string => quoted(`${field}_${suffix}`)
    if (numbers.length > 0) {
      const rows = await this.#rows(`SELECT sum(${part('sum')}), min(${part('min')}), max(${part('max')}), sum(${part('count')}) FROM ${sources(numbers)} ${where(device, steps)} ${group(steps)}`)
      if (typeof rows === 'string') return rows
      for (const [time, total, min, max, count] of rows) addTo(sums, time, total, min, max, count)
    }
    if (booleans.length > 0) {
      const rows = await this.#rows(`SELECT sum(${part('true')}), sum(${part('count')}) FROM ${sources(booleans)} ${where(device, steps)} ${group(steps)}`)
      if (typeof rows === 'string') return rows
      for (const [time, trues, count] of rows) addTo(sums, time, trues ?? 0, (trues ?? 0) === count ? 1 : 0, (trues ?? 0) > 0 ? 1 : 0, count)
    }
    return null
  }

  async #rows(query: string): Promise<Row[] | string> {
    const answer = await this.#client.query(query)
    return answer.type === 'failed' ? answer.words : answer.series.flatMap(({ values }) => values as unknown as Row[])
  }
}

/** A time, and numbers or nothing. */
type Row = readonly [Millis, ...(number | null)[]]

function where(device: DeviceId, { from, to }: Steps): string {
  return `WHERE device = '${device}' AND time >= ${from}ms AND time < ${to}ms`
}

function group({ width, anchor }: Steps): string {
  return `GROUP BY time(${width}ms, ${anchor % width}ms) fill(none)`
}

/** The kinds that have a field of this name. Names of fields are ours, so that one never reaches a query unknown. */
function kindsOf(field: string): { readonly numbers: readonly Kind[]; readonly booleans: readonly Kind[] } {
  return { numbers: KINDS.filter((kind) => fieldType(kind, field) === 'number'), booleans: KINDS.filter((kind) => fieldType(kind, field) === 'boolean') }
}

function fieldType(kind: Kind, field: string): string | undefined {
  const fields: Readonly<Record<string, { readonly type: string }>> = KIND_DEFINITIONS[kind].telemetry
  return Object.hasOwn(fields, field) ? fields[field]?.type : undefined
}

/** A step in which nothing of the field was measured has no count. */
function addTo(sums: Map<Millis, Sum>, time: Millis, total: number | null | undefined, min: number | null | undefined, max: number | null | undefined, count: number | null | undefined): void {
  if (typeof total !== 'number' || typeof min !== 'number' || typeof max !== 'number' || typeof count !== 'number' || count === 0) return
  const sum = sums.get(time)
  if (!sum) {
    sums.set(time, { total, min, max, count })
    return
  }
  sum.total += total
  sum.min = Math.min(sum.min, min)
  sum.max = Math.max(sum.max, max)
  sum.count += count
}
