import type { Alarm, Transition } from '../protocol/alarm.ts'
import type { Performance } from './player.ts'

/** An alarm as the platform has it, with its timeline where that was read. */
export interface Seen {
  readonly alarm: Alarm
  readonly timeline: readonly Transition[]
}

/** One thing that is not as it should be; `why` is for people. */
export interface Finding {
  readonly rule: string
  readonly subject: string
  readonly why: string
}

export interface Judgement {
  readonly expected: number
  readonly found: number
  readonly missed: readonly Finding[]
  readonly false: readonly Finding[]
  readonly doubled: readonly Finding[]
  readonly late: readonly Finding[]
  readonly wrong: readonly Finding[]
  /** Milliseconds from what called for an alarm to its receipt, one an alarm that was found. */
  readonly latencies: readonly number[]
}

/** What the platform is measured by: alarms that were called for, with the time at which they were. */
export interface Demand {
  readonly rule: string
  readonly subject: string
  readonly severity: string
  /** Milliseconds since 1970. */
  readonly calledAt: number
  readonly within: number
  /** Milliseconds since 1970 at which it must not be active any more; null when that is not said. */
  readonly clearedBy: number | null
}

/** The platform may see it this much before the sample that was thought to call for it: noise of the sample before, rounding. */
const EARLY_MS = 2_000

/** What the performances called for until `until`. What they would have called for later does not count. */
export function demandsOf(performances: readonly Performance[], until: number): Demand[] {
  return performances.flatMap(({ plan, startedAt, doneAt }) =>
    plan.expected.flatMap((one): Demand[] => {
      const calledAt = doneAt[one.step] ?? NaN
      if (!(calledAt <= until)) return []
      const { rule, subject, severity, within } = one
      return [{ rule, subject, severity, within, calledAt, clearedBy: one.clearedBy === null ? null : startedAt + one.clearedBy }]
    })
  )
}

/** When the alarm came up, at `since` or later: raised, or active anew; null when it did not. */
export function cameUpAt({ alarm, timeline }: Seen, since: number): number | null {
  const found = timeline.find(({ name, at }) => at >= since && (name === 'raised' || name === 'reactivated' || name === 'counted'))
  if (found) return found.at
  return alarm.receivedAt >= since ? alarm.receivedAt : null
}

/**
 * Compares what was called for with what the platform has. Thin as yet: it looks at the alarms that there are at the end.
 * @param since milliseconds since 1970: from then on an alarm that nothing called for is false
 * @param ours whether an alarm is about a device of this run
 */
export function judge(
  demands: readonly Demand[], tolerated: readonly { readonly rule: string; readonly compound: string; readonly building: string }[],
  seen: readonly Seen[], since: number, until: number, ours: (alarm: Alarm) => boolean
): Judgement {
  const missed: Finding[] = []
  const doubled: Finding[] = []
  const late: Finding[] = []
  const wrong: Finding[] = []
  const latencies: number[] = []
  const keyOf = (one: { readonly rule: string; readonly subject: string }): string => `${one.rule} ${one.subject}`
  const byKey = Map.groupBy(seen, ({ alarm }) => keyOf(alarm))

  for (const demand of demands) {
    const { rule, subject } = demand
    const note = (list: Finding[], why: string): void => void list.push({ rule, subject, why })
    const candidates = (byKey.get(keyOf(demand)) ?? []).flatMap((one) => {
      const at = cameUpAt(one, demand.calledAt - EARLY_MS)
      return at === null ? [] : [{ ...one, at }]
    })
    const [found] = candidates.toSorted((a, b) => a.at - b.at)
    if (!found) {
      note(missed, `not raised within ${demand.within} ms`)
      continue
    }
    const latency = Math.max(0, found.at - demand.calledAt)
    latencies.push(latency)
    if (candidates.length > 1) note(doubled, `raised ${candidates.length} times: ${candidates.map((one) => one.alarm.id).join(', ')}`)
    if (latency > demand.within) note(late, `after ${latency} ms, ${demand.within} ms are allowed`)
    if (found.alarm.severity !== demand.severity) note(wrong, `severity ${found.alarm.severity}, should be ${demand.severity}`)
    if (demand.clearedBy !== null && demand.clearedBy <= until && found.alarm.state === 'active') note(wrong, 'still active although what called for it is over')
  }

  const demanded = new Set(demands.map(keyOf))
  const allowed = new Set(tolerated.map((one) => `${one.rule} ${one.compound} ${one.building}`))
  const unexpected = seen.filter(({ alarm }) =>
    alarm.raisedAt >= since && ours(alarm) && !demanded.has(keyOf(alarm)) && !allowed.has(`${alarm.rule} ${alarm.compound} ${alarm.building}`)
  )
  return {
    expected: demands.length, found: latencies.length, missed, doubled, late, wrong, latencies,
    false: unexpected.map(({ alarm }) => ({ rule: alarm.rule, subject: alarm.subject, why: `${alarm.id}: nothing called for it` }))
  }
}
