/** What the platform needs on the server: the database, how long each kind of value is kept, and the roll-ups. */
import { KINDS } from '../../../protocol/names.ts'
import type { InfluxClient, QueryAnswer } from './client.ts'
import { continuousQueries, DAILY, HOURLY, quoted, RAW } from './rollup-queries.ts'
import type { RollupPlace } from './rollup-queries.ts'

export interface Keeping {
  /** Days of raw readings. */
  readonly rawDays: number
  /** Days of hourly and daily values. */
  readonly rollupDays: number
}

export interface Prepared {
  /** For a person; none when all is as it should be. */
  readonly notes: readonly string[]
  /** Where roll-ups stand on this server; null where that is not known yet. */
  readonly place: RollupPlace | null
  /** The database was not there, and was made just now. */
  readonly made: boolean
}

/**
 * Makes what is missing, as far as rights allow, and sets what differs. A database that somebody else made keeps its own default policy, for what is in it would vanish from sight
 * with another one. A server without continuous queries (2.x, 3 Core) has nothing to be made: its retention is set on its buckets, and the platform writes the roll-ups.
 */
export async function prepareServer(client: InfluxClient, keeping: Keeping): Promise<Prepared> {
  const database = quoted(client.database)
  const known = await client.query('SHOW DATABASES')
  if (known.type === 'failed') return { notes: [known.words], place: null, made: false }
  const isThere = column(known, 'name').includes(client.database)
  const continuous = await client.query('SHOW CONTINUOUS QUERIES')
  if (continuous.type === 'failed' && continuous.status === null) return { notes: [continuous.words], place: null, made: false }
  if (!isThere) {
    const created = await client.query(`CREATE DATABASE ${database} WITH DURATION ${keeping.rawDays}d REPLICATION 1 SHARD DURATION 1d NAME ${quoted(RAW)}`)
    // Not every server has this statement: some make a database with the first point, so what follows is left to writing.
    if (created.type === 'failed') {
      return { notes: [`the database ${client.database} is not there, and could not be made: ${created.words}`], place: continuous.type === 'failed' ? 'names' : null, made: false }
    }
  }
  const made = !isThere
  if (continuous.type === 'failed') return { notes: [], place: 'names', made }
  const policies = await client.query(`SHOW RETENTION POLICIES ON ${database}`)
  if (policies.type === 'failed') return { notes: [`how long InfluxDB keeps values could not be read: ${policies.words}`], place: 'names', made }
  const wanted: [string, number, string][] = [[HOURLY, keeping.rollupDays, '7d'], [DAILY, keeping.rollupDays, '30d']]
  const names = column(policies, 'name')
  const durations = column(policies, 'duration')
  if (names.includes(RAW)) wanted.push([RAW, keeping.rawDays, '1d'])
  const notes = names.includes(RAW) ? [] : [`the database ${client.database} was there before, so its default policy decides how long raw readings are kept, not INFLUX_RAW_DAYS`]
  for (const [name, days, shard] of wanted) {
    const index = names.indexOf(name)
    const isMade = index !== -1
    // Whoever may not set it has it set already: that is no fault.
    if (isMade && durations[index] === `${days * 24}h0m0s`) continue
    const done = await client.query(`${isMade ? 'ALTER' : 'CREATE'} RETENTION POLICY ${quoted(name)} ON ${database} DURATION ${days}d REPLICATION 1 SHARD DURATION ${shard}`)
    if (done.type === 'answered') continue
    if (!isMade) return { notes: [...notes, `the policy ${name} could not be made, so roll-ups stand beside the raw readings and are kept as long: ${done.words}`], place: 'names', made }
    notes.push(`how long the policy ${name} keeps values could not be set: ${done.words}`)
  }
  return { notes: [...notes, ...await prepareRollups(client, continuous)], place: 'policies', made }
}

/** One whose text differs, after a new version with more fields, is made anew. */
async function prepareRollups(client: InfluxClient, known: Extract<QueryAnswer, { type: 'answered' }>): Promise<string[]> {
  const database = quoted(client.database)
  const there = new Map<string, string>()
  for (const { name, columns, values } of known.series) {
    if (name !== client.database) continue
    for (const row of values) there.set(String(row[columns.indexOf('name')]), String(row[columns.indexOf('query')]))
  }
  for (const kind of KINDS) {
    for (const [name, statement] of continuousQueries(client.database, kind)) {
      const text = there.get(name)
      if (text !== undefined && bare(text) === bare(statement)) continue
      if (text !== undefined) await client.query(`DROP CONTINUOUS QUERY ${quoted(name)} ON ${database}`)
      const made = await client.query(statement)
      if (made.type === 'failed') return [`the roll-up ${name} could not be made: ${made.words}`]
    }
  }
  return []
}

/** The server gives a statement back without needless quotes, and with the policy that it reads from. */
function bare(statement: string): string {
  return statement.replaceAll('"', '').replace(/FROM \S+ (GROUP|WHERE)/, 'FROM … $1')
}

function column(answer: Extract<QueryAnswer, { type: 'answered' }>, name: string): string[] {
  return answer.series.flatMap(({ columns, values }) => values.map((row) => String(row[columns.indexOf(name)])))
}
