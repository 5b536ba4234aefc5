/** Holds InfluxDB against the embedded store: how much both have, a day and a measurement at a time. */
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import { DAY_MILLIS, dayOf, startOfDay } from '../sqlite/day.ts'
import { countEvents, countReadings, countTransitions } from '../sqlite/count-history.ts'
import type { Counts } from '../sqlite/count-history.ts'
import type { TimeRange } from './backfill.ts'
import type { InfluxClient, Series } from './client.ts'
import type { Measurement } from './series.ts'

const KNOWN_TYPES = KINDS.flatMap((kind) => Object.keys(KIND_DEFINITIONS[kind].events))
const MEASUREMENTS: readonly Measurement[] = [...KINDS, 'event', 'alarm']

/** One measurement on one UTC day. */
export interface Comparison {
  readonly day: string
  readonly measurement: Measurement
  /** Of readings: values of all fields; of events and alarms: points. */
  readonly embedded: number
  readonly influx: number
  /** Fields (types of events) that differ. */
  readonly differences: readonly { readonly name: string; readonly embedded: number; readonly influx: number }[]
}

export type Verified =
  | { readonly type: 'verified'; readonly different: number }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly words: string }

export interface VerifyOptions {
  readonly dataDir: string
  readonly range: TimeRange
  readonly client: Pick<InfluxClient, 'query'>
  readonly signal: AbortSignal
  /** Told in the order of days; also of what is nowhere. */
  readonly onCompared: (comparison: Comparison) => void
}

/** Compares field by field, because a report may hold any of them. `different`: how many comparisons did not agree. */
export async function verify({ dataDir, range, client, signal, onCompared }: VerifyOptions): Promise<Verified> {
  let different = 0
  for (let start = startOfDay(dayOf(range.from)); start < range.to; start += DAY_MILLIS) {
    const from = Math.max(start, range.from)
    const to = Math.min(start + DAY_MILLIS, range.to)
    for (const measurement of MEASUREMENTS) {
      if (signal.aborted) return { type: 'stopped' }
      const embedded = countEmbedded(dataDir, measurement, from, to)
      const types = [...new Set([...KNOWN_TYPES, ...Object.keys(embedded)])]
      const answer = await client.query(queryFor(measurement, from, to, types))
      if (answer.type === 'failed') return { type: 'failed', words: answer.words }
      const comparison = compare(dayOf(start), measurement, embedded, countsOf(measurement, answer.series, types))
      if (comparison.differences.length > 0) different += 1
      onCompared(comparison)
    }
  }
  return { type: 'verified', different }
}

/** Every event has the field `historical`, every transition `occurrences`. Columns of events are named `t0`, `t1` … after the types in their order. */
function queryFor(measurement: Measurement, from: number, to: number, types: readonly string[]): string {
  const within = `FROM "${measurement}" WHERE time >= ${from}ms AND time < ${to}ms`
  if (measurement === 'alarm') return `SELECT count("occurrences") AS "transitions" ${within}`
  if (measurement !== 'event') return `SELECT count(*) ${within}`
  const quoted = (type: string): string => `'${type.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
  return types.map((type, n) => `SELECT count("historical") AS "t${n}" ${within} AND "type" = ${quoted(type)}`).join('; ')
}

function countsOf(measurement: Measurement, series: readonly Series[], types: readonly string[]): Counts {
  const counts: Record<string, number> = {}
  for (const { columns, values } of series) {
    for (const [index, column] of columns.entries()) {
      const n = Number(values[0]?.[index] ?? 0)
      if (column === 'time' || n === 0) continue
      const name = measurement === 'event' ? types[Number(column.slice(1))] ?? column : column.replace(/^count_/, '')
      counts[name] = n
    }
  }
  return counts
}

function countEmbedded(dataDir: string, measurement: Measurement, from: number, to: number): Counts {
  if (measurement === 'event') return countEvents(dataDir, from, to)
  if (measurement === 'alarm') return countTransitions(dataDir, from, to)
  return countReadings(dataDir, measurement, from, to)
}

function compare(day: string, measurement: Measurement, embedded: Counts, influx: Counts): Comparison {
  const names = [...new Set([...Object.keys(embedded), ...Object.keys(influx)])].sort()
  const sum = (counts: Counts): number => Object.values(counts).reduce((all, n) => all + n, 0)
  const differences = names.map((name) => ({ name, embedded: embedded[name] ?? 0, influx: influx[name] ?? 0 })).filter((one) => one.embedded !== one.influx)
  return { day, measurement, embedded: sum(embedded), influx: sum(influx), differences }
}
