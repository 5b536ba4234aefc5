/** What the journal costs: on the main thread an entry, in the writer, and for a reader that catches up. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CompoundId, DeviceId } from '../protocol/names.ts'
import { systemClock } from '../services/kernel/clock.ts'
import type { NewEntry } from '../services/store/ports.ts'
import { SqliteJournal } from '../services/store/sqlite/journal.ts'
import { SqliteJournalReader } from '../services/store/sqlite/journal-reader.ts'

export interface JournalRow {
  readonly what: string
  readonly value: number
  readonly unit: string
}

/** Appends `count` messages with bodies of 100 bytes in bursts of 1000, in the folder `dataDir` (made and removed when not given). */
export async function run(count = 300_000): Promise<JournalRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const fail = (error: Error): void => {
    throw error
  }
  const journal = new SqliteJournal({ dataDir, clock: systemClock, onFatal: fail })
  await journal.open()
  const entries = Array.from({ length: 1000 }, (_, index) => message(index))
  let busy = 0
  let commits = 0
  journal.onCommit(() => void (commits += 1))
  const start = performance.now()
  await new Promise<void>((resolve, reject) => {
    let acknowledged = 0
    const done = (error: Error | null): void => {
      if (error) reject(error)
      acknowledged += 1
      if (acknowledged === count) resolve()
    }
    let appended = 0
    const burst = (): void => {
      if (journal.pending < 20_000) {
        const from = performance.now()
        for (const entry of entries) journal.append(entry, done)
        busy += performance.now() - from
        appended += entries.length
      }
      if (appended < count) setImmediate(burst)
    }
    burst()
  })
  const took = performance.now() - start
  await journal.close()

  const reader = new SqliteJournalReader(dataDir)
  const readStart = performance.now()
  let position = 0
  for (let batch = reader.read(0, 1000); batch.length > 0; batch = reader.read(position, 1000)) position = batch.at(-1)?.position ?? position
  const readTook = performance.now() - readStart
  reader.close()
  rmSync(dataDir, { recursive: true })
  return [
    { what: 'appended, committed with fsync, called back', value: Math.round(count / took * 1000), unit: 'entries/s' },
    { what: 'appending, on the main thread', value: Math.round(busy / count * 1e5) / 100, unit: 'µs an entry' },
    { what: 'entries in one commit', value: Math.round(count / commits), unit: 'entries' },
    { what: 'read back', value: Math.round(position / readTook * 1000), unit: 'entries/s' }
  ]
}

function message(index: number): NewEntry {
  const body = Buffer.from(JSON.stringify({ ts: 1_780_000_000_000 + index, boot: 'b1', seq: index, obscuration: 0.12, temperature: 21.5, battery: 97, rssi: -70 }).padEnd(100))
  return {
    type: 'message', compound: 'c07' as CompoundId, kind: 'smoke', device: `c07-smoke-${index}` as DeviceId, channel: 'telemetry',
    via: `c07-gateway-${index % 16}` as DeviceId, body, size: body.length
  }
}

if (import.meta.main) console.table(await run())
