/** Copies a range of what the embedded store has into InfluxDB, as the forwarder does it: the same entry gives the same point. */
import type { Millis } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JournalReader } from '../ports.ts'
import { DAY_MILLIS } from '../sqlite/day.ts'
import { AHEAD_LIMIT } from '../sqlite/history-item.ts'
import type { InfluxClient } from './client.ts'
import { Forwarder } from './forwarder.ts'
import { NOWHERE } from './progress.ts'
import type { Mark, ProgressFile, RefusedRecord } from './progress.ts'
import type { Batch, PointSource } from './source.ts'

/** By the points' own time, ms: from `from` on, before `to`. */
export interface TimeRange {
  readonly from: Millis
  readonly to: Millis
}

/** Positions of the journal between which a range lies: behind `begin`, up to `end`. */
export interface Stretch {
  readonly begin: number
  readonly end: number
}

export interface BackfillProgress {
  /** Everything up to this position is copied. */
  readonly position: number
  /** Time of receipt of what was copied last. */
  readonly at: Millis
  /** Points that were written since this run began. */
  readonly points: number
}

export type BackfillEnd =
  | { readonly type: 'done' }
  | { readonly type: 'stopped' }
  /** InfluxDB took nothing for as long as `patience`. */
  | { readonly type: 'failed'; readonly words: string }

export interface BackfillOptions {
  readonly range: TimeRange
  readonly stretch: Stretch
  readonly source: PointSource
  /** Its own one, apart from the forwarder's. Where it goes on; moves with each batch. */
  readonly progress: ProgressFile
  readonly client: Pick<InfluxClient, 'write' | 'close'>
  /** Makes what the server needs; answers whether the database was made just now. */
  readonly prepare: () => Promise<boolean>
  readonly clock: Clock
  /** How long a server that takes nothing is asked again, ms. */
  readonly patience: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: BackfillProgress) => void
  /** Points that InfluxDB does not take; they stay on record in `progress`. */
  readonly onRefused: (records: readonly RefusedRecord[]) => void
  /** At each try that fails. */
  readonly onFailed: (words: string) => void
}

/** Where in the journal a range lies. Late reports come behind their time by as much as a clock is believed back, `retentionDays`. */
export function stretchOf(journal: JournalReader, range: TimeRange, retentionDays: number): Stretch {
  const begin = positionBefore(journal, range.from - AHEAD_LIMIT)
  return { begin, end: Math.max(begin, positionBefore(journal, range.to + retentionDays * DAY_MILLIS)) }
}

/** Runs until it is done, stopped, or out of patience; whatever was written until then is written. Doing it twice leaves the same points. */
export async function backfill(options: BackfillOptions): Promise<BackfillEnd> {
  const { range, stretch, source, progress, client, prepare, clock, patience, signal, onProgress, onRefused, onFailed } = options
  const ended = Promise.withResolvers<BackfillEnd>()
  const stop = (): void => ended.resolve({ type: 'stopped' })
  let moved = progress.mark()
  let last: Mark | null = null
  let points = 0
  let failingSince: number | null = null
  const look = (): void => {
    if (last && last.position === moved.position && last.transition === moved.transition) ended.resolve({ type: 'done' })
  }
  const bounded = boundedSource(source, range, stretch, (mark) => {
    last = mark
    look()
  })
  const forwarder = new Forwarder({
    source: bounded, progress, prepare, clock,
    origin: { ...NOWHERE, position: stretch.begin },
    write: (batch) => client.write(batch),
    listener: {
      moved(mark, written) {
        moved = mark
        points += written
        failingSince = null
        onProgress({ position: mark.position, at: mark.at, points })
        look()
      },
      refused: onRefused,
      stalled(words) {
        if (words === null) return
        failingSince ??= clock.elapsed()
        onFailed(words)
        if (clock.elapsed() - failingSince >= patience) ended.resolve({ type: 'failed', words })
      }
    },
    random: Math.random
  })
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  // There is always more to look for, until the source says that it is over.
  forwarder.open(Number.MAX_SAFE_INTEGER)
  onProgress({ position: moved.position, at: moved.at, points })
  forwarder.start()
  const end = await ended.promise
  signal.removeEventListener('abort', stop)
  const stopped = forwarder.stop()
  client.close()
  await stopped
  return end
}

/** Of the source only what is in the range; `over` is told behind which mark there is nothing more. */
function boundedSource(source: PointSource, range: TimeRange, stretch: Stretch, over: (mark: Mark) => void): Pick<PointSource, 'after' | 'close'> {
  const from = nanoseconds(range.from)
  const to = nanoseconds(range.to)
  return {
    after(mark, most): Batch | null {
      const batch = source.after(mark, most)
      // The platform may go on writing behind the stretch; of alarms all that is there is looked at.
      if (!batch || mark.position >= stretch.end && mark.transition === batch.mark.transition) {
        over(mark)
        return null
      }
      return { ...batch, points: batch.points.filter(({ timestamp }) => BigInt(timestamp) >= from && BigInt(timestamp) < to) }
    },
    close: () => source.close()
  }
}

function nanoseconds(at: Millis): bigint {
  return BigInt(at) * 1_000_000n
}

/** The last position that was received before `at`; times of receipt never decrease, so it is found by halving. */
function positionBefore(journal: JournalReader, at: Millis): number {
  let low = journal.first() - 1
  let high = Math.max(low, journal.head())
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const entry = journal.read(middle - 1, 1)[0]
    if (entry && entry.at < at) low = middle
    else high = middle - 1
  }
  return low
}
