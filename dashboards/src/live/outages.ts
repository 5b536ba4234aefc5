import type { Alarm } from '../../../protocol/alarm.ts'
import type { Millis } from '../../../protocol/names.ts'

/** A time in which a device was not heard, as its offline alarm says. */
export interface Outage {
  readonly alarm: string
  readonly from: Millis
  /** Null: it is not back yet. */
  readonly to: Millis | null
  /** It went together with its gateway or building. */
  readonly behindOther: boolean
}

/** The outages of a device, the latest first. */
export function outagesOf(alarms: readonly Alarm[]): Outage[] {
  return alarms.filter(({ rule }) => rule === 'device.offline')
    .map((alarm) => ({ alarm: alarm.id, from: alarm.raisedAt, to: alarm.clearedAt ?? alarm.closedAt, behindOther: alarm.suppressedBy !== null }))
    .sort((a, b) => b.from - a.from)
}
