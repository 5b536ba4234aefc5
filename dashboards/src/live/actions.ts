import { CAUSES } from '../../../protocol/alarm.ts'
import type { Alarm, Cause, Transition } from '../../../protocol/alarm.ts'

/** These say that the alarm itself was wrong; they may close it while its condition still holds, and take the rule out of service until then. */
export const OUT_OF_SERVICE_CAUSES: readonly Cause[] = ['device-fault', 'maintenance', 'drill']

/** Minutes. A critical alarm is never silenced for long. */
const SHELVED_AT_MOST = { critical: 15, other: 7 * 24 * 60 } as const

export interface Allowed {
  readonly acknowledge: boolean
  readonly reset: boolean
  /** Minutes that it may be shelved for; null when it may not. */
  readonly shelve: number | null
  readonly unshelve: boolean
  /** The causes that the alarm can be closed with now; empty when it is closed. */
  readonly causes: readonly Cause[]
}

/** What a person may do to the alarm as it stands: the contract's table. The platform has the last word (409). */
export function allowed(alarm: Alarm): Allowed {
  if (alarm.state === 'closed') return { acknowledge: false, reset: false, shelve: null, unshelve: false, causes: [] }
  return {
    acknowledge: !alarm.acknowledged,
    reset: alarm.state === 'cleared' && alarm.latched,
    shelve: alarm.state === 'active' ? SHELVED_AT_MOST[alarm.severity === 'critical' ? 'critical' : 'other'] : null,
    unshelve: alarm.shelvedUntil !== null,
    causes: alarm.state === 'active' ? OUT_OF_SERVICE_CAUSES : CAUSES
  }
}

/** True for a closed alarm whose condition had not ended: its rule rests for that subject until it clears. */
export function isOutOfService(alarm: Alarm): boolean {
  return alarm.state === 'closed' && alarm.clearedAt === null && alarm.cause !== null && OUT_OF_SERVICE_CAUSES.includes(alarm.cause)
}

/** Who has the alarm, and since when: the last acknowledgement, unless it came back since; null when nobody has it. */
export function holderOf(timeline: readonly Transition[]): Transition | null {
  const last = timeline.findLast(({ name }) => name === 'acknowledged' || name === 'raised' || name === 'reactivated')
  return last?.name === 'acknowledged' ? last : null
}
