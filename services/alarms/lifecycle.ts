/**
 * The life of one alarm as pure functions: what may be done to it in which standing, and what follows. Vocabulary of
 * OPC UA Part 9: active or cleared, acknowledged or not, latched, shelved, suppressed, out of service.
 */
import type { Alarm, Cause, Transition, TransitionName } from '../../protocol/alarm.ts'
import type { Millis } from '../../protocol/names.ts'
import type { Signal } from '../rules/signal.ts'
import { MEANING, maySuppress, worse } from './severity.ts'

/** An alarm as the book holds it. A value: each step makes a new one. */
export interface Held {
  readonly alarm: Alarm
  /** Lines of its timeline so far. */
  readonly n: number
  /** `ts` of its last occurrence. */
  readonly lastTs: Millis
}

/** One line of a timeline, with the alarm as it was after it. */
export interface Happening {
  readonly alarm: Alarm
  readonly transition: Transition
}

/** What became of an alarm, and how. */
export interface Step {
  readonly held: Held
  readonly happened: readonly Happening[]
}

/** The rows of the contract's table. */
export const STANDINGS = ['active-unacknowledged', 'active-acknowledged', 'cleared-latched', 'cleared', 'closed'] as const
export type Standing = (typeof STANDINGS)[number]

export function standing(alarm: Alarm): Standing {
  if (alarm.state === 'active') return alarm.acknowledged ? 'active-acknowledged' : 'active-unacknowledged'
  if (alarm.state === 'cleared') return alarm.latched ? 'cleared-latched' : 'cleared'
  return 'closed'
}

export const DEEDS = ['acknowledge', 'shelve', 'unshelve', 'confirm', 'reset', 'close', 'note'] as const
export type Deed = (typeof DEEDS)[number]

/**
 * `yes`, `no`, or the question that decides: `within-limit` (how long it may be shelved), `if-shelved`, `if-fire`,
 * `out-of-service` (closing what is still active: only for causes that say that the rule itself is not to be trusted for now).
 */
export type Permission = 'yes' | 'no' | 'within-limit' | 'if-shelved' | 'if-fire' | 'out-of-service'

const ACTIVE = {
  shelve: 'within-limit', unshelve: 'if-shelved', confirm: 'if-fire', reset: 'no', close: 'out-of-service', note: 'yes'
} as const
const CLEARED = { acknowledge: 'yes', shelve: 'no', unshelve: 'if-shelved', confirm: 'if-fire', close: 'yes', note: 'yes' } as const

/** The contract's table. Everything that is not allowed is answered 409. */
export const TABLE: Readonly<Record<Standing, Readonly<Record<Deed, Permission>>>> = {
  'active-unacknowledged': { ...ACTIVE, acknowledge: 'yes' },
  'active-acknowledged': { ...ACTIVE, acknowledge: 'no' },
  'cleared-latched': { ...CLEARED, reset: 'yes' },
  cleared: { ...CLEARED, reset: 'no' },
  closed: { acknowledge: 'no', shelve: 'no', unshelve: 'no', confirm: 'no', reset: 'no', close: 'no', note: 'no' }
}

/** Causes that close an alarm whose condition still holds, and take its rule out of service for the subject until it clears. */
export const OUT_OF_SERVICE_CAUSES: ReadonlySet<Cause> = new Set<Cause>(['device-fault', 'maintenance', 'drill'])

/** Closed while its condition held: the rule is out of service for the subject, and whoever shows the alarm can tell by `clearedAt`. */
export function isOutOfService(alarm: Alarm): boolean {
  return alarm.state === 'closed' && alarm.clearedAt === null
}

/** Adds one line to the timeline, with what it changes. */
export function record(
  before: Step, change: Partial<Alarm>, line: { name: TransitionName; at: Millis; who: string; note?: string | null }
): Step {
  const alarm: Alarm = { ...before.held.alarm, ...change }
  const n = before.held.n + 1
  const transition: Transition = {
    n, name: line.name, at: line.at, who: line.who, note: line.note ?? null, occurrences: alarm.occurrences
  }
  return { held: { ...before.held, alarm, n }, happened: [...before.happened, { alarm, transition }] }
}

export function still(held: Held): Step {
  return { held, happened: [] }
}

const SYSTEM = 'system'

/**
 * A new alarm.
 * @param number counts all alarms of the platform; id and incident are made of it.
 * @param at time of the journal entry, ms.
 */
export function raised(number: number, signal: Signal, at: Millis): Step {
  const alarm: Alarm = {
    id: `a${number}`, rule: signal.rule, subject: signal.subject, severity: signal.severity, compound: signal.compound,
    building: signal.building, device: signal.device, location: signal.location, state: 'active', acknowledged: false,
    latched: signal.latches, shelvedUntil: null, suppressedBy: null, raisedAt: signal.ts, receivedAt: at, clearedAt: null,
    closedAt: null, cause: null, occurrences: 1, message: signal.message, incident: `i${number}`
  }
  const first = record(still({ alarm, n: 0, lastTs: signal.ts }), {}, { name: 'raised', at, who: SYSTEM })
  return suppression(first, signal, at)
}

/** The condition of an open alarm (or of one that is out of service) was raised again. */
export function raisedAgain(held: Held, signal: Signal, at: Millis): Step {
  const { alarm } = held
  if (alarm.state === 'closed') return repeated(held, signal, at) ? still(held) : counted(held, signal, at, 'out-of-service')
  if (alarm.state === 'cleared') return suppression(reactivated(held, signal, at), signal, at)
  const heldBack = suppression(still(held), signal, at)
  const graded = severity(heldBack, signal, at)
  // Rules raise anew to change severity or suppression: the condition is the same one, nothing more happened.
  if (graded.happened.length > 0 || repeated(held, signal, at)) return graded
  return counted(held, signal, at, null)
}

/** Late data can come twice; what is timed by its receipt cannot, and two in one millisecond are two. */
function repeated(held: Held, signal: Signal, at: Millis): boolean {
  return signal.ts === held.lastTs && signal.ts !== at
}

function counted(held: Held, signal: Signal, at: Millis, note: string | null): Step {
  const change = { occurrences: held.alarm.occurrences + 1 }
  return record(still({ ...held, lastTs: signal.ts }), change, { name: 'counted', at, who: SYSTEM, note })
}

function reactivated(held: Held, signal: Signal, at: Millis): Step {
  const change = {
    state: 'active', acknowledged: false, latched: signal.latches, clearedAt: null,
    occurrences: held.alarm.occurrences + 1, message: signal.message
  } as const
  return severity(record(still({ ...held, lastTs: signal.ts }), change, { name: 'reactivated', at, who: SYSTEM }), signal, at)
}

/** What got worse has to be looked at again. */
function severity(before: Step, signal: Signal, at: Millis): Step {
  const { alarm } = before.held
  if (signal.severity === alarm.severity) return before
  const change = {
    severity: signal.severity, message: signal.message, latched: signal.latches,
    acknowledged: alarm.acknowledged && !worse(signal.severity, alarm.severity),
    shelvedUntil: worse(signal.severity, alarm.severity) ? null : alarm.shelvedUntil
  }
  return record(before, change, { name: 'severity-changed', at, who: SYSTEM, note: `${alarm.severity} → ${signal.severity}` })
}

function suppression(before: Step, signal: Signal, at: Millis): Step {
  const { alarm } = before.held
  const wanted = maySuppress(alarm.rule, signal.severity) ? signal.suppressedBy ?? null : null
  if (wanted === alarm.suppressedBy) return before
  const name = wanted === null ? 'unsuppressed' : 'suppressed'
  return record(before, { suppressedBy: wanted }, { name, at, who: SYSTEM, note: wanted ?? alarm.suppressedBy })
}

/** The condition is over. Nothing happens where it was over already. */
export function cleared(held: Held, signal: Signal, at: Millis): Step {
  if (isOutOfService(held.alarm)) {
    return record(still(held), { clearedAt: signal.ts }, { name: 'cleared', at, who: SYSTEM, note: 'back in service' })
  }
  if (held.alarm.state !== 'active') return still(held)
  const change = { state: 'cleared', clearedAt: signal.ts } as const
  return closedByItself(record(still(held), change, { name: 'cleared', at, who: SYSTEM }), at)
}

/** Late data told of a condition that began at `signal.ts` and ended at `signal.until`: an alarm that is over. */
export function overAlready(number: number, signal: Signal, at: Millis): Step {
  const note = 'late data'
  const { held } = raised(number, { ...signal, suppressedBy: null }, at)
  const first = record(still({ ...held, n: 0 }), {}, { name: 'raised', at, who: SYSTEM, note })
  const end = { state: 'cleared', clearedAt: signal.until ?? signal.ts, latched: false } as const
  return record(record(first, end, { name: 'cleared', at, who: SYSTEM, note }), closing(at, null), { name: 'closed', at, who: SYSTEM, note })
}

/** Closes what is cleared, not latched, and of a severity that asks nobody for a cause (see `MEANING`). */
export function closedByItself(before: Step, at: Millis): Step {
  const { alarm } = before.held
  const { closesItself } = MEANING[alarm.severity]
  const done = alarm.state === 'cleared' && !alarm.latched &&
    (closesItself === 'when-cleared' || (closesItself === 'when-cleared-and-acknowledged' && alarm.acknowledged))
  return done ? record(before, closing(at, null), { name: 'closed', at, who: SYSTEM }) : before
}

/** What closing changes, whatever led to it. */
export function closing(at: Millis, cause: Cause | null): Partial<Alarm> {
  return { state: 'closed', closedAt: at, cause, latched: false, shelvedUntil: null }
}
