/** Roll-ups in InfluxQL: which values there are, where they stand, and the statements that make them. */
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import type { CompoundId, Kind, Millis } from '../../../protocol/names.ts'
import type { RollupKey } from './rollup-list.ts'
import { DAY, HOUR } from './rollup-list.ts'

export const RAW = 'raw'
export const HOURLY = 'hourly'
export const DAILY = 'daily'

/** `policies`: measurements of the same names in policies of their own. `names`: `smoke_hourly`, `smoke_daily` beside the raw ones, where a server has no policies to make. */
export type RollupPlace = 'policies' | 'names'
type Period = RollupKey['period']

/** An identifier of InfluxQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function fieldsOf(kind: Kind, type: 'number' | 'boolean'): string[] {
  return Object.entries(KIND_DEFINITIONS[kind].telemetry).filter(([, field]) => field.type === type).map(([name]) => name)
}

/** The fields of a kind that have a mean. */
export function numberFields(kind: Kind): string[] {
  return fieldsOf(kind, 'number')
}

/** The fields of a kind of which it is counted how often they were true. */
export function booleanFields(kind: Kind): string[] {
  return fieldsOf(kind, 'boolean')
}

/** The measurement of roll-ups where it stands beside the raw ones. */
export function rolledName(kind: Kind, period: Period): `${Kind}_hourly` | `${Kind}_daily` {
  return period === 'hour' ? `${kind}_${HOURLY}` : `${kind}_${DAILY}`
}

/** Where roll-ups are read from. */
export function rolledSource(kind: Kind, period: Period, place: RollupPlace): string {
  return place === 'names' ? quoted(rolledName(kind, period)) : `${quoted(period === 'hour' ? HOURLY : DAILY)}.${quoted(kind)}`
}

/** What is computed, and under which condition; the parts have the same times and tags, so that they become one point. */
interface Part {
  /** Of a part with a condition, its field. */
  readonly field: string | null
  readonly select: string
  readonly condition: string | null
}

/** Hourly values come from raw ones, daily ones from hourly ones. A mean of means would be wrong where counts differ, so the sum is kept beside it. */
function partsOf(kind: Kind, period: Period): Part[] {
  const numbers = numberFields(kind)
  const booleans = booleanFields(kind)
  if (period === 'day') {
    const select = [
      ...numbers.flatMap((field) => [
        `sum(${field}_sum) / sum(${field}_count) AS ${field}_mean`, `min(${field}_min) AS ${field}_min`, `max(${field}_max) AS ${field}_max`,
        `sum(${field}_sum) AS ${field}_sum`, `sum(${field}_count) AS ${field}_count`
      ]),
      ...booleans.flatMap((field) => [`sum(${field}_true) AS ${field}_true`, `sum(${field}_count) AS ${field}_count`])
    ]
    return [{ field: null, select: select.join(', '), condition: null }]
  }
  const select = [
    ...numbers.flatMap((field) => ['mean', 'min', 'max', 'sum', 'count'].map((each) => `${each}(${field}) AS ${field}_${each}`)),
    ...booleans.map((field) => `count(${field}) AS ${field}_count`)
  ]
  return [
    { field: null, select: select.join(', '), condition: null },
    ...booleans.map((field) => ({ field, select: `count(${field}) AS ${field}_true`, condition: `${field} = true` }))
  ]
}

/** How often a continuous query runs, and how far back it computes anew; what comes later is the platform's to roll up. */
const RESAMPLE: Readonly<Record<Period, string>> = { hour: 'EVERY 30m FOR 2h', day: 'EVERY 1h FOR 2d' }

/** The continuous queries of a kind: they keep the last hours and days fresh. */
export function continuousQueries(database: string, kind: Kind): [name: string, statement: string][] {
  const on = quoted(database)
  return (['hour', 'day'] as const).flatMap((period) => {
    const target = period === 'hour' ? HOURLY : DAILY
    const from = period === 'hour' ? kind : `${on}.${HOURLY}.${kind}`
    return partsOf(kind, period).map(({ field, select, condition }): [string, string] => {
      const name = `gatehouse_${target}_${kind}${field === null ? '' : `_${field.toLowerCase()}`}`
      const where = condition === null ? '' : ` WHERE ${condition}`
      const body = `SELECT ${select} INTO ${on}.${target}.${kind} FROM ${from}${where} GROUP BY time(${period === 'hour' ? '1h' : '1d'}), *`
      return [name, `CREATE CONTINUOUS QUERY ${name} ON ${on} RESAMPLE ${RESAMPLE[period]} BEGIN ${body} END`]
    })
  })
}

/** The statements that compute one key; with `policies` the server also writes what it computed. */
export function rollupStatements({ period, kind, compound, start }: RollupKey, place: RollupPlace): string[] {
  const into = place === 'policies' ? ` INTO ${rolledSource(kind, period, place)}` : ''
  const from = period === 'hour' ? quoted(kind) : rolledSource(kind, 'hour', place)
  const within = `WHERE compound = ${text(compound)} AND ${span(start, period)}`
  return partsOf(kind, period).map(({ select, condition }) =>
    `SELECT ${select}${into} FROM ${from} ${within}${condition === null ? '' : ` AND ${condition}`} GROUP BY time(${period === 'hour' ? '1h' : '1d'}), *`)
}

function span(start: Millis, period: Period): string {
  return `time >= ${start}ms AND time < ${start + (period === 'hour' ? HOUR : DAY)}ms`
}

function text(compound: CompoundId): string {
  return `'${compound}'`
}
