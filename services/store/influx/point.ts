/** What InfluxDB is told of a journal entry or of an alarm's transition: the shape that the contract and docs/history.md fix. Pure. */
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { CompoundId, DeviceId, Kind, Millis } from '../../../protocol/names.ts'
import type { JournalEntry, Value } from '../ports.ts'
import { CLOCK_SUSPECT, HISTORICAL, historyItems } from '../sqlite/history-item.ts'
import type { HistoryItem } from '../sqlite/history-item.ts'

/** Of readings the kind of device; events and transitions of alarms have a measurement each. */
export type Measurement = Kind | 'event' | 'alarm'

export interface HistoryPoint {
  readonly measurement: Measurement
  /** `compound`, `kind`, `device`, `building` where it is known, `type` of events. Constant for a device but for `type`: one series a device and measurement. */
  readonly tags: Readonly<Record<string, string>>
  /** At least one. Numbers are written as floating point, booleans as booleans, words as text. */
  readonly fields: Readonly<Record<string, Value>>
  /** Nanoseconds since 1970 UTC, too large for a number: `ts`, and in its last six digits what tells two points of one millisecond apart. */
  readonly timestamp: string
}

/** Where a device hangs; null where that is not known. */
export type BuildingOf = (device: DeviceId) => string | null

/** What is no one's business in a long-lived store of measurements: it tells who passed, or where they live. */
const PERSONAL = new Set(['credential', 'home'])
/** Nanoseconds of a millisecond. */
const MILLI = 1_000_000
/** More transitions than an alarm has in a millisecond; keeps alarms of one device apart. */
const TRANSITIONS = 64

/** The points of one entry; none for what is no report. `retentionDays`: how far back a device's clock is believed. */
export function pointsOf(entry: JournalEntry, retentionDays: number, buildingOf: BuildingOf): HistoryPoint[] {
  return historyItems(entry, retentionDays).map((item) => pointOf(item, buildingOf))
}

/** The point of one reading or event. */
export function pointOf(item: HistoryItem, buildingOf: BuildingOf): HistoryPoint {
  const { device, compound, kind, ts, seq, hash, type, values, flags } = item
  const tags = tagsOf(compound, kind, device, buildingOf(device))
  // Without a number of its own an object is told apart by what is in it: a repeat overwrites itself all the same.
  const timestamp = nanoseconds(ts, seq ?? hash)
  if (type === null) return { measurement: kind, tags, fields: values, timestamp }
  const fields: Record<string, Value> = { historical: (flags & HISTORICAL) !== 0, clockSuspect: (flags & CLOCK_SUSPECT) !== 0 }
  for (const [name, value] of Object.entries(values)) if (!PERSONAL.has(name)) fields[name] = value
  return { measurement: 'event', tags: { ...tags, type }, fields, timestamp }
}

/** The point of one line of an alarm's timeline. Who did it and what they wrote stays in the platform. `kind`: of the device, if it is one. */
export function alarmPoint(alarm: Alarm, transition: Transition, kind: Kind | null): HistoryPoint {
  const { id, rule, severity, compound, device, building } = alarm
  return {
    measurement: 'alarm',
    tags: tagsOf(compound, kind, device, building),
    fields: { alarm: id, rule, severity, transition: transition.name, occurrences: transition.occurrences },
    timestamp: nanoseconds(transition.at, Number(id.slice(1)) * TRANSITIONS + transition.n)
  }
}

function tagsOf(compound: CompoundId | null, kind: Kind | null, device: DeviceId | null, building: string | null): Record<string, string> {
  const tags: Record<string, string> = {}
  if (compound !== null) tags['compound'] = tagText(compound)
  if (building !== null && building !== '') tags['building'] = tagText(building)
  if (kind !== null) tags['kind'] = kind
  if (device !== null) tags['device'] = device
  return tags
}

/** The line protocol has no way to write a backslash at the end of a tag. */
function tagText(text: string): string {
  return text.replaceAll('\\', '/')
}

function nanoseconds(ts: Millis, offset: number): string {
  return `${ts}${String(offset % MILLI).padStart(6, '0')}`
}
