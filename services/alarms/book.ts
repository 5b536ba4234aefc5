import type { Alarm, Transition } from '../../protocol/alarm.ts'
import type { DeviceId, Millis } from '../../protocol/names.ts'
import type { Signal } from '../rules/signal.ts'
import { CAUSES } from '../../protocol/alarm.ts'
import type { AlarmAction } from './actions.ts'
import { closed, DEED, perform, refusal } from './deeds.ts'
import { cleared, isOutOfService, overAlready, raised, raisedAgain, record, still } from './lifecycle.ts'
import type { Held, Step } from './lifecycle.ts'
import { isShelfTime, shelfTimer, unshelved } from './shelving.ts'

/** Whoever keeps the book hears here what follows from each call, while it is made. */
export interface Consequences {
  /** One line was added to the timeline of an alarm; `alarm` is as it was after it. */
  happened(alarm: Alarm, transition: Transition): void
  /** An alarm of the book is another now; null: not (or no longer) in it. */
  changed(before: Alarm | null, after: Alarm | null): void
  /** The timer of this key is to fire at `at`; null calls it off. */
  due(key: string, at: Millis | null): void
  /** A piece of state has a new value; undefined: it is gone. */
  wrote(key: string, value: unknown): void
}

export type Answer =
  | { readonly ok: true; readonly value: Alarm }
  | { readonly ok: false; readonly code: string; readonly message: string }

/** How many of the latest late alarms of a key are remembered, so that a repeated backlog is not recorded twice. */
const PAST = 16
const ALARM_ID = /^a([1-9]\d{0,14})$/
const COUNTER = 'alarms'

/**
 * The book of alarms: all that are open, and those closed ones whose rule is out of service until the condition clears.
 * At most one of them a key (rule, subject). What it does depends on nothing but the calls it gets.
 */
export class Book {
  readonly #out: Consequences
  /** By id, in the order in which they were raised. */
  readonly #held = new Map<string, Held>()
  readonly #byKey = new Map<string, string>()
  /** `ts` of late alarms by key. */
  readonly #past = new Map<string, readonly Millis[]>()
  #count = 0

  constructor(out: Consequences) {
    this.#out = out
  }

  /** Alarms raised so far; the next one is `a<count + 1>`. */
  get count(): number {
    return this.#count
  }

  get(id: string): Alarm | null {
    return this.#held.get(id)?.alarm ?? null
  }

  /** Open alarms, oldest first. */
  open(): Alarm[] {
    return [...this.#held.values()].map((held) => held.alarm).filter((alarm) => alarm.state !== 'closed')
  }

  /** Hears a rule. `at` is the time of the journal entry, ms. */
  signal(signal: Signal, at: Millis): void {
    const key = keyOf(signal)
    const held = this.#heldBy(key)
    if (signal.change === 'over') this.#over(key, signal, at)
    else if (held) this.#take(held, signal.change === 'clear' ? cleared(held, signal, at) : raisedAgain(held, signal, at))
    else if (signal.change === 'raise') this.#take(null, raised(this.#number(), signal, at))
  }

  /** Carries an action out, or says why not: `not-found`, `not-allowed-in-this-state`, `malformed-action`. */
  act(action: AlarmAction, at: Millis, who: string): Answer {
    const fault = malformed(action)
    if (fault !== null) return { ok: false, code: 'malformed-action', message: fault }
    const held = this.#held.get(action.alarm)
    if (!held) {
      // The book forgets what is closed; the counter still knows that it was.
      const number = Number(ALARM_ID.exec(action.alarm)?.[1] ?? Infinity)
      if (number > this.#count) return { ok: false, code: 'not-found', message: `There is no alarm ${action.alarm}.` }
      return { ok: false, code: 'not-allowed-in-this-state', message: refusal(DEED[action.name], 'closed') }
    }
    const performed = perform(held, action, at, who)
    if (!performed.ok) return performed
    this.#take(held, performed.step)
    return { ok: true, value: performed.step.held.alarm }
  }

  /** A timer that this book asked for is due: the shelving of an alarm ends. */
  shelfEnded(id: string, at: Millis): void {
    const held = this.#held.get(id)
    if (held && held.alarm.shelvedUntil !== null) this.#take(held, unshelved(held, at, 'system', null))
  }

  /** The device is gone: its open alarms close with the cause `maintenance`, and none of its rules stays out of service. */
  removed(device: DeviceId, at: Millis, who: string): void {
    for (const held of this.#held.values()) {
      const { alarm } = held
      if (alarm.device !== device) continue
      const note = 'device removed'
      const end = { clearedAt: alarm.clearedAt ?? at }
      this.#take(held, alarm.state === 'closed'
        ? record(still(held), end, { name: 'cleared', at, who, note })
        : closed(still({ ...held, alarm: { ...alarm, ...end } }), at, who, 'maintenance', note))
    }
    for (const [key, past] of this.#past) if (past.length > 0 && key.endsWith(` ${device}`)) this.#remember(key, [])
  }

  /** Takes back what `wrote` told, piece by piece, into an empty book; `finish` afterwards. False: not a piece of this book. */
  restore(key: string, value: unknown): boolean {
    const [what, rest = ''] = split(key)
    if (key === COUNTER) this.#count = value as number
    else if (what === 'alarm') this.#held.set(rest, value as Held)
    else if (what === 'past') this.#past.set(rest, value as readonly Millis[])
    else return false
    return true
  }

  /** Puts the restored alarms in order, and asks for their timers again. */
  finish(): void {
    const inOrder = [...this.#held.values()].sort((a, b) => numberOf(a.alarm.id) - numberOf(b.alarm.id))
    this.#held.clear()
    for (const held of inOrder) {
      const { alarm } = held
      this.#held.set(alarm.id, held)
      this.#byKey.set(keyOf(alarm), alarm.id)
      this.#out.changed(null, alarm)
      if (alarm.shelvedUntil !== null) this.#out.due(shelfTimer(alarm.id), alarm.shelvedUntil)
    }
  }

  #heldBy(key: string): Held | undefined {
    const id = this.#byKey.get(key)
    return id === undefined ? undefined : this.#held.get(id)
  }

  #number(): number {
    this.#count += 1
    this.#out.wrote(COUNTER, this.#count)
    return this.#count
  }

  #over(key: string, signal: Signal, at: Millis): void {
    const known = this.#past.get(key) ?? []
    if (known.includes(signal.ts)) return
    this.#remember(key, [...known, signal.ts].slice(-PAST))
    for (const { alarm, transition } of overAlready(this.#number(), signal, at).happened) this.#out.happened(alarm, transition)
  }

  #remember(key: string, past: readonly Millis[]): void {
    if (past.length > 0) this.#past.set(key, past)
    else this.#past.delete(key)
    this.#out.wrote(`past:${key}`, past.length > 0 ? past : undefined)
  }

  /** Puts a step into the book and tells what followed from it. */
  #take(before: Held | null, { held, happened }: Step): void {
    if (before === held) return
    const { alarm } = held
    const stays = alarm.state !== 'closed' || isOutOfService(alarm)
    if (stays) {
      this.#held.set(alarm.id, held)
      this.#byKey.set(keyOf(alarm), alarm.id)
    } else {
      this.#held.delete(alarm.id)
      this.#byKey.delete(keyOf(alarm))
    }
    this.#out.wrote(`alarm:${alarm.id}`, stays ? held : undefined)
    const shelf = before?.alarm.shelvedUntil ?? null
    if (shelf !== alarm.shelvedUntil) this.#out.due(shelfTimer(alarm.id), alarm.shelvedUntil)
    for (const one of happened) this.#out.happened(one.alarm, one.transition)
    this.#out.changed(before?.alarm ?? null, stays ? alarm : null)
  }
}

function keyOf(of: { readonly rule: string; readonly subject: string }): string {
  return `${of.rule} ${of.subject}`
}

function numberOf(id: string): number {
  return Number(id.slice(1))
}

function split(key: string): [string, string | undefined] {
  const colon = key.indexOf(':')
  return colon < 0 ? [key, undefined] : [key.slice(0, colon), key.slice(colon + 1)]
}

/** The API checks the form of an action; what stands in the journal is looked at once more, for it cannot be asked again. */
function malformed(action: AlarmAction): string | null {
  if (typeof action.alarm !== 'string') return 'alarm: has to be the id of an alarm.'
  if (action.name === 'alarm.shelve' && !isShelfTime(action.minutes)) return 'minutes: has to be a number above 0 that ends within a year.'
  if (action.name === 'alarm.close' && !CAUSES.includes(action.cause)) return `cause: has to be one of ${CAUSES.join(', ')}.`
  return null
}
