/** How readings are best kept: a wide row a report (as history does) against a narrow row a value, and what the projection costs. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CompoundId, DeviceId } from '../protocol/names.ts'
import type { JournalEntry } from '../services/store/ports.ts'
import { HistoryProjection, historyFolder } from '../services/store/sqlite/history-projection.ts'
import { HistoryReader } from '../services/store/sqlite/read-history.ts'

export interface EmbeddedRow {
  readonly what: string
  readonly insert: string
  readonly bytes: string
  readonly query: string
}

const START = Date.parse('2026-03-10T00:00:00Z')
const DEVICES = 2000
const BATCH = 2000

/** A day of `DEVICES` detectors, 144 reports each, in the order in which they come. */
function* day(): Generator<{ device: number; ts: number; values: Record<string, number | boolean> }> {
  for (let step = 0; step < 144; step += 1) {
    for (let device = 0; device < DEVICES; device += 1) {
      const wave = (step * 7 + device * 13) % 50
      yield {
        device, ts: START + step * 600_000 + device * 250,
        values: { obscuration: wave / 100, temperature: 20 + wave / 10, contamination: 12, battery: 97, rssi: -60 - wave % 20, alarm: false, tamper: false, fault: false }
      }
    }
  }
}

/** Takes some ten seconds. */
export function run(): EmbeddedRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const rows = [wide(folder), narrow(folder)]
  rmSync(folder, { recursive: true })
  return rows
}

function wide(folder: string): EmbeddedRow {
  const projection = new HistoryProjection(folder, 14)
  let entries: JournalEntry[] = []
  let position = 0
  let took = 0
  const apply = (): void => {
    const from = performance.now()
    projection.apply(entries)
    took += performance.now() - from
    entries = []
  }
  for (const { device, ts, values } of day()) {
    position += 1
    const id = `c07-smoke-${device}` as DeviceId
    const body = Buffer.from(JSON.stringify({ ts, boot: 'b1', seq: position, ...values }))
    entries.push({ type: 'message', device: id, via: id, compound: 'c07' as CompoundId, kind: 'smoke', channel: 'telemetry', body, size: body.length, position, at: ts + 50 })
    if (entries.length === BATCH) apply()
  }
  apply()
  projection.close()
  const reader = new HistoryReader(folder)
  const asked = time(() => reader.readings('c07-smoke-99' as DeviceId, 'temperature', START, START + 86_400_000, 500))
  reader.close()
  return row('a row a report, with decoding, latest values and cursor', position, took, statSync(join(historyFolder(folder), '2026-03-10.sqlite')).size, asked)
}

function narrow(folder: string): EmbeddedRow {
  const path = join(folder, 'narrow.sqlite')
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000')
  db.exec('CREATE TABLE reading (device INTEGER, field INTEGER, ts INTEGER, hash INTEGER, position INTEGER, value NUMERIC, PRIMARY KEY (device, field, ts, hash)) WITHOUT ROWID')
  const insert = db.prepare('INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
  let position = 0
  const start = performance.now()
  for (const { device, ts, values } of day()) {
    if (position % BATCH === 0) db.exec(position === 0 ? 'BEGIN' : 'COMMIT; BEGIN')
    position += 1
    for (const [field, value] of Object.values(values).entries()) insert.run(device, field, ts, Math.imul(position, 0x9e3779b1) >>> 0, position, Number(value))
  }
  db.exec('COMMIT')
  const took = performance.now() - start
  const select = db.prepare(`SELECT (ts - ${START}) / 172800, avg(value), min(value), max(value), count(*) FROM reading WHERE device = 99 AND field = 1 AND ts >= ? AND ts < ? GROUP BY 1`)
  const asked = time(() => select.all(START, START + 86_400_000))
  db.close()
  return row('a row a value, the insert alone', position, took, statSync(path).size, asked)
}

function time(ask: () => unknown): number {
  ask()
  const from = performance.now()
  for (let n = 0; n < 50; n += 1) ask()
  return (performance.now() - from) / 50
}

function row(what: string, reports: number, took: number, size: number, asked: number): EmbeddedRow {
  return { what, insert: `${Math.round(reports / took * 1000)} reports/s`, bytes: `${Math.round(size / reports)} a report`, query: `${asked.toFixed(2)} ms` }
}

if (import.meta.main) console.table(run())
