/** What the platform needs on the server: the database, how long each kind of value is kept, and the roll-ups. */
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { KINDS } from '../../../protocol/names.ts'
import type { Kind } from '../../../protocol/names.ts'
import type { InfluxClient, QueryAnswer } from './client.ts'

export interface Keeping {
  /** Days of raw readings. */
  readonly rawDays: number
  /** Days of hourly and daily values. */
  readonly rollupDays: number
}

export const RAW = 'raw'
export const HOURLY = 'hourly'
export const DAILY = 'daily'

/** The fields of a kind that have a mean. */
export function numberFields(kind: Kind): string[] {
  return Object.entries(KIND_DEFINITIONS[kind].telemetry).filter(([, { type }]) => type === 'number').map(([name]) => name)
}

/**
 * Makes what is missing, as far as rights allow, and sets what differs. Answers notes for a person, none when all is as it should be. A database that somebody else made keeps its
 * own default policy, for what is in it would vanish from sight with another one.
 */
export async function prepareServer(client: InfluxClient, keeping: Keeping): Promise<string[]> {
  const database = quoted(client.database)
  const known = await client.query('SHOW DATABASES')
  if (known.type === 'failed') return [known.words]
  const isThere = column(known, 'name').includes(client.database)
  if (!isThere) {
    const made = await client.query(`CREATE DATABASE ${database} WITH DURATION ${keeping.rawDays}d REPLICATION 1 SHARD DURATION 1d NAME ${quoted(RAW)}`)
    // Not every server has this statement: some make a database with the first point, so what follows is left to writing.
    if (made.type === 'failed') return [`the database ${client.database} is not there, and could not be made: ${made.words}`]
  }
  const policies = await client.query(`SHOW RETENTION POLICIES ON ${database}`)
  if (policies.type === 'failed') return [`how long InfluxDB keeps values could not be read: ${policies.words}`]
  const wanted: [string, number, string][] = [[HOURLY, keeping.rollupDays, '7d'], [DAILY, keeping.rollupDays, '30d']]
  const names = column(policies, 'name')
  if (names.includes(RAW)) wanted.push([RAW, keeping.rawDays, '1d'])
  const notes = names.includes(RAW) ? [] : [`the database ${client.database} was there before, so its default policy decides how long raw readings are kept, not INFLUX_RAW_DAYS`]
  for (const [name, days, shard] of wanted) {
    const verb = names.includes(name) ? 'ALTER' : 'CREATE'
    const done = await client.query(`${verb} RETENTION POLICY ${quoted(name)} ON ${database} DURATION ${days}d REPLICATION 1 SHARD DURATION ${shard}`)
    if (done.type === 'failed') return [...notes, `the policy ${name} could not be set, so there are no roll-ups: ${done.words}`]
  }
  return [...notes, ...await prepareRollups(client)]
}

/** One continuous query a kind and period; one whose text differs, after a new version with more fields, is made anew. */
async function prepareRollups(client: InfluxClient): Promise<string[]> {
  const database = quoted(client.database)
  const known = await client.query('SHOW CONTINUOUS QUERIES')
  if (known.type === 'failed') return [`this server has no roll-ups by itself: ${known.words}`]
  const there = new Map<string, string>()
  for (const { name, columns, values } of known.series) {
    if (name !== client.database) continue
    for (const row of values) there.set(String(row[columns.indexOf('name')]), String(row[columns.indexOf('query')]))
  }
  for (const kind of KINDS) {
    for (const [name, statement] of rollupQueries(client.database, kind)) {
      const text = there.get(name)
      if (text !== undefined && bare(text) === bare(statement)) continue
      if (text !== undefined) await client.query(`DROP CONTINUOUS QUERY ${quoted(name)} ON ${database}`)
      const made = await client.query(statement)
      if (made.type === 'failed') return [`the roll-up ${name} could not be made: ${made.words}`]
    }
  }
  return []
}

/**
 * Hourly values from raw ones, daily ones from hourly ones. A mean of means would be wrong where counts differ, so the sum is kept beside it. Each run computes the
 * last hours anew: what came late, within these, is in it.
 */
function rollupQueries(database: string, kind: Kind): [name: string, statement: string][] {
  const fields = numberFields(kind)
  const select = (each: (field: string) => string[]): string => fields.flatMap(each).join(', ')
  const on = quoted(database)
  const hourly = select((field) => [
    `mean(${field}) AS ${field}_mean`, `min(${field}) AS ${field}_min`, `max(${field}) AS ${field}_max`, `sum(${field}) AS ${field}_sum`, `count(${field}) AS ${field}_count`
  ])
  const daily = select((field) => [
    `sum(${field}_sum) / sum(${field}_count) AS ${field}_mean`, `min(${field}_min) AS ${field}_min`, `max(${field}_max) AS ${field}_max`,
    `sum(${field}_sum) AS ${field}_sum`, `sum(${field}_count) AS ${field}_count`
  ])
  const query = (name: string, resample: string, body: string): [string, string] =>
    [name, `CREATE CONTINUOUS QUERY ${name} ON ${database} RESAMPLE ${resample} BEGIN ${body} END`]
  return [
    query(`gatehouse_hourly_${kind}`, 'EVERY 30m FOR 6h', `SELECT ${hourly} INTO ${on}.${HOURLY}.${kind} FROM ${kind} GROUP BY time(1h), *`),
    query(`gatehouse_daily_${kind}`, 'EVERY 1h FOR 3d', `SELECT ${daily} INTO ${on}.${DAILY}.${kind} FROM ${on}.${HOURLY}.${kind} GROUP BY time(1d), *`)
  ]
}

/** The server gives a statement back without needless quotes, and with the policy that it reads from. */
function bare(statement: string): string {
  return statement.replaceAll('"', '').replace(/FROM \S+ GROUP/, 'FROM … GROUP')
}

function column(answer: Extract<QueryAnswer, { type: 'answered' }>, name: string): string[] {
  return answer.series.flatMap(({ columns, values }) => values.map((row) => String(row[columns.indexOf(name)])))
}

/** An identifier of InfluxQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
