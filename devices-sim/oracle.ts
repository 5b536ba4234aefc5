import type { Alarm, Transition } from '../protocol/alarm.ts'
import { keyOf, recurring } from './demands.ts'
import type { Demand, Truth } from './demands.ts'
import { SAME_TIME_MS, unlike } from './likeness.ts'
import type { PilotDevice } from './pilot.ts'

/** An alarm as the platform has it. */
export interface Seen {
  readonly alarm: Alarm
  /** Null where it was not read. */
  readonly timeline: readonly Transition[] | null
  /** When it was looked for last and was not there yet, ms since 1970; -Infinity: it was there with the first look. */
  readonly absentAt: number
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
  /** Milliseconds from the moment at which an alarm was due until the platform had it, one an alarm that was found. */
  readonly latencies: readonly number[]
  /** The same by scenario. */
  readonly latenciesOf: ReadonlyMap<string, readonly number[]>
  /** How many were called for, by scenario. */
  readonly expectedOf: ReadonlyMap<string, number>
}

/** What a run knows of what it is about. */
export interface Ground {
  /** Whether nobody else can have brought this alarm about. */
  answersFor(alarm: Alarm): boolean
  /** Whether nobody else ever spoke for this device while the run lasted. */
  speaksFor(device: string): boolean
  /** Undefined for a device that is not of the pilot. */
  deviceOf(subject: string): PilotDevice | undefined
}

/** The platform may see it this much before the sample that was thought to call for it: noise of the sample before, rounding. */
const EARLY_MS = 2_000

/** When the alarm came up, at `since` or later: raised, or active anew; null when it did not. */
export function cameUpAt({ alarm, timeline }: Pick<Seen, 'alarm' | 'timeline'>, since: number): number | null {
  if (alarm.receivedAt >= since) return alarm.receivedAt
  return timeline?.find(({ name, at }) => at >= since && (name === 'reactivated' || name === 'counted'))?.at ?? null
}

/**
 * Compares what was called for with what the platform has.
 * @param before occurrences of the alarms that were open when the run began, by id
 * @param since milliseconds since 1970: from then on an alarm that nothing called for is false
 */
export function judge(truth: Truth, seen: readonly Seen[], before: ReadonlyMap<string, number>, since: number, until: number, ground: Ground): Judgement {
  const { demands } = truth
  const lists = { missed: [] as Finding[], doubled: [] as Finding[], late: [] as Finding[], wrong: [] as Finding[] }
  const latenciesOf = new Map<string, number[]>()
  const early: Finding[] = []
  const byKey = Map.groupBy(seen, ({ alarm }) => keyOf(alarm))

  for (const { demand, from, to } of spansOf(truth, since)) {
    const { rule, subject, scenario } = demand
    const note = (list: Finding[], why: string): void => void list.push({ rule, subject, why, scenario })
    const all = (byKey.get(keyOf(demand)) ?? []).flatMap((one) => {
      const at = cameUpAt(one, from)
      return at === null || at >= to ? [] : [{ ...one, at }]
    }).toSorted((a, b) => a.at - b.at)
    const [found] = all
    if (!found) {
      note(lists.missed, `not raised within ${demand.deadline - demand.calledAt} ms`)
      continue
    }
    if (found.at < demand.calledAt - EARLY_MS) note(early, `${found.alarm.id}: ${Math.round(demand.calledAt - found.at)} ms before it is one`)
    // What the platform says of the time is not enough: as long as nobody could see it, it was not told.
    const latency = Math.max(0, Math.max(found.at, found.absentAt) - demand.calledAt)
    latenciesOf.set(scenario, [...(latenciesOf.get(scenario) ?? []), latency])
    if (all.length > 1) note(lists.doubled, `raised ${all.length} times: ${all.map((one) => one.alarm.id).join(', ')}`)
    const unseen = found.absentAt > demand.deadline ? ', although it says that it was in time: it was not to be seen until then' : ''
    if (Math.max(found.at, found.absentAt) > demand.deadline) {
      note(lists.late, `after ${Math.round(latency)} ms, ${demand.deadline - demand.calledAt} ms are allowed${found.at > demand.deadline ? '' : unseen}`)
    }
    for (const why of unlike(demand, found, { before: countedBefore(found, from) ?? before.get(found.alarm.id) ?? 0, from, until, device: ground.deviceOf(subject) })) note(lists.wrong, why)
  }

  const latencies = [...latenciesOf.values()].flat()
  const expectedOf = new Map([...Map.groupBy(demands, (one) => one.scenario)].map(([scenario, its]) => [scenario, its.length]))
  return { expected: demands.length, found: latencies.length, ...lists, false: [...early, ...uncalled(truth, seen, before, since, ground)], latencies, latenciesOf, expectedOf }
}

/** In what time each alarm has to come up. What is called for twice is told apart by time, and only the last one says how it ends. */
function spansOf(truth: Truth, since: number): { demand: Demand; from: number; to: number }[] {
  const again = recurring(truth)
  return [...Map.groupBy(truth.demands, keyOf)].flatMap(([key, its]) => its.toSorted((a, b) => a.calledAt - b.calledAt).map((demand, index, all) => {
    const next = all[index + 1]
    const from = index > 0 || (again.has(key) && truth.excused.has(key)) ? demand.calledAt - EARLY_MS : since
    return next ? { demand: { ...demand, clearedBy: null, occurrences: null }, from, to: next.calledAt - EARLY_MS } : { demand, from, to: Infinity }
  }))
}

/** How often it had been counted before; null when its timeline does not say. */
function countedBefore({ alarm, timeline }: Seen, from: number): number | null {
  return alarm.receivedAt >= from ? null : (timeline?.findLast((one) => one.at < from)?.occurrences ?? null)
}

/** Alarms that came up although nothing called for them. */
function uncalled({ demands, parts, excused, suppressed, outages }: Truth, seen: readonly Seen[], before: ReadonlyMap<string, number>, since: number, ground: Ground): Finding[] {
  const called = new Set([...demands.map(keyOf), ...excused])
  const isAllowed = ({ rule, compound, building, device, receivedAt }: Alarm): boolean => parts.some(({ tolerated, devices, from }) =>
    receivedAt >= from && (device === null || devices.has(device)) && tolerated.some((one) => one.rule === rule && one.compound === compound && one.building === building))
  const isHeld = (alarm: Alarm): boolean =>
    alarm.suppressedBy !== null && suppressed.some((one) => one.rule === alarm.rule && alarm.device !== null && one.devices.has(alarm.device))
  // A door that stood open when the platform went is held open, as far as anybody can know, until it is heard again.
  const isUnheard = ({ rule, subject, receivedAt }: Alarm): boolean =>
    rule === 'door.held-open' && outages.some((one) => one.from <= receivedAt && receivedAt <= one.backOf(subject) + SAME_TIME_MS)

  return seen.flatMap(({ alarm }): Finding[] => {
    const isNew = alarm.receivedAt >= since
    const isAgain = !isNew && alarm.occurrences > (before.get(alarm.id) ?? Infinity)
    if (!isNew && !isAgain) return []
    // The one that played with it last; a scenario may also have a device that is not of the fleet.
    const part = parts.findLast((one) => alarm.device !== null && one.devices.has(alarm.device) && (isAgain || one.from <= alarm.receivedAt)) ?? parts.find((one) => one.devices.has(alarm.device ?? ''))
    if (called.has(keyOf(alarm)) || !(part || ground.answersFor(alarm)) || isAllowed(alarm) || isHeld(alarm) || isUnheard(alarm)) return []
    const why = isNew ? `${alarm.id}: nothing called for it` : `${alarm.id}, which was there before, was counted again: nothing called for it`
    return [{ rule: alarm.rule, subject: alarm.subject, why, ...(part ? { scenario: part.scenario } : {}) }]
  })
}
