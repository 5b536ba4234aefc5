/**
 * The late lane: what a device tells of the time when nobody heard it (`historical: true`). It is gathered until no more comes, sorted by the
 * device's time and judged on its own, by the same rules. Gathering first makes the outcome the same whether it came in one
 * message or in many, in whatever order, once or twice; an alarm that is only seconds old does not wait.
 */
import type { FieldValue } from '../../protocol/decoded.ts'
import type { Bilingual, Millis, Severity } from '../../protocol/names.ts'
import { due, ended, facts, isAlarming, isEndedByPerson, isWatched, joined, lateStart, next, step } from './kind-rules.ts'
import type { KindState } from './kind-rules.ts'
import { earliest, isNewer } from './reading.ts'
import type { Change } from './reading.ts'
import type { RuleId } from './registry.ts'
import { millisOf } from './settings.ts'
import type { RuleSettings } from './settings.ts'

/** One late reading; values that no rule reads are left out. */
export interface LateItem {
  readonly ts: Millis
  readonly seq: number
  /** `ts`, or the time of receipt where it cannot be believed. */
  readonly said: Millis
  readonly type: string | null
  readonly values: Readonly<Record<string, FieldValue>>
}

/** An alarm of late data that the book knows of. */
interface Told {
  readonly rule: RuleId
  /** First and last moment, by the device's clock, at which its condition held. */
  readonly from: Millis
  readonly to: Millis
  /** Raised, and not known to be over. */
  readonly open: boolean
}

/** Plain JSON data. */
export interface Late {
  readonly items: readonly LateItem[]
  /** When the first and the last of those came that are not judged yet; null when all are. */
  readonly since: Millis | null
  readonly last: Millis
  readonly told: readonly Told[]
}

export const NOTHING_LATE: Late = { items: [], since: null, last: 0, told: [] }

/** Readings that are kept to judge later pieces of the same backlog with. */
const KEPT = 256
/** Readings that may be gathered before they are judged whatever else comes. */
const GATHERED = 2048
const TOLD = 32
/** After so long without late data, the next is another backlog. */
const FORGOTTEN = 24 * 3_600_000

export interface LateChange {
  readonly rule: RuleId
  readonly change: 'raise' | 'clear' | 'over'
  readonly ts: Millis
  readonly until: Millis | null
  readonly message: Bilingual
  readonly severity?: Severity
}

/** Takes late readings in. */
export function gather(late: Late, items: readonly LateItem[], now: Millis): Late {
  if (items.length === 0) return late
  const fresh = late.since === null && now - late.last > FORGOTTEN
  return { items: [...(fresh ? [] : late.items), ...items], since: late.since ?? now, last: now, told: fresh ? [] : late.told }
}

/** True when one of these is an alarm so young that it is judged at once. */
export function isUrgent(kind: KindState['kind'], items: readonly LateItem[], now: Millis, settings: RuleSettings): boolean {
  const fresh = millisOf(settings, 'late.fresh')
  return items.some((item) => now - item.said < fresh && isAlarming(kind, item.type, item.values, settings))
}

/** When the late lane is to be judged; null when nothing is gathered. */
export function lateDue(late: Late, settings: RuleSettings): Millis | null {
  if (late.since === null) return null
  if (late.items.length > GATHERED) return late.last
  return Math.min(late.last + millisOf(settings, 'late.settle'), late.since + millisOf(settings, 'late.longest'))
}

/** One stretch of time in which a condition held. */
interface Spell {
  readonly rule: RuleId
  readonly from: Millis
  readonly said: Millis
  message: Bilingual
  severity: Severity | undefined
  to: Millis
  /** As `said`, of its last moment. */
  saidLast: Millis
  until: Millis | null
}

/** Judges everything that was gathered. */
export function judgeLate(live: KindState, late: Late, now: Millis, settings: RuleSettings): { readonly live: KindState; readonly late: Late; readonly changes: readonly LateChange[] } {
  const items = late.items.toSorted((a, b) => a.ts - b.ts || a.seq - b.seq)
  const { spells, end } = fold(lateStart(live, items[0]?.said ?? now), items, now, settings)
  const changes: LateChange[] = []
  let told = late.told
  let state = live
  for (const spell of spells) {
    const before = told.find((one) => one.rule === spell.rule && one.from <= spell.to && spell.from <= one.to)
    const outcome = before ? again(before, spell, state, end, now) : first(spell, state, end, now)
    changes.push(...outcome.changes)
    state = outcome.live
    const entry: Told = { rule: spell.rule, from: Math.min(spell.from, before?.from ?? spell.from), to: Math.max(spell.to, before?.to ?? spell.to), open: outcome.open }
    told = [...told.filter((one) => one !== before), entry].slice(-TOLD)
  }
  for (const { rule, known, episode } of facts(end)) {
    if (known !== null && !episode.open && isWatched(state, rule) && isNewer(known, knownOf(state, rule))) state = joined(state, end, rule, now)
  }
  // A door that was opened late and stands open must not look as if it were opened by the next live report.
  if (state.kind === 'door' && !state.forced.open && end.kind === 'door' && !end.forced.open) state = joined(state, end, 'door.forced', now)
  return { live: state, late: { items: items.slice(-KEPT), since: null, last: late.last, told }, changes }
}

interface Outcome {
  readonly live: KindState
  readonly changes: readonly LateChange[]
  readonly open: boolean
}

/** A spell that the book has not heard of. */
function first(spell: Spell, live: KindState, end: KindState, now: Millis): Outcome {
  const { rule, said: ts, message, severity } = spell
  const told = { rule, ts, message, ...(severity === undefined ? {} : { severity }) }
  const raise = { ...told, change: 'raise', until: null } as const
  const over = (until: Millis): Outcome => {
    const end = Math.max(ts, Math.min(until, now))
    // That it was long ago does not reset what only a person resets, and ends nothing that goes on.
    if (isEndedByPerson(live.kind, rule)) return isOpen(live, rule) ? { live, changes: [raise], open: false } : { live, changes: [raise, { ...told, change: 'clear', ts: end, until: null }], open: false }
    return { live, changes: [{ ...told, change: 'over', until: end }], open: false }
  }
  if (spell.until !== null) return over(spell.until)
  // Where what is known live is newer, it may say alarm too, or not that it is over: then this is how it began. Otherwise it ended unheard.
  const after = joined(live, end, rule, now)
  return goesOn(after, rule) ? { live: after, changes: [raise], open: true } : over(knownOf(live, rule) ?? now)
}

/** A spell that was told already, of which more is known now. */
function again(told: Told, spell: Spell, live: KindState, end: KindState, now: Millis): Outcome {
  const { rule, message } = spell
  if (spell.until === null && !told.open && !isNewer(knownOf(live, rule), knownOf(end, rule)) && !isOpen(live, rule)) {
    // It was called over; what came since says that it began anew, or had not ended.
    return first({ ...spell, said: spell.saidLast }, live, end, now)
  }
  if (!told.open || spell.until === null) return { live, changes: [], open: told.open }
  // Live knowledge that came since has the last word, and clears by itself.
  const after = joined(live, end, rule, now)
  if (goesOn(after, rule) || !isNewer(knownOf(end, rule), knownOf(live, rule))) return { live: after, changes: [], open: false }
  return { live: ended(live, rule), changes: [{ rule, change: 'clear', ts: Math.min(spell.until, now), until: null, message }], open: false }
}

/** Judges items by the device's own time, on from the last of them to `now`: what was still open then has lasted until now. */
function fold(start: KindState, items: readonly LateItem[], now: Millis, settings: RuleSettings): { readonly spells: readonly Spell[]; readonly end: KindState } {
  const spells: Spell[] = []
  const open = new Map<RuleId, Spell>()
  let state = start
  let last: LateItem | null = null
  const hear = (changes: readonly Change[], ts: Millis, said: Millis): void => {
    for (const { rule, change, ts: when, message, severity } of changes) {
      const spell = open.get(rule)
      if (change === 'clear' && spell) {
        spell.until = when
        open.delete(rule)
      } else if (change === 'raise' && !spell) {
        const begun: Spell = { rule, from: ts, said, message, severity, to: ts, saidLast: said, until: null }
        spells.push(begun)
        open.set(rule, begun)
      } else if (spell && severity !== spell.severity) {
        spell.severity = severity
        spell.message = message
      }
    }
  }
  const fire = (until: Millis, raises: boolean): void => {
    for (let at = next(state, settings, raises); at !== null && at <= until; at = next(state, settings, raises)) {
      const fired = due(state, at, settings, raises)
      hear(fired.changes, at, last === null ? at : Math.min(now, last.said + at - last.ts))
      state = fired.state
    }
  }
  for (const item of items) {
    const { ts, said, type, values } = item
    fire(ts, true)
    const stepped = step(state, { at: ts, time: ts, said, type, values }, settings)
    hear(stepped.changes, ts, said)
    state = stepped.state
    last = item
    for (const fact of facts(state)) if (fact.episode.on) extend(open.get(fact.rule), item)
  }
  // Nothing is raised that would only be so in the future; what only waits for its quiet time is over.
  if (last !== null) fire(last.ts + now - last.said, true)
  fire(Infinity, false)
  return { spells, end: state }
}

function extend(spell: Spell | undefined, { ts, said }: LateItem): void {
  if (!spell) return
  spell.to = ts
  spell.saidLast = said
}

function knownOf(state: KindState, rule: RuleId): Millis | null {
  return earliest(...facts(state).map((fact) => (fact.rule === rule ? fact.known : null)))
}

function isOpen(state: KindState, rule: RuleId): boolean {
  return facts(state).some(({ rule: one, episode }) => one === rule && episode.open)
}

/** Open, and not waiting for its quiet time to pass. */
function goesOn(state: KindState, rule: RuleId): boolean {
  return facts(state).some(({ rule: one, episode }) => one === rule && episode.open && episode.calmAt === null)
}
