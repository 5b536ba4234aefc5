/**
 * History in InfluxDB beside writing the same line protocol straight to the same server in batches of 5,000: rows a second, what it costs
 * the platform, the lag under load, and catching up after an outage with every point counted. The hour of outage is scaled down to as many
 * messages as the platform takes in `OUTAGE_SECONDS` at full load; what an hour at 1,000 messages/s would take is reckoned from the rate.
 */
import { hashOf, historyItems } from '../services/store/sqlite/history-item.ts'
import { SqliteJournalReader } from '../services/store/sqlite/journal-reader.ts'
import { Influxd } from '../test/support/influxd.ts'
import { DOOR_REPORT, startFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { runPublishers } from './load/run.ts'

const DATABASE = 'gatehouse'
const DOORS = 200
const BATCH = 5_000
const LIMIT_ROWS = 100_000
/** Other work on the machine only ever slows: the best of these counts. */
const LIMIT_ROUNDS = 3
const RATES = [4_000, 16_000]
const RATE_SECONDS = 12
const OUTAGE_SECONDS = 10
/** What goes on while it catches up, messages/s. */
const DURING = 1_000
/** What an hour without InfluxDB would leave to do at that rate. */
const HOUR_ROWS = 3_600 * DURING
const CAUGHT_UP_DEADLINE = 90_000

interface Row {
  readonly what: string
  readonly 'rows/s'?: number
  readonly 'ack p99 ms'?: number
  readonly 'lag p50 s'?: number
  readonly 'lag max s'?: number
  readonly 'platform CPU s/s'?: number
  readonly note?: string
}

/** Takes about a minute and a half. */
export async function run(): Promise<Row[]> {
  const server = await new Influxd().start()
  const fleet = await startFleet(DOORS, 0, { INFLUX_URL: `${server.url}/${DATABASE}` })
  const rows: Row[] = []
  try {
    const limit = await straight(server.url)
    rows.push({ what: `straight to the server, batches of ${BATCH}`, 'rows/s': limit })
    for (const rate of RATES) rows.push(await underLoad(fleet, rate))
    rows.push(...await outage(fleet, server, limit))
  } finally {
    await fleet.platform.stop()
    await server.remove()
  }
  return rows
}

/** The same rows as the platform writes, one request in flight. */
async function straight(url: string): Promise<number> {
  const database = 'straight'
  await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: `CREATE DATABASE ${database}` }) })
  let best = 0
  for (let round = 0; round < LIMIT_ROUNDS; round += 1) {
    const start = Date.now() - LIMIT_ROWS
    const bodies = Array.from({ length: LIMIT_ROWS / BATCH }, (_, batch) => Array.from({ length: BATCH }, (_row, n) => {
      const row = batch * BATCH + n
      const seq = String(Math.floor(row / DOORS)).padStart(6, '0')
      return `door,building=b01,compound=c01,device=c01-door-${row % DOORS},kind=door battery=81,locked=T,open=F,rssi=-61,supply=12.1,tamper=F ${start + row}${seq}`
    }).join('\n'))
    const from = performance.now()
    for (const body of bodies) {
      const answer = await fetch(`${url}/write?db=${database}&precision=n`, { method: 'POST', body })
      if (!answer.ok) throw new Error(`InfluxDB answers ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
    }
    best = Math.max(best, Math.round(LIMIT_ROWS / ((performance.now() - from) / 1_000)))
  }
  return best
}

async function underLoad({ platform, credentials }: Fleet, rate: number): Promise<Row> {
  const lags: number[] = []
  const before = await metricsOf(platform.url)
  const timer = setInterval(() => void metricsOf(platform.url).then(({ lag }) => lags.push(lag), () => undefined), 250)
  const load = await runPublishers({ connections: DOORS, inflight: 200, seconds: RATE_SECONDS, rate, port: platform.mqttPort, payload: DOOR_REPORT, credentials })
  clearInterval(timer)
  const after = await metricsOf(platform.url)
  await caughtUp(platform.url)
  lags.sort((a, b) => a - b)
  return {
    what: `${rate} messages/s asked for`, 'rows/s': load.ackedPerSecond, 'ack p99 ms': load.latency.p99,
    'lag p50 s': two(lags[lags.length >> 1]), 'lag max s': two(lags.at(-1)), 'platform CPU s/s': coresOf(before, after)
  }
}

/** InfluxDB is killed, messages come as fast as they are acknowledged, then it is back while 1,000 messages/s go on. */
async function outage({ platform, credentials }: Fleet, server: Influxd, limit: number): Promise<Row[]> {
  await server.kill()
  const load = { connections: DOORS, inflight: 20, port: platform.mqttPort, payload: DOOR_REPORT, credentials }
  const down = await runPublishers({ ...load, seconds: OUTAGE_SECONDS })
  const before = await metricsOf(platform.url)
  await server.start()
  const halt = new AbortController()
  const going = keepGoing(halt.signal, () => runPublishers({ ...load, 'warm-up': 0, seconds: 2, rate: DURING }))
  const began = await goingAgain(platform.url, before.points)
  await caughtUp(platform.url)
  const after = await metricsOf(platform.url)
  halt.abort()
  await going
  await caughtUp(platform.url, 3)
  const seconds = (after.at - began) / 1_000
  const written = after.points - before.points
  const perSecond = Math.round(written / seconds)
  const counted = await count(platform.dataDir, server.url)
  const net = Math.max(1, perSecond - DURING)
  return [
    { what: 'InfluxDB down, as fast as acknowledged', 'rows/s': down.ackedPerSecond, 'ack p99 ms': down.latency.p99 },
    {
      what: `${written} rows caught up, ${DURING} messages/s going on`, 'rows/s': perSecond, 'platform CPU s/s': coresOf(before, after),
      note: `${two(perSecond / limit)} of the limit, ${two(seconds)} s, ${two((after.cpu - before.cpu) * 1e6 / written)} µs of CPU a row; an hour at ${DURING}/s would take ${two(HOUR_ROWS / net / 60)} min`
    },
    { what: 'counted, device by device', note: `${counted.points} points, ${counted.missing} missing, ${counted.doubled} doubled` }
  ]
}

/** Every report of the journal has to be there once: a device's points against its distinct times. */
async function count(dataDir: string, url: string): Promise<{ points: number; missing: number; doubled: number }> {
  const expected = new Map<string, Set<string>>()
  const reader = new SqliteJournalReader(dataDir)
  for (let entries = reader.read(0, 5_000); entries.length > 0; entries = reader.read(entries.at(-1)?.position ?? 0, 5_000)) {
    for (const item of entries.flatMap((entry) => historyItems(entry, 14))) {
      const times = expected.get(item.device) ?? new Set()
      times.add(`${item.ts} ${item.seq ?? hashOf(item)}`)
      expected.set(item.device, times)
    }
  }
  reader.close()
  const q = 'SELECT count("battery") FROM "door" GROUP BY "device"'
  const answer = await fetch(`${url}/query?${new URLSearchParams({ db: DATABASE, q }).toString()}`)
  const { results } = (await answer.json()) as { results: { series?: { tags: { device: string }; values: [string, number][] }[] }[] }
  const found = new Map(results[0]?.series?.map(({ tags, values }) => [tags.device, values[0]?.[1] ?? 0]))
  let missing = 0
  let doubled = 0
  let all = 0
  for (const [device, times] of expected) {
    const difference = (found.get(device) ?? 0) - times.size
    all += times.size
    missing += Math.max(0, -difference)
    doubled += Math.max(0, difference)
  }
  return { points: all, missing, doubled }
}

interface Metrics {
  readonly at: number
  readonly cpu: number
  readonly lag: number
  readonly behind: number
  readonly points: number
}

async function metricsOf(url: string): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const number = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? NaN)
  return {
    at: performance.now(), cpu: number('gatehouse_process_cpu_seconds_total'), lag: number('gatehouse_influx_lag_seconds'),
    behind: number('gatehouse_influx_behind'), points: number('gatehouse_influx_points_total')
  }
}

/** Cores' worth of CPU that the platform took between. */
function coresOf(before: Metrics, after: Metrics): number {
  return two((after.cpu - before.cpu) / ((after.at - before.at) / 1_000))
}

/** When the first points went out again, ms. */
async function goingAgain(url: string, points: number): Promise<number> {
  let last = await metricsOf(url)
  await until(async () => {
    const now = await metricsOf(url)
    if (now.points > points) return true
    last = now
    return false
  }, 'InfluxDB is back and takes nothing')
  return last.at
}

/** Until no more waits than `rest` entries: what comes in two seconds, or the ticks of the clock when nothing else comes. */
async function caughtUp(url: string, rest = 2 * DURING): Promise<void> {
  await until(async () => (await metricsOf(url)).behind <= rest, 'history does not catch up')
}

async function until(reached: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (const end = performance.now() + CAUGHT_UP_DEADLINE; performance.now() < end;) {
    if (await reached()) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(otherwise)
}

async function keepGoing(signal: AbortSignal, run: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) await run()
}

function two(value = 0): number {
  return Number(value.toFixed(2))
}
