/** What the forwarder to InfluxDB is held against: the same rows written straight, and what the journal says has to be there. */
import { hashOf, historyItems } from '../services/store/sqlite/history-item.ts'
import { SqliteJournalReader } from '../services/store/sqlite/journal-reader.ts'

/** Rows of one request. */
export const BATCH = 5_000
const ROWS = 200_000

/** Rows a second into a database of its own at the server: what the platform writes for a door's report, laid out before. `underWay`: requests at a time. */
export async function straight(url: string, doors: number, underWay: number): Promise<number> {
  const database = 'straight'
  // As the platform makes its own.
  await ask(url, `CREATE DATABASE ${database} WITH DURATION 90d REPLICATION 1 SHARD DURATION 1d NAME raw`)
  const start = Date.now() - ROWS
  const bodies = Array.from({ length: ROWS / BATCH }, (_, batch) => Buffer.from(Array.from({ length: BATCH }, (_row, n) => {
    const row = batch * BATCH + n
    const seq = String(Math.floor(row / doors)).padStart(6, '0')
    return `door,building=b01,compound=c01,device=c01-door-${row % doors},kind=door open=F,locked=T,tamper=F,battery=81,supply=12.1,rssi=-61 ${start + row}${seq}`
  }).join('\n')))
  const send = async (): Promise<void> => {
    for (let body = bodies.pop(); body; body = bodies.pop()) {
      const answer = await fetch(`${url}/write?db=${database}&precision=n`, { method: 'POST', body })
      if (!answer.ok) throw new Error(`InfluxDB answers ${answer.status}: ${await answer.text()}`)
      await answer.arrayBuffer()
    }
  }
  const from = performance.now()
  await Promise.all(Array.from({ length: underWay }, send))
  return Math.round(ROWS / ((performance.now() - from) / 1_000))
}

export interface Counted {
  readonly points: number
  readonly missing: number
  readonly doubled: number
}

/** Every report of a door in the journal has to be there once: the points of a device against its distinct times. */
export async function countDoors(dataDir: string, url: string, database: string): Promise<Counted> {
  const expected = new Map<string, Set<string>>()
  const reader = new SqliteJournalReader(dataDir)
  for (let entries = reader.read(0, BATCH); entries.length > 0; entries = reader.read(entries.at(-1)?.position ?? 0, BATCH)) {
    for (const item of entries.flatMap((entry) => historyItems(entry, 14))) {
      const times = expected.get(item.device) ?? new Set()
      times.add(`${item.ts} ${item.seq ?? hashOf(item)}`)
      expected.set(item.device, times)
    }
  }
  reader.close()
  const answer = await ask(url, 'SELECT count("battery") FROM "door" GROUP BY "device"', database)
  const { results } = JSON.parse(answer) as { results: { series?: { tags: { device: string }; values: [string, number][] }[] }[] }
  const found = new Map(results[0]?.series?.map(({ tags, values }) => [tags.device, values[0]?.[1] ?? 0]))
  const counted = { points: 0, missing: 0, doubled: 0 }
  for (const [device, times] of expected) {
    const difference = (found.get(device) ?? 0) - times.size
    counted.points += times.size
    counted.missing += Math.max(0, -difference)
    counted.doubled += Math.max(0, difference)
  }
  return counted
}

async function ask(url: string, q: string, db = ''): Promise<string> {
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ db, q }) })
  return await answer.text()
}
