import type { Alarm, Transition } from '../protocol/alarm.ts'
import type { Demand } from './demands.ts'
import type { PilotDevice } from './pilot.ts'

/** Clocks of one machine, and the way of a message. */
export const SAME_TIME_MS = 1_000

/** What is known of a demand besides it. */
interface About {
  /** Occurrences before the run. */
  readonly before: number
  /** What was earlier belongs to something else, ms since 1970. */
  readonly from: number
  /** When the run was over, ms since 1970. */
  readonly until: number
  readonly device: PilotDevice | undefined
}

/** In what an alarm that came is not as it should be, for people. The timeline is looked at where it was read. */
export function unlike(demand: Demand, seen: { readonly alarm: Alarm; readonly timeline: readonly Transition[] | null }, about: About): string[] {
  const { alarm, timeline } = seen
  const { severity, occurrences, raisedAt } = demand
  const counted = alarm.occurrences - about.before
  return [
    ...(severity === null || alarm.severity === severity ? [] : [`severity ${alarm.severity}, should be ${severity}`]),
    ...ending(demand, alarm, about.until),
    ...tooSoon(demand, alarm, timeline ?? [], about.from),
    ...(occurrences === null || counted === occurrences ? [] : [`counted ${counted} times, happened ${occurrences} times`]),
    ...(raisedAt === null || Math.abs(alarm.raisedAt - raisedAt) <= SAME_TIME_MS ? [] : [`raisedAt is ${Math.round(alarm.raisedAt - raisedAt)} ms off`]),
    ...(alarm.suppressedBy === null ? [] : [`held back by ${alarm.suppressedBy}`]),
    ...elsewhere(demand, alarm, about.device),
    ...(timeline === null ? [] : gaps(alarm, timeline))
  ]
}

/** Low and medium ones close by themselves when they are over; graver ones wait for a person. What was over before it was told is only recorded. */
function ending({ clearedBy, over }: Demand, alarm: Alarm, until: number): string[] {
  if (clearedBy !== null && clearedBy <= until && alarm.state === 'active') return ['not cleared although what called for it is over']
  if (over) return clearedBy !== null && clearedBy <= until && alarm.state !== 'closed' ? ['not closed although it was over before it was told'] : []
  const isGrave = alarm.severity === 'critical' || alarm.severity === 'high'
  if (isGrave && alarm.state === 'closed' && !alarm.acknowledged && alarm.cause === null) return ['closed, although nobody looked after it']
  if (!isGrave && alarm.state === 'cleared') return ['over and not closed: nothing waits for a person']
  return []
}

function tooSoon({ holdsUntil }: Demand, { clearedAt }: Alarm, timeline: readonly Transition[], from: number): string[] {
  if (holdsUntil === null) return []
  const cleared = [...timeline.filter((one) => one.name === 'cleared').map((one) => one.at), ...(clearedAt === null ? [] : [clearedAt])]
  const first = Math.min(...cleared.filter((at) => at >= from))
  return first < holdsUntil - SAME_TIME_MS ? [`cleared ${Math.round(holdsUntil - first)} ms before what called for it was over`] : []
}

/** Says where it is not. */
function elsewhere({ subject }: Demand, alarm: Alarm, device: PilotDevice | undefined): string[] {
  const wrong = alarm.device === subject ? [] : [`names ${alarm.device ?? 'no device'}`]
  if (!device) return wrong
  const { compound, location } = device
  const place = (['building', 'unit', 'floor', 'home'] as const).filter((name) => (alarm.location?.[name] ?? null) !== (location[name] ?? null))
  return [
    ...wrong,
    ...(alarm.compound === compound ? [] : [`in compound ${alarm.compound}, should be ${compound}`]),
    ...(alarm.building === location.building ? [] : [`in building ${alarm.building}, should be ${location.building}`]),
    ...place.map((name) => `${name} ${alarm.location?.[name] ?? 'is missing'}, should be ${location[name] ?? 'missing'}`)
  ]
}

/** What a timeline has to tell and does not. */
function gaps({ state, cause, clearedAt, receivedAt, occurrences }: Alarm, timeline: readonly Transition[]): string[] {
  const [first] = timeline
  const has = (name: Transition['name']): boolean => timeline.some((one) => one.name === name)
  return [
    ...(timeline.every((one, index) => one.n === index + 1) ? [] : [`its timeline has gaps: ${timeline.map((one) => one.n).join(', ')}`]),
    ...(timeline.every((one, index) => one.at >= (timeline[index - 1]?.at ?? 0)) ? [] : ['its timeline is not in the order of time']),
    ...(first?.name === 'raised' && first.at === receivedAt ? [] : ['its timeline does not begin with how it was raised']),
    // Who closes an active one ends it by that.
    ...(clearedAt === null || cause !== null || has('cleared') ? [] : ['its timeline does not say that it was cleared']),
    ...(state !== 'closed' || has('closed') ? [] : ['its timeline does not say that it was closed']),
    ...(timeline.at(-1)?.occurrences === occurrences ? [] : [`its timeline counts ${timeline.at(-1)?.occurrences}, it says ${occurrences}`])
  ]
}
