/**
 * An hour without InfluxDB at 1,000 messages/s (`BENCH_OUTAGE_SECONDS`, 3600): what lies in the journal then is caught up while the messages go on, and counted. The
 * messages are put into the journal, not sent over MQTT: what is measured is the way behind it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { CompoundId, DeviceId } from '../protocol/names.ts'
import { systemClock } from '../services/kernel/clock.ts'
import { InfluxHistory } from '../services/store/influx/history.ts'
import { SqliteJournal } from '../services/store/sqlite/journal.ts'
import type { NewEntry } from '../services/store/ports.ts'
import { Influxd } from '../test/support/influxd.ts'

const DATABASE = 'gatehouse'
const DOORS = 1_000
const SECONDS = Number(process.env['BENCH_OUTAGE_SECONDS'] ?? 3_600)
/** Catching up ends one time or another, ms. */
const DEADLINE = 600_000

interface Row {
  readonly what: string
  readonly rows: number
  readonly seconds?: number
  readonly 'rows/s'?: number
  readonly note?: string
}

/** Takes about two minutes. */
export async function run(): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const server = await new Influxd().start()
  const { port } = new URL(server.url)
  const fatal = (error: Error): void => {
    throw error
  }
  const journal = new SqliteJournal({ dataDir, clock: systemClock, onFatal: fatal })
  await journal.open()
  const history = new InfluxHistory({
    dataDir, retentionDays: 14, keeping: { rawDays: 90, rollupDays: 1095 }, journal, clock: systemClock, log: pino({ level: 'silent' }),
    address: { protocol: 'http', host: '127.0.0.1', port: Number(port), path: '', database: DATABASE, login: { type: 'none' }, insecure: false }
  })
  await history.start()
  try {
    const began = Date.now() - SECONDS * 1_000
    let second = 0
    const append = async (): Promise<void> => {
      const now = second
      second += 1
      await commit(journal, Array.from({ length: DOORS }, (_, door) => report(door, now, began + now * 1_000 + door)))
    }
    await append()
    await until(() => history.behind === 0, 'nothing is forwarded')
    await server.kill()
    const filling = performance.now()
    for (let left = SECONDS - 1; left > 0; left -= 1) await append()
    const filled = performance.now()
    const last = journal.head
    const rows = last - history.position
    await server.start()
    const back = performance.now()
    const during = setInterval(() => void append(), 1_000)
    await until(() => history.position >= last, 'it is not caught up')
    const seconds = (performance.now() - back) / 1_000
    clearInterval(during)
    await until(() => journal.pending === 0 && history.behind === 0, 'the last of it is not forwarded')
    const counted = await count(server, second)
    return [
      { what: 'put into the journal while InfluxDB was away', rows, seconds: two((filled - filling) / 1_000) },
      { what: `caught up, ${DOORS} messages/s going on`, rows, seconds: two(seconds), 'rows/s': Math.round(rows / seconds) },
      { what: 'counted, device by device', rows: counted.points, note: `${counted.missing} missing, ${counted.doubled} doubled` }
    ]
  } finally {
    await history.stop()
    await journal.close()
    await server.remove()
    rmSync(dataDir, { recursive: true })
  }
}

function report(door: number, seq: number, ts: number): NewEntry {
  const body = Buffer.from(`{"ts":${ts},"boot":"bench","seq":${seq},"open":false,"locked":true,"tamper":false,"battery":81,"supply":12.1,"rssi":-61}`)
  const device = `c01-door-${door}` as DeviceId
  return { type: 'message', device, compound: 'c01' as CompoundId, kind: 'door', channel: 'telemetry', via: device, body, size: body.length }
}

function commit(journal: SqliteJournal, entries: readonly NewEntry[]): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const [index, entry] of entries.entries()) {
      journal.append(entry, (error) => {
        if (error) reject(error)
        else if (index === entries.length - 1) resolve()
      })
    }
  })
}

/** Every door has said one thing a second. */
async function count(server: Influxd, seconds: number): Promise<{ points: number; missing: number; doubled: number }> {
  const q = 'SELECT count("battery") FROM "door" GROUP BY "device"'
  const answer = await fetch(`${server.url}/query?${new URLSearchParams({ db: DATABASE, q }).toString()}`)
  const { results } = (await answer.json()) as { results: { series?: { tags: { device: string }; values: [string, number][] }[] }[] }
  const found = new Map(results[0]?.series?.map(({ tags, values }) => [tags.device, values[0]?.[1] ?? 0]))
  const counted = { points: 0, missing: 0, doubled: 0 }
  for (let door = 0; door < DOORS; door += 1) {
    const points = found.get(`c01-door-${door}`) ?? 0
    counted.points += points
    counted.missing += Math.max(0, seconds - points)
    counted.doubled += Math.max(0, points - seconds)
  }
  return counted
}

async function until(reached: () => boolean, otherwise: string): Promise<void> {
  for (const end = performance.now() + DEADLINE; performance.now() < end;) {
    if (reached()) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(otherwise)
}

function two(value: number): number {
  return Number(value.toFixed(2))
}

if (import.meta.main) console.table(await run())
