/** An embedded store with two days of known history, as a platform would have left it. */
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import type { NewEntry } from '../../../services/store/ports.ts'
import { HistoryProjection } from '../../../services/store/sqlite/history-projection.ts'
import { SqliteJournalReader } from '../../../services/store/sqlite/journal-reader.ts'
import { SqliteJournal } from '../../../services/store/sqlite/journal.ts'
import { openOperations } from '../../../services/store/sqlite/operations.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { append } from '../store/journal-contract.ts'
import { alarm, changes, compound, device, put, transition } from '../store/records.ts'

export const C07 = 'c07' as CompoundId
const SMOKE = 'c07-smoke-1' as DeviceId
export const RETENTION_DAYS = 14

/** Fills it: `reports` readings of a detector a day, each with two or three values, three events, and three transitions of an alarm. Answers the first day's start. */
export async function fillStore(dataDir: string, reports = 50): Promise<{ first: number }> {
  const now = new Date()
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) - 3 * 86_400_000
  const clock = new FakeClock(first)
  const journal = new SqliteJournal({
    dataDir, clock,
    onFatal: (error) => {
      throw error
    }
  })
  await journal.open()
  let seq = 0
  const say = (channel: 'telemetry' | 'event', body: object): Promise<number> => append(journal, entryOf(channel, { boot: 'b1', seq: seq++, ...body }))
  let last = 0
  for (let n = 0; n < 2 * reports; n += 1) {
    clock.set(first + Math.floor((n + 0.5) * 86_400_000 / reports))
    const ts = clock.now() - 1_000
    last = await say('telemetry', { ts, temperature: 20 + n % 5, alarm: false, ...(n % 2 === 0 ? { obscuration: 0.5 } : {}) })
  }
  for (const type of ['test', 'fault', 'a-type-of-tomorrow']) last = await say('event', { ts: clock.now() - 1_000, type })
  await journal.close()
  const reader = new SqliteJournalReader(dataDir)
  const projection = new HistoryProjection(dataDir, RETENTION_DAYS)
  projection.apply(reader.read(0, 100_000))
  projection.close()
  reader.close()
  const operations = openOperations(dataDir)
  const at = (n: number): number => first + n * 1_000
  await operations.commit(changes(last, {
    compounds: put(compound('c07')), devices: put(device(SMOKE)), alarms: [alarm(1)],
    transitions: [1, 2, 3].map((n) => ({ alarm: 'a1', transition: { ...transition(n), at: at(n) } }))
  }))
  await operations.close()
  return { first }
}

function entryOf(channel: 'telemetry' | 'event', body: object): NewEntry {
  const bytes = Buffer.from(JSON.stringify(body))
  return { type: 'message', device: SMOKE, compound: C07, kind: 'smoke', channel, via: SMOKE, body: bytes, size: bytes.length }
}
