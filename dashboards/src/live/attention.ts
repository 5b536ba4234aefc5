import type { Alarm } from '../../../protocol/alarm.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Millis, Severity } from '../../../protocol/names.ts'
import { byUrgency } from './order.ts'
import type { Link } from './state.ts'

/** What is open, and what of it waits for a person. */
export interface Attention {
  readonly open: number
  readonly bySeverity: Readonly<Record<Severity, number>>
  /** Open and neither acknowledged nor held back (shelved by a person, suppressed by the system), most urgent first. */
  readonly waiting: readonly Alarm[]
  /** Of `waiting`, the critical ones. */
  readonly critical: readonly Alarm[]
}

/** True for an alarm that a person has to turn to now. */
export function isWaiting(alarm: Alarm): boolean {
  return alarm.state !== 'closed' && !alarm.acknowledged && alarm.shelvedUntil === null && alarm.suppressedBy === null
}

export function attention(alarms: Iterable<Alarm>): Attention {
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>
  const waiting: Alarm[] = []
  let open = 0
  for (const alarm of alarms) {
    if (alarm.state === 'closed') continue
    open += 1
    bySeverity[alarm.severity] += 1
    if (isWaiting(alarm)) waiting.push(alarm)
  }
  waiting.sort(byUrgency)
  return { open, bySeverity, waiting, critical: waiting.filter((alarm) => alarm.severity === 'critical') }
}

/** When the oldest open alarm of each severity was raised, ms; null where none is open. */
export function oldest(alarms: Iterable<Alarm>): Readonly<Record<Severity, Millis | null>> {
  const since = Object.fromEntries(SEVERITIES.map((severity) => [severity, null])) as Record<Severity, Millis | null>
  for (const { state, severity, raisedAt } of alarms) {
    if (state !== 'closed' && raisedAt < (since[severity] ?? Infinity)) since[severity] = raisedAt
  }
  return since
}

/** The one thing to be said about the site, worst first. */
export type SiteState =
  | { readonly tone: 'broken'; readonly since: Millis | null; readonly critical: number }
  | { readonly tone: 'loading' }
  /** `first`: the one to turn to first. `elsewhere`: further buildings with such alarms. */
  | { readonly tone: 'critical' | 'waiting'; readonly count: number; readonly oldest: Millis; readonly first: Alarm; readonly elsewhere: number }
  | { readonly tone: 'attended'; readonly count: number; readonly critical: number }
  | { readonly tone: 'calm' }

/** A broken link outranks everything: what the screen shows may no longer be so. "All is well" is said only while the link is live. */
export function siteState(link: Link, now: Attention): SiteState {
  if (link.state === 'broken') return { tone: 'broken', since: link.since, critical: now.critical.length }
  if (link.state !== 'live') return { tone: 'loading' }
  const [of, tone] = now.critical.length > 0 ? [now.critical, 'critical' as const] : [now.waiting, 'waiting' as const]
  const [first] = of
  if (first) {
    const buildings = new Set(of.map(({ compound, building }) => `${compound}/${building}`))
    return { tone, count: of.length, oldest: of.reduce((since, { raisedAt }) => Math.min(since, raisedAt), Infinity), first, elsewhere: buildings.size - 1 }
  }
  if (now.open > 0) return { tone: 'attended', count: now.open, critical: now.bySeverity.critical }
  return { tone: 'calm' }
}
