import type { Alarm } from '../../protocol/alarm.ts'
import type { CompoundId, Severity } from '../../protocol/names.ts'
import type { CompoundSummary } from './outcome.ts'

interface Counts {
  total: number
  online: number
  readonly alarms: Record<Severity, number>
}

/**
 * The numbers of each compound, kept as things change. An alarm counts while it is open and not suppressed: a gateway that is lost is one
 * alarm and not fifty-one. A shelved one counts, for a person put it aside and it is still there. One about the
 * platform itself is of no compound.
 */
export class Summaries {
  readonly #counts = new Map<CompoundId, Counts>()
  readonly #changed = new Set<CompoundId>()

  compound(id: CompoundId): void {
    this.#of(id)
  }

  devices(compound: CompoundId, more: number): void {
    this.#of(compound).total += more
  }

  online(compound: CompoundId, more: number): void {
    this.#of(compound).online += more
  }

  alarm(before: Alarm | null, after: Alarm | null): void {
    if (before && after && counts(before) === counts(after) && before.severity === after.severity) return
    if (before?.compound && counts(before)) this.#of(before.compound).alarms[before.severity] -= 1
    if (after?.compound && counts(after)) this.#of(after.compound).alarms[after.severity] += 1
  }

  /** Of compounds whose numbers changed since the last call, by id. */
  take(): CompoundSummary[] {
    const list = [...this.#changed].sort().map((id) => this.#summary(id))
    this.#changed.clear()
    return list
  }

  /** Of all compounds, by id. */
  all(): CompoundSummary[] {
    return [...this.#counts.keys()].sort().map((id) => this.#summary(id))
  }

  #of(id: CompoundId): Counts {
    this.#changed.add(id)
    const known = this.#counts.get(id)
    if (known) return known
    const counts = { total: 0, online: 0, alarms: { critical: 0, high: 0, medium: 0, low: 0 } }
    this.#counts.set(id, counts)
    return counts
  }

  #summary(id: CompoundId): CompoundSummary {
    const { total = 0, online = 0, alarms = { critical: 0, high: 0, medium: 0, low: 0 } } = this.#counts.get(id) ?? {}
    return { id, devices: { total, online }, alarms: { ...alarms } }
  }
}

function counts(alarm: Alarm): boolean {
  return alarm.state !== 'closed' && alarm.suppressedBy === null
}
