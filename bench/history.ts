/**
 * History in InfluxDB beside writing the same line protocol straight to the same server in batches of 5,000: rows a second, what it costs the platform, whether the broker
 * acknowledges as much beside it, the lag under load, and catching up after an outage with every point counted. An hour without InfluxDB at 1,000 messages/s is
 * `BENCH_OUTAGE_MESSAGES=3600000`; by default a twelfth of it, from whose rate the hour is reckoned.
 */
import { Influxd } from '../test/support/influxd.ts'
import { DOOR_REPORT, startFleet } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { BATCH, countDoors, straight } from './influx-yardstick.ts'
import { runPublishers } from './load/run.ts'
import type { LoadResult } from './load/run.ts'

const DATABASE = 'gatehouse'
const DOORS = 200
/** Of the forwarder; so is one of the peers. */
const UNDER_WAY = 3
/** Other work on the machine only ever slows: the best of these counts. */
const ROUNDS = 2
const RATES = [4_000, 16_000]
const SECONDS = 8
const OUTAGE_MESSAGES = Number(process.env['BENCH_OUTAGE_MESSAGES'] ?? 300_000)
/** What goes on while it catches up, messages/s. */
const DURING = 1_000
/** What an hour without InfluxDB leaves to do at that rate. */
const HOUR_ROWS = 3_600 * DURING
/** Catching up ends one time or another, ms. */
const DEADLINE = 600_000

interface Row {
  readonly what: string
  readonly 'rows/s'?: number
  readonly 'of straight'?: number
  readonly 'of straight, three at a time'?: number
  readonly 'acknowledged/s'?: number
  readonly 'ack p99 ms'?: number
  readonly 'lag p50 s'?: number
  readonly 'lag max s'?: number
  readonly 'platform CPU s/s'?: number
  readonly note?: string
}

/** Takes about three minutes. */
export async function run(): Promise<Row[]> {
  const server = await new Influxd().start()
  const without = await startFleet(DOORS)
  const fleet = await startFleet(DOORS, 0, { INFLUX_URL: `${server.url}/${DATABASE}` })
  try {
    const rows = [await acknowledging('as fast as acknowledged, without InfluxDB', without), await acknowledging('as fast as acknowledged, with InfluxDB', fleet)]
    await caughtUp(fleet)
    for (const rate of RATES) rows.push(await underLoad(fleet, rate))
    rows.push(...await forwarding(fleet, server))
    return rows
  } finally {
    await without.platform.stop()
    await fleet.platform.stop()
    await server.remove()
  }
}

async function acknowledging(what: string, fleet: Fleet): Promise<Row> {
  let best: LoadResult | null = null
  for (let round = 0; round < ROUNDS; round += 1) {
    const result = await runPublishers({ ...loadOf(fleet), seconds: SECONDS })
    if (!best || result.ackedPerSecond > best.ackedPerSecond) best = result
  }
  return { what, 'acknowledged/s': best?.ackedPerSecond ?? 0, 'ack p99 ms': best?.latency.p99 ?? 0 }
}

async function underLoad(fleet: Fleet, rate: number): Promise<Row> {
  const { url } = fleet.platform
  const lags: number[] = []
  const before = await metricsOf(url)
  const timer = setInterval(() => void metricsOf(url).then(({ lag }) => lags.push(lag), () => undefined), 250)
  const load = await runPublishers({ ...loadOf(fleet), inflight: 200, seconds: SECONDS, rate })
  clearInterval(timer)
  const after = await metricsOf(url)
  await caughtUp(fleet)
  lags.sort((a, b) => a - b)
  return {
    what: `${rate} messages/s asked for`, 'acknowledged/s': load.ackedPerSecond, 'ack p99 ms': load.latency.p99,
    'lag p50 s': two(lags[lags.length >> 1]), 'lag max s': two(lags.at(-1)), 'platform CPU s/s': coresOf(before, after)
  }
}

/**
 * InfluxDB is killed, messages come as fast as they are acknowledged, then it is back: while nothing else goes on, and while 1,000 messages/s do. Straight writing, in turn with it, also meets a
 * server that just came back and has work of its own with what it holds.
 */
async function forwarding(fleet: Fleet, server: Influxd): Promise<Row[]> {
  const { url, dataDir } = fleet.platform
  const straightAgain = async (underWay: number): Promise<number> => {
    await server.kill()
    await server.start()
    return await straight(server.url, DOORS, underWay)
  }
  const forwarded = async (): Promise<Forwarded> => {
    await server.start()
    const before = await goingAgain(url)
    await caughtUp(fleet)
    return between(before, await metricsOf(url))
  }
  const rounds = { one: [] as number[], three: [] as number[], beside: [] as number[], alone: [] as Forwarded[], forwardedBeside: [] as Forwarded[] }
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.one.push(await straightAgain(1))
    rounds.three.push(await straightAgain(UNDER_WAY))
    await server.kill()
    await publish(fleet, OUTAGE_MESSAGES)
    rounds.alone.push(await forwarded())
    await server.kill()
    await publish(fleet, OUTAGE_MESSAGES)
    await beside(fleet, async () => {
      rounds.forwardedBeside.push(await forwarded())
      rounds.beside.push(await straightAgain(1))
    })
    await caughtUp(fleet, 3)
  }
  const [one, three, besideOne] = [Math.max(...rounds.one), Math.max(...rounds.three), Math.max(...rounds.beside)]
  const [alone, loaded] = [fastest(rounds.alone), fastest(rounds.forwardedBeside)]
  const row = (what: string, { rows, perSecond, cores, each }: Forwarded, limit: number): Row => ({
    what: `${rows} rows forwarded, ${what}`, 'rows/s': perSecond, 'of straight': two(perSecond / limit), 'of straight, three at a time': two(perSecond / three),
    'platform CPU s/s': cores, note: `${each} µs of the platform's CPU a row`
  })
  const { points, missing, doubled } = await countDoors(dataDir, server.url, DATABASE)
  const minutes = HOUR_ROWS / Math.max(1, loaded.perSecond - DURING) / 60
  const inHour = row(`${DURING} messages/s going on`, loaded, besideOne)
  return [
    { what: `straight to the server, batches of ${BATCH}, one at a time`, 'rows/s': one },
    { what: `the same, ${DURING} messages/s going on`, 'rows/s': besideOne },
    { what: `straight to the server, batches of ${BATCH}, three at a time`, 'rows/s': three },
    row('nothing else going on', alone, one),
    { ...inHour, note: `${inHour.note}; an hour at ${DURING}/s would take ${two(minutes)} min` },
    { what: 'counted, device by device', note: `${points} points, ${missing} missing, ${doubled} doubled` }
  ]
}

interface Forwarded {
  readonly rows: number
  readonly perSecond: number
  /** Cores' worth of the platform's CPU. */
  readonly cores: number
  /** Of its CPU for a row, µs. */
  readonly each: number
}

function between(before: Metrics, after: Metrics): Forwarded {
  const rows = after.points - before.points
  return { rows, perSecond: Math.round(rows / ((after.at - before.at) / 1_000)), cores: coresOf(before, after), each: two((after.cpu - before.cpu) * 1e6 / rows) }
}

function fastest(all: readonly Forwarded[]): Forwarded {
  return all.reduce((best, one) => one.perSecond > best.perSecond ? one : best)
}

/** While 1,000 messages/s go on. */
async function beside(fleet: Fleet, run: () => Promise<void>): Promise<void> {
  const halt = new AbortController()
  const going = keepGoing(halt.signal, () => runPublishers({ ...loadOf(fleet), 'warm-up': 0, seconds: 2, rate: DURING }))
  try {
    await run()
  } finally {
    halt.abort()
    await going
  }
}

function loadOf({ platform, credentials }: Fleet): Record<string, string | number> {
  return { connections: DOORS, inflight: 20, port: platform.mqttPort, payload: DOOR_REPORT, credentials }
}

/** So many messages or a few more; resolves when they are judged and in the embedded store. */
async function publish(fleet: Fleet, messages: number): Promise<void> {
  for (let acked = 0; acked < messages;) {
    const { ackedPerSecond, seconds } = await runPublishers({ ...loadOf(fleet), 'warm-up': 0, seconds: 5 })
    acked += ackedPerSecond * seconds
  }
  await until(async () => {
    const { parts } = (await (await fetch(`${fleet.platform.url}/readyz`)).json()) as { parts: { unjudged: number; unwritten: number } }
    return parts.unjudged < 10 && parts.unwritten < 10
  }, 'the platform does not come to rest')
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

/** The last look before points go out again. */
async function goingAgain(url: string): Promise<Metrics> {
  let last = await metricsOf(url)
  await until(async () => {
    const now = await metricsOf(url)
    if (now.points > last.points) return true
    last = now
    return false
  }, 'InfluxDB is back and takes nothing')
  return last
}

/** Until no more waits than `rest` entries: what comes in two seconds, or the ticks of the clock when nothing else comes. */
async function caughtUp({ platform }: Fleet, rest = 2 * DURING): Promise<void> {
  await until(async () => (await metricsOf(platform.url)).behind <= rest, 'history does not catch up')
}

async function until(reached: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (const end = performance.now() + DEADLINE; performance.now() < end;) {
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
