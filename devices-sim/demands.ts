import type { Outage } from './outages.ts'
import type { Performance } from './player.ts'
import { devicesIn } from './casting.ts'
import type { Expected, Step, Tolerated } from './scenarios/scenario.ts'

/** What the platform is measured by: alarms that were called for, with the time at which they were. Times are milliseconds since 1970. */
export interface Demand {
  readonly scenario: string
  readonly rule: string
  readonly subject: string
  /** Null: not said, because the scenario was ended before it was over. */
  readonly severity: string | null
  readonly calledAt: number
  /** What comes later is late: `within` after it was called for, later where the platform was away meanwhile. */
  readonly deadline: number
  /** When it must not be active any more; null when that is not said. */
  readonly clearedBy: number | null
  /** Before that it must not have been cleared; null when that is not said. */
  readonly holdsUntil: number | null
  /** How often it had to be counted; null: at least once. */
  readonly occurrences: number | null
  /** What `raisedAt` has to say, where data was told late. */
  readonly raisedAt: number | null
  /** It was over before it was told: it has to be there as one that is closed. */
  readonly over: boolean
}

/** A scenario that was played, and who played in it. */
export interface Part {
  readonly scenario: string
  readonly from: number
  readonly devices: ReadonlySet<string>
  /** Rules that may speak up in a building, about what played in it. */
  readonly tolerated: readonly Tolerated[]
}

/** What the scenarios of a run call for, allow, and hold back. */
export interface Truth {
  readonly demands: readonly Demand[]
  /** In the order in which they began. */
  readonly parts: readonly Part[]
  /** Right if they come and no fault if they do not: due after the end, or hanging on a connection while the platform took none. As `keyOf` says. */
  readonly excused: ReadonlySet<string>
  /** How many of these were due, and are not judged because the platform was away. */
  readonly unjudged: number
  readonly suppressed: readonly { readonly rule: string; readonly devices: ReadonlySet<string> }[]
  readonly outages: readonly Outage[]
}

/** What an alarm is about, as one text. */
export function keyOf(one: { readonly rule: string; readonly subject: string }): string {
  return `${one.rule} ${one.subject}`
}

/** What was, or may have been, called for more than once: a scenario lost a gateway, and later all power went. As `keyOf` says. */
export function recurring({ demands, excused }: Pick<Truth, 'demands' | 'excused'>): ReadonlySet<string> {
  const known = new Set(excused)
  const again = new Set<string>()
  for (const key of demands.map(keyOf)) (known.has(key) ? again : known).add(key)
  return again
}

/** The truth of performances as far as they came until `until`. @param further what else was called for */
export function truthOf(performances: readonly Performance[], until: number, outages: readonly Outage[] = [], further: readonly Demand[] = []): Truth {
  const dues = performances.flatMap((one) => {
    const needed = neededFrom(one)
    return one.plan.expected.map((expected) => dueOf(one, expected, until, outages, needed.get(expected.subject) ?? Infinity))
  })
  return {
    demands: [...dues.flatMap((one) => one.demand ?? []), ...further],
    excused: new Set(dues.flatMap((one) => (one.demand ? [] : [one.key]))),
    unjudged: dues.filter((one) => one.away).length,
    outages,
    parts: performances.map(({ scenario, startedAt, plan }) => ({ scenario, from: startedAt, devices: devicesIn(plan), tolerated: plan.tolerated })),
    suppressed: performances.flatMap((one) => one.plan.suppressed ?? [])
  }
}

interface Due {
  readonly key: string
  /** Null: it is excused. */
  readonly demand: Demand | null
  /** Excused because the platform was away. */
  readonly away: boolean
}

/** @param needed when it first needed a platform that is there */
function dueOf({ scenario, startedAt, doneAt, stoppedAt }: Performance, expected: Expected, until: number, outages: readonly Outage[], needed: number): Due {
  const { rule, subject, severity, within, occurrences, ago, holdsUntil, over = false, after = 0 } = expected
  const key = keyOf(expected)
  const doneAtStep = doneAt[expected.step] ?? NaN
  const calledAt = doneAtStep + after
  if (!(calledAt <= Math.min(until, stoppedAt ?? until))) return { key, demand: null, away: false }
  const due = calledAt + within
  if (outages.some((one) => one.from <= due && one.backOf(subject) >= needed)) return { key, demand: null, away: true }
  const cutShort = stoppedAt !== null
  let deadline = due
  let clearedBy = cutShort || expected.clearedBy === null ? null : startedAt + expected.clearedBy
  for (const outage of outages) {
    const back = outage.backOf(subject)
    if (back < doneAtStep) continue
    // The message came when its device was back, and what takes a time may have its time again.
    if (outage.from <= due) deadline = Math.max(deadline, back + after + within)
    if (clearedBy !== null && outage.from <= clearedBy) clearedBy = Math.max(clearedBy, back + (startedAt + (expected.clearedBy ?? 0) - doneAtStep))
  }
  const raisedAt = ago === undefined ? null : doneAtStep - ago
  return {
    key, away: false,
    demand: {
      scenario, rule, subject, calledAt, deadline, clearedBy, raisedAt, over, holdsUntil: cutShort || holdsUntil === undefined ? null : startedAt + holdsUntil,
      severity: cutShort ? null : severity, occurrences: cutShort ? null : occurrences
    }
  }
}

/** While the platform is away these come to nothing: nobody notices a connection that goes, nobody enrols. */
const NEEDS_PLATFORM: ReadonlySet<Step['does']> = new Set<Step['does']>(['cut', 'freeze', 'twin', 'enrol', 'order'])

/** By device: when its first step was done that needs a platform that is there. */
function neededFrom({ plan, doneAt }: Performance): Map<string, number> {
  const first = new Map<string, number>()
  for (const [index, { device, does }] of plan.steps.entries()) if (NEEDS_PLATFORM.has(does) && !first.has(device)) first.set(device, doneAt[index] ?? NaN)
  return first
}
