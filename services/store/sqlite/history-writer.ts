/** History's thread: the journal after its cursor, in batches, at its own pace. */
import { systemClock } from '../../kernel/clock.ts'
import { asError } from '../../kernel/errors.ts'
import { serveThread } from '../../kernel/thread.ts'
import { HistoryProjection } from './history-projection.ts'
import type { HistoryLink } from './history-link.ts'
import { SqliteJournalReader } from './journal-reader.ts'

const BATCH = 2000
/** A pause behind a batch that was not full: fewer syncs, and changes for the screens come together. ms */
const PAUSE = 100
const FIRST_RETRY = 500
const LONGEST_RETRY = 30_000

await serveThread<HistoryLink>(({ dataDir, retentionDays }, say) => {
  const reader = new SqliteJournalReader(dataDir)
  const projection = new HistoryProjection(dataDir, retentionDays)
  let head = 0
  let cursor: number | null = null
  let watched: ReadonlySet<string> | 'all' = new Set()
  let retry = FIRST_RETRY
  let stalled = false
  let callOff: (() => void) | null = null

  const schedule = (delay: number): void => {
    callOff ??= systemClock.after(delay, step)
  }
  const step = (): void => {
    callOff = null
    try {
      cursor ??= projection.cursor()
      if (cursor >= head) return
      const entries = reader.read(cursor, BATCH)
      const changes = projection.apply(entries)
      cursor = entries.at(-1)?.position ?? cursor
      if (stalled) say({ type: 'stalled', reason: null })
      stalled = false
      retry = FIRST_RETRY
      say({ type: 'progress', position: cursor, changes: changes.filter(({ compound }) => watched === 'all' || watched.has(compound)) })
      schedule(entries.length === BATCH ? 0 : PAUSE)
    } catch (thrown) {
      // Never past a batch that could not be stored: the journal keeps it until there is room, or somebody helps.
      stalled = true
      cursor = null
      reader.close()
      say({ type: 'stalled', reason: asError(thrown).message })
      schedule(retry)
      retry = Math.min(retry * 2, LONGEST_RETRY)
    }
  }
  return {
    calls: {
      cursor: () => {
        try {
          return projection.cursor()
        } catch {
          // Not to be opened now: `step` says why, and tries again.
          return 0
        }
      },
      drop: (days) => projection.dropDaysBefore(days)
    },
    told: (message) => {
      if (message.type === 'watch') {
        watched = message.compounds === 'all' ? 'all' : new Set(message.compounds)
      } else {
        head = Math.max(head, message.head)
        schedule(0)
      }
    },
    stop: () => {
      callOff?.()
      reader.close()
      projection.close()
    }
  }
})
