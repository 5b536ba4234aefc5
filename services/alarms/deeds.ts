/** What a person does to an alarm: asks the table, and says what follows. */
import type { Millis } from '../../protocol/names.ts'
import type { Cause } from '../../protocol/alarm.ts'
import type { AlarmAction } from './actions.ts'
import { closedByItself, closing, OUT_OF_SERVICE_CAUSES, record, standing, still, TABLE } from './lifecycle.ts'
import type { Deed, Held, Standing, Step } from './lifecycle.ts'
import { isFire } from './severity.ts'
import { shelved, unshelved, withinLimit } from './shelving.ts'

export type Performed =
  | { readonly ok: true; readonly step: Step }
  | { readonly ok: false; readonly code: 'not-allowed-in-this-state'; readonly message: string }

/** The deed that an action is, as the table names it. */
export const DEED: Readonly<Record<AlarmAction['name'], Deed>> = {
  'alarm.acknowledge': 'acknowledge', 'alarm.shelve': 'shelve', 'alarm.unshelve': 'unshelve', 'alarm.confirm': 'confirm',
  'alarm.reset': 'reset', 'alarm.close': 'close', 'alarm.note': 'note'
}

/**
 * Carries an action out where the table allows it.
 * @param at time of the journal entry, ms.
 * @param who a user name, an API token's id, or `system`.
 */
export function perform(held: Held, action: AlarmAction, at: Millis, who: string): Performed {
  const why = forbidden(held, action)
  if (why !== null) return { ok: false, code: 'not-allowed-in-this-state', message: why }
  return { ok: true, step: carriedOut(held, action, at, who) }
}

/** Why the table forbids it, or null. */
function forbidden(held: Held, action: AlarmAction): string | null {
  const now = standing(held.alarm)
  const deed = DEED[action.name]
  switch (TABLE[now][deed]) {
    case 'yes':
      return null
    case 'no':
      return refusal(deed, now)
    case 'if-shelved':
      return held.alarm.shelvedUntil === null ? 'This alarm is not shelved.' : null
    case 'if-fire':
      return isFire(held.alarm.rule) ? null : 'Only alarms of fire are confirmed.'
    case 'within-limit':
      return action.name === 'alarm.shelve' && withinLimit(held, action.minutes) ? null : 'A critical alarm is shelved for 15 minutes at most.'
    case 'out-of-service':
      break
  }
  if (action.name === 'alarm.close' && OUT_OF_SERVICE_CAUSES.has(action.cause)) return null
  return `Its condition still holds: only the causes ${[...OUT_OF_SERVICE_CAUSES].join(', ')} close it now.`
}

const WORDS: Readonly<Record<Standing, string>> = {
  'active-unacknowledged': 'active and not acknowledged', 'active-acknowledged': 'active and acknowledged',
  'cleared-latched': 'cleared and latched', cleared: 'cleared and not latched', closed: 'closed'
}

/** The sentence that goes with a 409. */
export function refusal(deed: Deed, now: Standing): string {
  return `An alarm that is ${WORDS[now]} does not take "${deed}".`
}

function carriedOut(held: Held, action: AlarmAction, at: Millis, who: string): Step {
  switch (action.name) {
    case 'alarm.acknowledge':
      return acknowledged(held, at, who, action.note)
    case 'alarm.shelve':
      return shelved(held, action.minutes, action.reason, at, who)
    case 'alarm.unshelve':
      return unshelved(held, at, who, action.note)
    case 'alarm.confirm':
      return record(still(held), {}, { name: 'confirmed', at, who, note: action.note })
    case 'alarm.reset':
      return closedByItself(record(still(held), { latched: false }, { name: 'reset', at, who, note: action.note }), at)
    case 'alarm.close':
      return closed(still(held), at, who, action.cause, action.note)
    case 'alarm.note':
      break
  }
  return record(still(held), {}, { name: 'noted', at, who, note: action.note })
}

/** The table lets a cleared alarm be acknowledged whether or not it was before: the second time leaves the note alone behind. */
function acknowledged(held: Held, at: Millis, who: string, note: string | null): Step {
  if (!held.alarm.acknowledged) return closedByItself(record(still(held), { acknowledged: true }, { name: 'acknowledged', at, who, note }), at)
  return note === null ? still(held) : record(still(held), {}, { name: 'noted', at, who, note })
}

/** Closing resets too. */
export function closed(before: Step, at: Millis, who: string, cause: Cause, note: string | null): Step {
  const { alarm } = before.held
  const loose = alarm.state === 'cleared' && alarm.latched ? record(before, { latched: false }, { name: 'reset', at, who, note: null }) : before
  return record(loose, closing(at, cause), { name: 'closed', at, who, note })
}
