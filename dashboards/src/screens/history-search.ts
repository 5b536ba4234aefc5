import type { Alarm } from '../../../protocol/alarm.ts'

/** What a place is called, for the search and the file. */
export interface PlaceNames {
  compound(id: string | null): string
  within(compound: string | null, building: string | null, location: Alarm['location']): string
}

/**
 * Whether each word of the search stands somewhere in the alarm: its number, rule, subject, text in either language, place, the day on which
 * it was raised. A number is a whole one from its beginning: `7号楼` is not in `17号楼`, though `323` is in `c07-smoke-0323`.
 * @param day that of a moment, in the words that people use for it; a bare number is not looked for there, or `11` would be all of November
 */
export function finds(text: string, alarm: Alarm, places: PlaceNames, day: (at: number) => string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return true
  const heap = [
    alarm.id, alarm.rule, alarm.subject, alarm.device ?? '', alarm.message.zh, alarm.message.en, alarm.compound ?? '', places.compound(alarm.compound),
    places.within(alarm.compound, alarm.building, alarm.location)
  ].join('\n').toLowerCase()
  const days = day(alarm.raisedAt).toLowerCase()
  return words.every((word) => holds(heap, word) || (/\D/.test(word) && holds(days, word)))
}

function holds(heap: string, word: string): boolean {
  for (let at = heap.indexOf(word); at !== -1; at = heap.indexOf(word, at + 1)) {
    if (!/^\d/.test(word) || !/[1-9]\d*$/.test(heap.slice(Math.max(0, at - 12), at))) return true
  }
  return false
}

export interface CsvWords {
  readonly head: readonly string[]
  readonly severity: (alarm: Alarm) => string
  readonly message: (alarm: Alarm) => string
  readonly cause: (alarm: Alarm) => string
  /** A moment as text in the zone of the site. */
  readonly moment: (at: number) => string
}

/** The history as rows of a file, a head first. */
export function historyRows(alarms: readonly Alarm[], places: PlaceNames, words: CsvWords): (string | number | null)[][] {
  const when = (at: number | null): string | null => (at === null ? null : words.moment(at))
  return [[...words.head], ...alarms.map((alarm) => [
    alarm.id, words.severity(alarm), words.message(alarm), alarm.rule, places.compound(alarm.compound),
    places.within(alarm.compound, alarm.building, alarm.location), alarm.device, when(alarm.raisedAt), when(alarm.clearedAt), when(alarm.closedAt),
    words.cause(alarm), alarm.occurrences
  ])]
}
