/** What history keeps of one journal entry: where each object of a report belongs, and with which flags. Pure. */
import { crc32 } from 'node:zlib'
import { decodeReport } from '../../../protocol/decode.ts'
import type { CompoundId, DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { JournalEntry, Value } from '../ports.ts'
import { DAY_MILLIS } from './day.ts'

/** The contract's limit for a clock that goes ahead, ms. */
export const AHEAD_LIMIT = 5 * 60_000

export const HISTORICAL = 1
export const CLOCK_SUSPECT = 2
export const SEQUENCE_REUSED = 4

export interface HistoryItem {
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly kind: Kind
  readonly position: number
  /** Number within its entry. */
  readonly n: number
  /** The device's own time, or that of receipt where this one can't be right. */
  readonly ts: Millis
  readonly receivedAt: Millis
  /** Receipt minus the device's own time, ms; null when it gave none. */
  readonly delay: number | null
  readonly boot: string | null
  /** The device's own number; null where it gave none, or no boot to count it in. */
  readonly seq: number | null
  /** Sum of HISTORICAL, CLOCK_SUSPECT. */
  readonly flags: number
  /** Null for readings. */
  readonly type: string | null
  readonly values: Readonly<Record<string, Value>>
  /** The object as it came. */
  readonly raw: unknown
}

/** The objects of a `telemetry` or `event` message that can be used; none for every other entry. `retentionDays`: how long raw readings are kept. */
export function historyItems(entry: JournalEntry, retentionDays: number): HistoryItem[] {
  if (entry.type !== 'message' || entry.channel !== 'telemetry' && entry.channel !== 'event') return []
  const { device, compound, kind, position, at, size } = entry
  const kept: HistoryItem[] = []
  for (const item of decodeReport(kind, entry.channel, entry.text ?? entry.body, size).items) {
    // A refused reading is in quarantine; of a refused event it is kept that it was said, because it was judged.
    if (item.salvaged && item.type === null) continue
    const suspect = item.ts === null || item.ts > at + AHEAD_LIMIT || item.ts < at - retentionDays * DAY_MILLIS
    kept.push({
      device, compound, kind, position, n: item.index, ts: suspect ? at : item.ts, receivedAt: at,
      delay: item.ts === null ? null : at - item.ts,
      boot: item.boot, seq: item.boot === null ? null : item.seq,
      flags: (item.historical ? HISTORICAL : 0) + (suspect ? CLOCK_SUSPECT : 0),
      type: item.type, values: item.values, raw: item.raw
    })
  }
  return kept
}

/** Of the whole object, 32 bits: with device and ts it tells a repeat from another object. */
export function hashOf({ raw }: HistoryItem): number {
  return crc32(JSON.stringify(raw))
}

/** Of boot and seq; null without them. Two objects with the same one and different hashes: `sequence-reused`. */
export function keyOf({ boot, seq }: HistoryItem): number | null {
  return boot === null || seq === null ? null : crc32(`${boot} ${seq}`)
}
