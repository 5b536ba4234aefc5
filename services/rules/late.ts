/**
 * The late lane: what a device tells of the time when nobody heard it (`historical: true`). It is gathered until no more comes, sorted by the
 * device's time and judged on its own, by the same rules. Gathering first makes the outcome the same whether it came in one
 * message or in many, in whatever order, once or twice; an alarm that is only seconds old does not wait.
 */
import type { FieldValue } from '../../protocol/decoded.ts'
import type { Bilingual, Millis } from '../../protocol/names.ts'
import { adopt, due, ended, facts, isAlarming, lateStart, next, step } from './kind-rules.ts'
import type { KindState } from './kind-rules.ts'
import { earliest } from './reading.ts'
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
  readonly message: Bilingual
  to: Millis
  until: Millis | null
}

/** Judges everything that was gathered. */
export function judgeLate(live: KindState, late: Late, now: Millis, settings: RuleSettings): { readonly live: KindState; readonly late: Late; readonly changes: readonly LateChange[] } {
  const items = late.items.toSorted((a, b) => a.ts - b.ts || a.seq - b.seq)
  const { spells, end } = fold(lateStart(live), items, settings)
  const changes: LateChange[] = []
  let told = late.told
  let state = live
  for (const spell of spells) {
    const before = told.find((one) => one.rule === spell.rule && one.from <= spell.to && spell.from <= one.to)
    const outcome = before ? again(before, spell, state, end, now) : first(spell, state, end, now)
    if (outcome.change) changes.push(outcome.change)
    state = outcome.live
    const entry: Told = { rule: spell.rule, from: Math.min(spell.from, before?.from ?? spell.from), to: Math.max(spell.to, before?.to ?? spell.to), open: outcome.open }
    told = [...told.filter((one) => one !== before), entry].slice(-TOLD)
  }
  // A door that was opened late and stands open must not look as if it were opened by the next live report.
  if (state.kind === 'door' && !state.forced.open && end.kind === 'door' && !end.forced.open && isNewer(end.known, state.known)) state = adopt(state, end, 'door.forced')
  return { live: state, late: { items: items.slice(-KEPT), since: null, last: late.last, told }, changes }
}

interface Outcome {
  readonly live: KindState
  readonly change: LateChange | null
  readonly open: boolean
}

/** A spell that the book has not heard of. */
function first(spell: Spell, live: KindState, end: KindState, now: Millis): Outcome {
  const { rule, said: ts, message } = spell
  const over = (until: Millis): Outcome => ({ live, change: { rule, change: 'over', ts, until: Math.max(ts, Math.min(until, now)), message }, open: false })
  if (spell.until !== null) return over(spell.until)
  const known = knownOf(live, rule)
  const isLiveOn = facts(live).some((fact) => fact.rule === rule && fact.episode.on)
  if (isNewer(knownOf(end, rule), known)) return { live: adopt(live, end, rule), change: { rule, change: 'raise', ts, until: null, message }, open: true }
  // What is known live is newer. Where it says alarm too, this is how that began; otherwise it ended unheard.
  return isLiveOn ? { live, change: { rule, change: 'raise', ts, until: null, message }, open: true } : over(known ?? now)
}

/** A spell that was told already, of which more is known now. */
function again(told: Told, spell: Spell, live: KindState, end: KindState, now: Millis): Outcome {
  const { rule, message } = spell
  if (!told.open || spell.until === null) return { live, change: null, open: told.open }
  // Live knowledge that came since has the last word, and clears by itself.
  const known = knownOf(live, rule)
  if (!isNewer(knownOf(end, rule), known) && known !== spell.to) return { live, change: null, open: false }
  return { live: ended(live, rule), change: { rule, change: 'clear', ts: Math.min(spell.until, now), until: null, message }, open: false }
}

function fold(start: KindState, items: readonly LateItem[], settings: RuleSettings): { readonly spells: readonly Spell[]; readonly end: KindState } {
  const spells: Spell[] = []
  const open = new Map<RuleId, Spell>()
  let state = start
  const hear = (changes: readonly Change[], ts: Millis, said: Millis): void => {
    for (const { rule, change, ts: when, message } of changes) {
      const spell = open.get(rule)
      if (change === 'clear' && spell) {
        spell.until = when
        open.delete(rule)
      } else if (change === 'raise' && !spell) {
        const begun: Spell = { rule, from: ts, said, message, to: ts, until: null }
        spells.push(begun)
        open.set(rule, begun)
      }
    }
  }
  const fire = (until: Millis): void => {
    for (let at = next(state, settings); at !== null && at <= until; at = next(state, settings)) {
      const fired = due(state, at, settings)
      hear(fired.changes, at, at)
      state = fired.state
    }
  }
  for (const { ts, said, type, values } of items) {
    fire(ts)
    const stepped = step(state, { at: ts, time: ts, said, type, values }, settings)
    hear(stepped.changes, ts, said)
    state = stepped.state
    for (const fact of facts(state)) if (fact.episode.on) extend(open.get(fact.rule), ts)
  }
  fire(Infinity)
  return { spells, end: state }
}

function extend(spell: Spell | undefined, ts: Millis): void {
  if (spell) spell.to = ts
}

function knownOf(state: KindState, rule: RuleId): Millis | null {
  return earliest(...facts(state).map((fact) => (fact.rule === rule ? fact.known : null)))
}

function isNewer(late: Millis | null, live: Millis | null): boolean {
  return live === null || (late !== null && late > live)
}
