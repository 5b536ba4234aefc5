import type { Millis } from '../../protocol/names.ts'
import { record, still } from './lifecycle.ts'
import type { Held, Step } from './lifecycle.ts'
import { MEANING } from './severity.ts'

const MINUTE = 60_000
const YEAR = 366 * 24 * 60 * MINUTE

/** A whole or broken number of minutes above zero that ends within a year: shelving always has an end. */
export function isShelfTime(minutes: unknown): minutes is number {
  return typeof minutes === 'number' && minutes > 0 && minutes * MINUTE <= YEAR
}

/** May this alarm be shelved for so long? What is critical, for 15 minutes at most. */
export function withinLimit(held: Held, minutes: number): boolean {
  const { longestShelf } = MEANING[held.alarm.severity]
  return longestShelf === null || minutes * MINUTE <= longestShelf
}

/** Puts it aside until `at` + minutes; shelving again moves the end. */
export function shelved(held: Held, minutes: number, reason: string, at: Millis, who: string): Step {
  const shelvedUntil = at + Math.ceil(minutes * MINUTE)
  return record(still(held), { shelvedUntil }, { name: 'shelved', at, who, note: reason })
}

export function unshelved(held: Held, at: Millis, who: string, note: string | null): Step {
  return record(still(held), { shelvedUntil: null }, { name: 'unshelved', at, who, note })
}

/** The key of the timer that ends the shelving of an alarm. */
export function shelfTimer(alarm: string): string {
  return `shelf:${alarm}`
}
