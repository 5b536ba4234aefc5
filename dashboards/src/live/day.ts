import type { Alarm } from '../../../protocol/alarm.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Millis, Severity } from '../../../protocol/names.ts'
import { DAY, HOUR } from '../time/day.ts'

/** The alarms that the platform raised since some moment, newest first. */
export interface Journal {
  readonly alarms: readonly Alarm[]
  /** False: there were more than are fetched; the oldest are missing. */
  readonly complete: boolean
}

export interface DayCount {
  /** New alarms of each hour of today, by severity; 24 of them, those to come are empty. */
  readonly hours: readonly Readonly<Record<Severity, number>>[]
  /** New alarms of each hour of yesterday, all severities. */
  readonly before: readonly number[]
  readonly today: number
  /** Yesterday, up to this time of day. */
  readonly byNow: number
}

/**
 * New alarms by the hour in which the platform had them: what a person was asked to respond to. Alarms that came back before they were
 * closed are the same alarm and count once. @param midnight start of today, ms
 */
export function countDay(alarms: Iterable<Pick<Alarm, 'receivedAt' | 'severity'>>, midnight: Millis, now: Millis): DayCount {
  const hours = Array.from({ length: 24 }, () => Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>)
  const before = Array.from({ length: 24 }, () => 0)
  let today = 0
  let byNow = 0
  for (const { receivedAt, severity } of alarms) {
    const hour = Math.floor((receivedAt - midnight) / HOUR)
    const counts = hours[hour]
    if (counts) {
      counts[severity] += 1
      today += 1
    } else if (hour < 0 && hour >= -24) {
      before[hour + 24] = (before[hour + 24] ?? 0) + 1
      if (receivedAt <= now - DAY) byNow += 1
    }
  }
  return { hours, before, today, byNow }
}

/**
 * Reads the list from its newest page on, as far back as `since`, or until what is known already.
 * @param page the alarms behind `cursor`, newest first @param most pages read at once
 */
export async function readJournal(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly Alarm[]; readonly next: string | null }>, since: Millis, known: Journal | undefined, most: number
): Promise<Journal> {
  const ids = new Set(known?.alarms.map((alarm) => alarm.id))
  const fresh: Alarm[] = []
  let cursor: string | undefined
  let end: 'since' | 'known' | 'limit' = 'limit'
  for (let n = 0; n < most && end === 'limit'; n += 1) {
    const { items, next } = await page(cursor)
    for (const alarm of items) {
      if (alarm.receivedAt < since) end = 'since'
      else fresh.push(alarm)
    }
    if (end === 'limit' && items.some((alarm) => ids.has(alarm.id))) end = 'known'
    if (next === null) end = end === 'known' ? end : 'since'
    cursor = next ?? undefined
  }
  if (end !== 'known' || !known) return { alarms: fresh, complete: end === 'since' }
  const read = new Set(fresh.map((alarm) => alarm.id))
  return { alarms: [...fresh, ...known.alarms.filter((alarm) => !read.has(alarm.id) && alarm.receivedAt >= since)], complete: known.complete }
}
