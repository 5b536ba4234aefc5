/** What InfluxDB is told of a journal entry or of an alarm's transition: the shape that the contract and docs/history.md fix. Pure. */
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { CompoundId, DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { JournalEntry, Value } from '../ports.ts'
import { CLOCK_SUSPECT, HISTORICAL, hashOf, historyItems } from '../sqlite/history-item.ts'
import type { HistoryItem } from '../sqlite/history-item.ts'
import { seriesText } from './series.ts'
import type { KnownSeries } from './series.ts'

export interface HistoryPoint {
  /** Whom it is about; null where that is no device. */
  readonly device: DeviceId | null
  /** Null: the platform itself. */
  readonly compound: CompoundId | null
  /** Measurement and tags, as the line protocol writes them. */
  readonly series: string
  /** At least one. */
  readonly fields: Readonly<Record<string, Value>>
  /** Nanoseconds since 1970 UTC, too large for a number: `ts`, and in its last six digits what tells two points of one millisecond apart. */
  readonly timestamp: string
}

/** What is no one's business in a long-lived store of measurements: it tells who passed, or where they live. */
const PERSONAL = new Set(['credential', 'home'])
/** Nanoseconds of a millisecond. */
const MILLI = 1_000_000
/** More transitions than an alarm has in a millisecond; keeps alarms of one device apart. */
const TRANSITIONS = 64

/** The points of one entry; none for what is no report. `retentionDays`: how far back a device's clock is believed. */
export function pointsOf(entry: JournalEntry, retentionDays: number, known: KnownSeries): HistoryPoint[] {
  return historyItems(entry, retentionDays).map((item) => pointOf(item, known))
}

/** The point of one reading or event. */
export function pointOf(item: HistoryItem, known: KnownSeries): HistoryPoint {
  const { device, compound, ts, seq, type, values, flags } = item
  const series = known.of(item)
  // Without a number of its own an object is told apart by what is in it: a repeat overwrites itself all the same.
  const timestamp = nanoseconds(ts, seq ?? hashOf(item))
  if (type === null) return { device, compound, series, fields: values, timestamp }
  const fields: Record<string, Value> = { historical: (flags & HISTORICAL) !== 0, clockSuspect: (flags & CLOCK_SUSPECT) !== 0 }
  for (const [name, value] of Object.entries(values)) if (!PERSONAL.has(name)) fields[name] = value
  return { device, compound, series, fields, timestamp }
}

/** The point of one line of an alarm's timeline. Who did it and what they wrote stays in the platform. `kind`: of the device, if it is one. */
export function alarmPoint(alarm: Alarm, transition: Transition, kind: Kind | null): HistoryPoint {
  const { id, rule, severity, compound, device, building } = alarm
  return {
    device, compound,
    series: seriesText({ measurement: 'alarm', compound, building, kind, device }),
    fields: { alarm: id, rule, severity, transition: transition.name, occurrences: transition.occurrences },
    timestamp: nanoseconds(transition.at, Number(id.slice(1)) * TRANSITIONS + transition.n)
  }
}

/** The point in the line protocol: numbers as floating point, booleans as booleans, words as text. */
export function lineOf({ series, fields, timestamp }: HistoryPoint): string {
  let line = series
  let mark = ' '
  for (const name of Object.keys(fields)) {
    line += `${mark}${name}=${fieldText(fields[name])}`
    mark = ','
  }
  return `${line} ${timestamp}`
}

function fieldText(value: Value | undefined): string {
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
  return typeof value === 'boolean' ? value ? 'T' : 'F' : String(value)
}

function nanoseconds(ts: Millis, offset: number): string {
  return `${ts}${String(MILLI + offset % MILLI).slice(1)}`
}
