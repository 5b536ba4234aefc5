/**
 * The waiting, raising, counting and clearing of every rule that can say from one reading whether its condition holds. Such a rule is a `WatchRule`: a
 * value that reads. What has to last, what ends by itself and what needs a quiet time before it clears is done here, once, for all of them.
 */
import type { Bilingual, Millis, Severity } from '../../../protocol/names.ts'
import type { Times } from '../condition/burst.ts'
import { clearsAt, elapsed as elapsedEpisode, follow, NO_EPISODE, settle } from '../condition/episode.ts'
import type { Episode } from '../condition/episode.ts'
import { heldMeanwhile, hold, sustained } from '../condition/sustained.ts'
import type { Since } from '../condition/sustained.ts'
import { earliest } from '../reading.ts'
import type { Change, Reading } from '../reading.ts'
import type { RuleId } from '../registry.ts'
import type { RuleSettings } from '../settings.ts'
import { hearing } from './heard.ts'
import type { Heard } from './heard.ts'

/** A condition that raises once it has lasted. Stages of one rule go from the least to the most severe. */
export interface Stage {
  /** ms; 0: at once. */
  readonly hold: Millis
  /** Where it is not the rule's own. */
  readonly severity?: Severity
  /** That it lasted has to be said by a reading: silence proves nothing. */
  readonly byReading?: boolean
}

/** What a reading says to a rule. */
export interface Evidence {
  /** Which of the stages hold. */
  readonly on: readonly boolean[]
  /** Nothing is left of it. Between the two limits of a hysteresis it neither holds nor is calm. */
  readonly calm: boolean
  /** It happened once more: an occurrence where it holds already. */
  readonly pulse?: boolean
  /** It is over by itself after so long without another word, ms; null or left out: it is not. */
  readonly lasts?: Millis | null
  /** The number that the message names. */
  readonly value?: number
  readonly times?: Times
  /** Of a camera: where it was started and not ended, by name. */
  readonly zones?: readonly string[] | undefined
}

/** Nothing of it. */
export const CALM: Evidence = { on: [], calm: true }

/** Between the two limits: as it was. */
export const NEITHER: Evidence = { on: [], calm: false }

/** What is remembered of one rule; nothing at all while there is nothing to remember. Plain JSON data. */
export interface Watch {
  readonly episode: Episode
  /** Since when each stage holds. */
  readonly since: readonly Since[]
  /** The stage at which it was raised; null while it is not. */
  readonly stage: number | null
  /** When it is over by itself; null: it is not. */
  readonly until: Millis | null
  readonly value: number | null
  readonly times?: Times
  readonly zones?: readonly string[]
}

/** Plain JSON data. */
export type Watches = Readonly<Partial<Record<RuleId, Watch>>>

export const NO_WATCHES: Watches = {}
export const NO_WATCH: Watch = { episode: NO_EPISODE, since: [], stage: null, until: null, value: null }

/** One rule. */
export interface WatchRule {
  readonly rule: RuleId
  /** What the reading says about it; null for nothing. */
  readonly read: (reading: Reading, watch: Watch, settings: RuleSettings) => Evidence | null
  readonly stages: (settings: RuleSettings) => readonly Stage[]
  /** When a stage that began to hold at `at` counts from; it may lie in the future (hours of the day). */
  readonly opens?: (at: Millis, settings: RuleSettings) => Millis
  /** Calm for so long, and it clears, ms. */
  readonly quiet: (settings: RuleSettings) => Millis
  /** Nothing but a person ends it: what is told of it late is not over, however long ago it was. */
  readonly person?: boolean
  /** The message of the alarm: what, with the value; kind of device and place are put before it. */
  readonly words: (watch: Watch, stage: number, settings: RuleSettings) => Bilingual
}

/** A condition that raises at once. */
export const AT_ONCE = (): readonly Stage[] => [{ hold: 0 }]
/** It clears when it is calm. */
export const NO_QUIET = (): Millis => 0

/** Lets all rules read. `heard`, where it is kept, is given back anew with the time of those to which the reading says something. */
export function hear(
  rules: readonly WatchRule[], watches: Watches, heard: Heard | null, reading: Reading, settings: RuleSettings, changes: Change[]
): { readonly watches: Watches; readonly heard: Heard | null } {
  let after = watches
  let mask = 0
  let uneasy = 0
  let index = -1
  for (const rule of rules) {
    index += 1
    const before = watches[rule.rule]
    const evidence = rule.read(reading, before ?? NO_WATCH, settings)
    if (evidence === null) continue
    mask |= 1 << index
    if (!evidence.calm) uneasy |= 1 << index
    if (before === undefined && (evidence === CALM || evidence === NEITHER)) continue
    after = kept(after, rule.rule, judge(rule, before ?? NO_WATCH, evidence, reading.at, reading.time, settings, changes))
  }
  return { watches: after, heard: heard === null || mask === 0 ? heard : hearing(heard, mask, reading.said, uneasy) }
}

/** Fires what is due by `now`. `raises` false: only what ends. */
export function due(rules: readonly WatchRule[], watches: Watches, now: Millis, settings: RuleSettings, changes: Change[], raises = true): Watches {
  let after = watches
  for (const rule of rules) {
    const before = watches[rule.rule]
    if (before === undefined) continue
    let watch = before
    if (watch.until !== null && watch.until <= now) watch = judge(rule, watch, CALM, now, null, settings, changes)
    if (raises) watch = raisedByNow(rule, watch, now, null, settings, changes)
    watch = settled(rule, watch, now, settings, changes)
    if (watch !== before) after = kept(after, rule.rule, watch)
  }
  return after
}

/** When `due` has something to do; null when nothing is awaited. */
export function next(rules: readonly WatchRule[], watches: Watches, settings: RuleSettings, raises = true): Millis | null {
  let first: Millis | null = null
  for (const rule of rules) {
    const watch = watches[rule.rule]
    if (watch === undefined || isIdle(watch)) continue
    first = earliest(first, watch.until, clearsAt(watch.episode, rule.quiet(settings)))
    if (!raises) continue
    for (const [index, stage] of rule.stages(settings).entries()) {
      const begun = watch.since[index] ?? null
      if (begun !== null && stage.byReading !== true && isPending(rule, watch, index, settings)) first = earliest(first, dueAt(rule, begun.at, stage, settings))
    }
  }
  return first
}

/** More time has passed for the device than for us, by `span` ms: all that is waited for comes that much sooner. Hours of the day stay ours. */
export function elapsed(rules: readonly WatchRule[], watches: Watches, span: Millis): Watches {
  const sooner: Partial<Record<RuleId, Watch>> = {}
  for (const rule of rules) {
    const watch = watches[rule.rule]
    if (watch === undefined || isIdle(watch)) continue
    const since = rule.opens === undefined ? watch.since.map((begun) => (begun === null ? null : { ...begun, at: begun.at - span })) : watch.since
    const until = watch.until === null ? null : watch.until - span
    sooner[rule.rule] = { ...watch, episode: elapsedEpisode(watch.episode, span), since, until }
  }
  return Object.keys(sooner).length === 0 ? watches : { ...watches, ...sooner }
}

/** A condition that was about to be raised when the platform stopped listening may be over by now: it has so long to be taken back, ms (design choice). */
const GRACE = 60_000

/**
 * The platform was not listening: what has not been raised yet is not raised before there was time to hear that it is over. Should its end then show
 * that it had lasted for long enough, it is raised with it.
 */
export function grace(rules: readonly WatchRule[], watches: Watches, now: Millis, settings: RuleSettings): Watches {
  const given: Partial<Record<RuleId, Watch>> = {}
  for (const rule of rules) {
    const watch = watches[rule.rule]
    if (watch === undefined || !watch.since.some((begun, index) => begun !== null && isPending(rule, watch, index, settings))) continue
    const stages = rule.stages(settings)
    const since = watch.since.map((begun, index) => {
      const span = stages[index]?.hold ?? 0
      return begun === null ? null : { ...begun, at: Math.max(begun.at, now + Math.min(span, GRACE) - span), heard: begun.heard ?? begun.at }
    })
    given[rule.rule] = { ...watch, since }
  }
  return Object.keys(given).length === 0 ? watches : { ...watches, ...given }
}

/**
 * The watches with what the late lane knows of one rule in place of what the live one knew. The lanes measure on different timelines: windows stay
 * the live ones, and what has to last counts from the time that the device told.
 */
export function adopted(others: Watches, rule: RuleId, live: Watch | undefined, late: Watch | undefined): Watches {
  const { times } = live ?? NO_WATCH
  const { times: _times, ...rest } = late ?? NO_WATCH
  const since = rest.since.map((begun) => (begun === null ? null : { at: begun.at, time: begun.at }))
  // What was started and not ended goes on, whatever pulses came late.
  const until = live?.episode.on === true && live.until === null && rest.episode.on ? null : rest.until
  return kept(others, rule, { ...rest, since, until, ...(times && { times }) })
}

/**
 * The watches where the late lane ends with one rule open, and the live one, which knows more, is not calm about it: it goes on. Began in the late lane, it has lasted since.
 */
export function continued(others: Watches, rule: RuleId, live: Watch = NO_WATCH, late: Watch = NO_WATCH): Watches {
  const since = live.since.map((begun, index) => {
    const before = late.since[index] ?? null
    return begun === null || before === null || before.at > begun.at ? begun : { at: before.at, time: before.at }
  })
  const on = since.some((begun) => begun !== null)
  return { ...others, [rule]: { ...live, since, episode: { on, open: true, calmAt: null }, stage: on ? late.stage : null } }
}

function judge(rule: WatchRule, known: Watch, evidence: Evidence, at: Millis, time: Millis | null, settings: RuleSettings, changes: Change[]): Watch {
  const before = time === null ? known : putOff(rule, known, evidence.on, at, time, settings, changes)
  const { on, calm, lasts = null, value = before.value, times, zones = [] } = evidence
  const memory = times && { times }
  if (isIdle(before) && !on.includes(true)) return { ...NO_WATCH, ...memory }
  const stages = rule.stages(settings)
  const since = stages.map((_, index) => hold(before.since[index] ?? null, on[index] === true, at, time ?? at))
  const watch: Watch = { episode: before.episode, since, stage: before.stage, until: lasts === null ? null : at + lasts, value, ...memory, ...(zones.length > 0 && { zones }) }
  const raised = raisedByNow(rule, watch, at, time, settings, changes, evidence.pulse === true)
  if (raised.episode.on && on.includes(true)) return raised
  const { episode } = follow(raised.episode, { holds: false, calm, pulse: false }, at)
  return settled(rule, { ...raised, episode, stage: null }, at, settings, changes)
}

/** Raises what has lasted for long enough, or happened once more. */
function raisedByNow(rule: WatchRule, watch: Watch, at: Millis, time: Millis | null, settings: RuleSettings, changes: Change[], pulse = false): Watch {
  if (!watch.since.some((begun) => begun !== null)) return watch
  const stages = rule.stages(settings)
  let reached: number | null = null
  for (const [index, stage] of stages.entries()) {
    const begun = watch.since[index] ?? null
    if (begun === null || (time === null && stage.byReading === true)) continue
    const lasted = rule.opens === undefined ? sustained(begun, at, time ?? begun.time, stage.hold) : dueAt(rule, begun.at, stage, settings) <= at
    if (lasted) reached = index
  }
  return reached === null ? watch : raisedAs(rule, watch, reached, at, settings, changes, pulse)
}

/** Raises what ends with this reading and was put off while the platform was away, though it had lasted for long enough. */
function putOff(rule: WatchRule, watch: Watch, on: readonly boolean[], at: Millis, time: Millis, settings: RuleSettings, changes: Change[]): Watch {
  if (rule.opens !== undefined) return watch
  let reached: number | null = null
  for (const [index, { hold: span, byReading }] of rule.stages(settings).entries()) {
    const ends = on[index] !== true && byReading !== true && isPending(rule, watch, index, settings)
    if (ends && heldMeanwhile(watch.since[index] ?? null, at, time, span)) reached = index
  }
  return reached === null ? watch : raisedAs(rule, watch, reached, at, settings, changes)
}

function raisedAs(rule: WatchRule, watch: Watch, reached: number, at: Millis, settings: RuleSettings, changes: Change[], pulse = false): Watch {
  const stages = rule.stages(settings)
  const severity = stages[reached]?.severity
  const graver = watch.stage !== null && isGraver(stages, watch.stage, reached)
  const { episode, raised } = follow(watch.episode, { holds: true, calm: false, pulse }, at)
  const after = { ...watch, episode, stage: watch.stage === null || graver ? reached : watch.stage }
  if (raised || graver) {
    changes.push({ rule: rule.rule, change: 'raise', ts: at, message: rule.words(after, reached, settings), ...(severity === undefined ? {} : { severity }) })
  }
  return after
}

function settled(rule: WatchRule, watch: Watch, now: Millis, settings: RuleSettings, changes: Change[]): Watch {
  const { episode, cleared } = settle(watch.episode, now, rule.quiet(settings))
  if (!cleared) return watch
  changes.push({ rule: rule.rule, change: 'clear', ts: now, message: OVER })
  return { ...watch, episode }
}

const OVER: Bilingual = { zh: '已恢复', en: 'It is over' }

/** Would raise something if it lasted: nothing is raised yet, or it is graver than what is. */
function isPending(rule: WatchRule, watch: Watch, index: number, settings: RuleSettings): boolean {
  return !watch.episode.on || (watch.stage !== null && isGraver(rule.stages(settings), watch.stage, index))
}

function isGraver(stages: readonly Stage[], raised: number, index: number): boolean {
  return index > raised && stages[index]?.severity !== stages[raised]?.severity
}

function dueAt(rule: WatchRule, began: Millis, stage: Stage, settings: RuleSettings): Millis {
  return (rule.opens?.(began, settings) ?? began) + stage.hold
}

function isIdle(watch: Watch): boolean {
  return !watch.episode.open && watch.stage === null && watch.until === null && (watch.since.length === 0 || !watch.since.some((begun) => begun !== null))
}

/** Without what there is nothing to remember of. */
function kept(watches: Watches, rule: RuleId, watch: Watch): Watches {
  if (!isIdle(watch) || (watch.times?.length ?? 0) > 0) return { ...watches, [rule]: watch }
  if (watches[rule] === undefined) return watches
  const { [rule]: _gone, ...rest } = watches
  return rest
}
