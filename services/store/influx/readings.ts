import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import type { DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { Point } from '../ports.ts'
import type { InfluxClient, Series } from './client.ts'
import { DAILY, HOURLY, quoted } from './server.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

interface Sum {
  total: number
  min: number
  max: number
  count: number
}

/** Steps of a field over a span of time, computed by the server. */
export class InfluxReadings {
  readonly #client: InfluxClient
  readonly #rawDays: number

  constructor(client: InfluxClient, rawDays: number) {
    this.#client = client
    this.#rawDays = rawDays
  }

  /** As the port's `readings`; where raw ones are not kept any more, from hourly or daily values, so that a step is no shorter than these. A text says why there is no answer. */
  async steps(device: DeviceId, field: string, span: { readonly from: Millis; readonly to: Millis; readonly points: number; readonly now: Millis }): Promise<Point[] | string> {
    const { from, to, points, now } = span
    if (to <= from || points < 1) return []
    // Names of fields are ours, so that a field's name never reaches the query unknown.
    const numbers = KINDS.filter((kind) => fieldType(kind, field) === 'number')
    const booleans = KINDS.filter((kind) => fieldType(kind, field) === 'boolean')
    const step = Math.max(1, Math.ceil((to - from) / points))
    const sums = new Map<Millis, Sum>()
    const rolledUp = from < now - this.#rawDays * DAY
    const width = rolledUp ? Math.ceil(step / (step > DAY ? DAY : HOUR)) * (step > DAY ? DAY : HOUR) : step
    const where = (start: Millis): string => `WHERE device = '${device}' AND time >= ${start}ms AND time < ${to}ms`
    const group = (start: Millis): string => `GROUP BY time(${width}ms, ${start % width}ms) fill(none)`
    if (numbers.length > 0) {
      const name = quoted(field)
      const start = rolledUp ? Math.floor(from / width) * width : from
      const part = (suffix: string): string => quoted(`${field}_${suffix}`)
      const query = rolledUp
        ? `SELECT sum(${part('sum')}), min(${part('min')}), max(${part('max')}), sum(${part('count')}) FROM ${sources(numbers, step > DAY ? DAILY : HOURLY)} ${where(start)} ${group(start)}`
        : `SELECT sum(${name}), min(${name}), max(${name}), count(${name}) FROM ${sources(numbers)} ${where(start)} ${group(start)}`
      const answer = await this.#client.query(query)
      if (answer.type === 'failed') return answer.words
      for (const row of rowsOf(answer.series)) addTo(sums, Math.max(row[0], from), { total: row[1], min: row[2], max: row[3], count: row[4] })
    }
    if (booleans.length > 0 && !rolledUp) {
      const name = quoted(field)
      const count = (condition: string): Promise<Map<Millis, number> | string> =>
        this.#counts(`SELECT count(${name}) FROM ${sources(booleans)} ${where(from)} AND ${condition} ${group(from)}`)
      const [trues, falses] = await Promise.all([count(`${name} = true`), count(`${name} = false`)])
      if (typeof trues === 'string') return trues
      if (typeof falses === 'string') return falses
      for (const [time, n] of trues) addTo(sums, time, { total: n, min: 1, max: 1, count: n })
      for (const [time, n] of falses) addTo(sums, time, { total: 0, min: 0, max: 0, count: n })
    }
    return [...sums].sort(([a], [b]) => a - b).map(([time, { total, min, max, count }]) => [time, total / count, min, max, count])
  }

  async #counts(query: string): Promise<Map<Millis, number> | string> {
    const answer = await this.#client.query(query)
    if (answer.type === 'failed') return answer.words
    const counts = new Map<Millis, number>()
    for (const [time, n] of rowsOf(answer.series)) counts.set(time, (counts.get(time) ?? 0) + n)
    return counts
  }
}

function fieldType(kind: Kind, field: string): string | undefined {
  const fields: Readonly<Record<string, { readonly type: string }>> = KIND_DEFINITIONS[kind].telemetry
  return Object.hasOwn(fields, field) ? fields[field]?.type : undefined
}

function sources(kinds: readonly Kind[], policy?: string): string {
  return kinds.map((kind) => (policy === undefined ? quoted(kind) : `${quoted(policy)}.${quoted(kind)}`)).join(', ')
}

/** Rows of numbers; a step in which nothing of the field was measured has none. */
function rowsOf(series: readonly Series[]): [number, number, number, number, number][] {
  return series.flatMap(({ values }) => values.filter((row) => row.every((value) => typeof value === 'number')) as [number, number, number, number, number][])
}

function addTo(sums: Map<Millis, Sum>, time: Millis, more: Sum): void {
  const sum = sums.get(time)
  if (!sum) {
    sums.set(time, { ...more })
    return
  }
  sum.total += more.total
  sum.min = Math.min(sum.min, more.min)
  sum.max = Math.max(sum.max, more.max)
  sum.count += more.count
}
