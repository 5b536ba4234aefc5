import type { Alarm } from '../../../protocol/alarm.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Severity } from '../../../protocol/names.ts'

const rank = Object.fromEntries(SEVERITIES.map((severity, index) => [severity, index])) as Record<Severity, number>

/**
 * What a person should turn to first: higher severity, then what nobody has acknowledged, then what is still going on, then
 * what has waited longest (the first alarm of a fire says where it began and stays on top). Equal ones keep a fixed order by id.
 */
export function byUrgency(a: Alarm, b: Alarm): number {
  return rank[a.severity] - rank[b.severity]
    || Number(a.acknowledged) - Number(b.acknowledged)
    || Number(a.state !== 'active') - Number(b.state !== 'active')
    || a.raisedAt - b.raisedAt
    || (a.id < b.id ? -1 : Number(a.id > b.id))
}

export interface Arrangement {
  /** Ids in the order in which they are shown. */
  readonly shown: readonly string[]
  /** Ids that arrived while the order was held, most urgent first. */
  readonly waiting: readonly string[]
}

/**
 * The order of a list that may be held because a hand is on it. Held: what is shown stays where it is (even what is no
 * longer there), newcomers wait. Not held: `wanted` as it is. Gives `before` back where nothing changed.
 * @param wanted the ids as they should stand, most urgent first
 */
export function arrange(before: Arrangement, wanted: readonly string[], held: boolean): Arrangement {
  const shown = held ? before.shown : wanted
  const known = new Set(shown)
  const waiting = held ? wanted.filter((id) => !known.has(id)) : []
  return same(shown, before.shown) && same(waiting, before.waiting) ? before : { shown, waiting }
}

/** True for two lists of the same elements in the same order. */
export function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((element, index) => element === b[index]))
}

/** How bad a compound stands, for "worst first": open alarms by severity, then devices that are silent. */
export interface Standing {
  readonly id: string
  readonly alarms: Readonly<Record<Severity, number>>
  readonly devices: { readonly total: number; readonly online: number }
}

/** Worst first: one critical alarm outweighs any number of lesser ones. Equal ones by id, so that nothing jumps about. */
export function worstFirst(a: Standing, b: Standing): number {
  for (const severity of SEVERITIES) {
    const difference = b.alarms[severity] - a.alarms[severity]
    if (difference !== 0) return difference
  }
  return a.id < b.id ? -1 : Number(a.id > b.id)
}

/** Open alarms of a compound, of all severities. */
export function openCount(alarms: Readonly<Record<Severity, number>>): number {
  return SEVERITIES.reduce((sum, severity) => sum + alarms[severity], 0)
}

/** The highest severity that is open; null when all is calm. */
export function worstOpen(alarms: Readonly<Record<Severity, number>>): Severity | null {
  return SEVERITIES.find((severity) => alarms[severity] > 0) ?? null
}
