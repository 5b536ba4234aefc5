import type { Alarm, Transition } from '../protocol/alarm.ts'
import { keyOf } from './demands.ts'
import type { Demand, Truth } from './demands.ts'

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
  /** What it belongs to, where that is known. */
  readonly scenario?: string
}

export interface Judgement {
  readonly expected: number
  readonly found: number
  readonly missed: readonly Finding[]
  readonly false: readonly Finding[]
  readonly doubled: readonly Finding[]
  readonly late: readonly Finding[]
  readonly wrong: readonly Finding[]
  /** Milliseconds from the moment at which an alarm was due to its receipt, one an alarm that was found. */
  readonly latencies: readonly number[]
  /** The same by scenario. */
  readonly latenciesOf: ReadonlyMap<string, readonly number[]>
  /** How many were called for, by scenario. */
  readonly expectedOf: ReadonlyMap<string, number>
}

/** The platform may see it this much before the sample that was thought to call for it: noise of the sample before, rounding. */
const EARLY_MS = 2_000
/** Clocks of one machine, and the way of a message. */
const SAME_TIME_MS = 1_000

/** When the alarm came up, at `since` or later: raised, or active anew; null when it did not. */
export function cameUpAt({ alarm, timeline }: Seen, since: number): number | null {
  const found = timeline.find(({ name, at }) => at >= since && (name === 'raised' || name === 'reactivated' || name === 'counted'))
  if (found) return found.at
  return alarm.receivedAt >= since ? alarm.receivedAt : null
}

/**
 * Compares what was called for with what the platform has.
 * @param before occurrences of the alarms that were open when the run began, by id
 * @param since milliseconds since 1970: from then on an alarm that nothing called for is false
 * @param ours whether an alarm is about a device of this run
 */
export function judge(truth: Truth, seen: readonly Seen[], before: ReadonlyMap<string, number>, since: number, until: number, ours: (alarm: Alarm) => boolean): Judgement {
  const { demands, tolerated, excused, suppressed, outages, scenarioOf } = truth
  const lists = { missed: [] as Finding[], doubled: [] as Finding[], late: [] as Finding[], wrong: [] as Finding[], false: [] as Finding[] }
  const latenciesOf = new Map<string, number[]>()
  const byKey = Map.groupBy(seen, ({ alarm }) => keyOf(alarm))

  for (const demand of demands) {
    const { rule, subject, scenario } = demand
    const note = (list: Finding[], why: string): void => void list.push({ rule, subject, why, scenario })
    const all = (byKey.get(keyOf(demand)) ?? []).flatMap((one) => {
      const at = cameUpAt(one, since)
      return at === null ? [] : [{ ...one, at }]
    }).toSorted((a, b) => a.at - b.at)
    const [found] = all
    if (!found) {
      note(lists.missed, `not raised within ${demand.deadline - demand.calledAt} ms`)
      continue
    }
    if (found.at < demand.calledAt - EARLY_MS) note(lists.false, `${found.alarm.id}: ${Math.round(demand.calledAt - found.at)} ms before it is one`)
    const latency = Math.max(0, found.at - demand.calledAt)
    latenciesOf.set(scenario, [...(latenciesOf.get(scenario) ?? []), latency])
    if (all.length > 1) note(lists.doubled, `raised ${all.length} times: ${all.map((one) => one.alarm.id).join(', ')}`)
    if (found.at > demand.deadline) note(lists.late, `after ${latency} ms, ${demand.deadline - demand.calledAt} ms are allowed`)
    for (const why of unlike(demand, found.alarm, before.get(found.alarm.id) ?? 0, until)) note(lists.wrong, why)
  }

  const called = new Set([...demands.map(keyOf), ...excused])
  const allowed = new Set(tolerated.map((one) => `${one.rule} ${one.compound} ${one.building}`))
  const held = (alarm: Alarm): boolean =>
    alarm.suppressedBy !== null && suppressed.some((one) => one.rule === alarm.rule && alarm.device !== null && one.devices.has(alarm.device))
  // A door that stood open when the platform went is held open, as far as anybody can know, until it is heard again.
  const unheard = ({ rule, subject, receivedAt }: Alarm): boolean =>
    rule === 'door.held-open' && outages.some((one) => one.from <= receivedAt && receivedAt <= one.backOf(subject) + SAME_TIME_MS)
  for (const { alarm } of seen) {
    if (alarm.receivedAt < since || unheard(alarm) || !ours(alarm) || called.has(keyOf(alarm)) || allowed.has(`${alarm.rule} ${alarm.compound} ${alarm.building}`) || held(alarm)) continue
    const scenario = scenarioOf.get(alarm.device ?? '')
    lists.false.push({ rule: alarm.rule, subject: alarm.subject, why: `${alarm.id}: nothing called for it`, ...(scenario === undefined ? {} : { scenario }) })
  }
  const latencies = [...latenciesOf.values()].flat()
  const expectedOf = new Map([...Map.groupBy(demands, (one) => one.scenario)].map(([scenario, its]) => [scenario, its.length]))
  return { expected: demands.length, found: latencies.length, ...lists, latencies, latenciesOf, expectedOf }
}

/** In what an alarm that came is not as it should be. */
function unlike(demand: Demand, alarm: Alarm, before: number, until: number): string[] {
  const { severity, clearedBy, occurrences, raisedAt } = demand
  const counted = alarm.occurrences - before
  return [
    ...(severity === null || alarm.severity === severity ? [] : [`severity ${alarm.severity}, should be ${severity}`]),
    ...(clearedBy !== null && clearedBy <= until && alarm.state === 'active' ? ['not cleared although what called for it is over'] : []),
    ...(occurrences === null || counted === occurrences ? [] : [`counted ${counted} times, happened ${occurrences} times`]),
    ...(raisedAt === null || Math.abs(alarm.raisedAt - raisedAt) <= SAME_TIME_MS ? [] : [`raisedAt is ${Math.round(alarm.raisedAt - raisedAt)} ms off`]),
    ...(alarm.suppressedBy === null ? [] : [`held back by ${alarm.suppressedBy}`])
  ]
}
