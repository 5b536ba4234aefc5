/** What happened to alarms, as a stream without gaps: pictures after each (re)connection are compared with what was known. Pure. */
import type { Alarm, Transition, TransitionName } from '../../../protocol/alarm.ts'

/** `open`: it was open already when the node started to listen. */
export type Happening = TransitionName | 'open'

export interface ToldAlarm {
  readonly alarm: Alarm
  readonly transition: Pick<Transition, 'at' | 'who' | 'note'> & { readonly name: Happening }
}

export class AlarmStream {
  /** Null until the first picture. */
  #known: Map<string, Alarm> | null = null

  /** Everything that is open, as a node that begins to listen now is told. */
  open(): ToldAlarm[] {
    return [...this.#known?.values() ?? []].map((alarm) => seen(alarm, 'open'))
  }

  /** One event of the live link. */
  event(alarm: Alarm, transition: Transition): ToldAlarm[] {
    if (alarm.state === 'closed') this.#known?.delete(alarm.id)
    else this.#known?.set(alarm.id, alarm)
    return [{ alarm, transition }]
  }

  /** What is open now. Answers what happened while nobody heard it; `gone` were closed meanwhile. */
  picture(open: readonly Alarm[]): { readonly told: ToldAlarm[]; readonly gone: Alarm[] } {
    const before = this.#known
    this.#known = new Map(open.map((alarm) => [alarm.id, alarm]))
    if (before === null) return { told: this.open(), gone: [] }
    const told = open.flatMap((alarm) => {
      const name = change(before.get(alarm.id), alarm)
      return name === null ? [] : [seen(alarm, name)]
    })
    return { told, gone: [...before.values()].filter(({ id }) => !this.#known?.has(id)) }
  }
}

/** An alarm of which we saw the result and not the moment. */
export function seen(alarm: Alarm, name: Happening): ToldAlarm {
  const at = { raised: alarm.receivedAt, open: alarm.receivedAt, cleared: alarm.clearedAt, closed: alarm.closedAt }[name as string] ?? Date.now()
  return { alarm, transition: { name, at, who: 'system', note: null } }
}

/** The gravest of what can have happened in between; null: nothing. */
function change(before: Alarm | undefined, now: Alarm): TransitionName | null {
  if (!before) return 'raised'
  if (before.state === 'cleared' && now.state === 'active') return 'reactivated'
  if (before.severity !== now.severity) return 'severity-changed'
  if (before.state === 'active' && now.state === 'cleared') return 'cleared'
  if (!before.acknowledged && now.acknowledged) return 'acknowledged'
  if (before.shelvedUntil !== now.shelvedUntil) return now.shelvedUntil === null ? 'unshelved' : 'shelved'
  if (before.suppressedBy !== now.suppressedBy) return now.suppressedBy === null ? 'unsuppressed' : 'suppressed'
  return before.occurrences < now.occurrences ? 'counted' : null
}
