import type { Alarm } from '../../../protocol/alarm.ts'

/** What a place is called, for the search and the file. */
export interface PlaceNames {
  compound(id: string | null): string
  within(compound: string | null, building: string | null, location: Alarm['location']): string
}

/** Whether each word of the search stands somewhere in the alarm: its number, rule, subject, text in either language, place. */
export function finds(text: string, alarm: Alarm, places: PlaceNames): boolean {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return true
  const heap = [
    alarm.id, alarm.rule, alarm.subject, alarm.device ?? '', alarm.message.zh, alarm.message.en, alarm.compound ?? '', places.compound(alarm.compound),
    places.within(alarm.compound, alarm.building, alarm.location)
  ].join('\n').toLowerCase()
  return words.every((word) => heap.includes(word))
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
