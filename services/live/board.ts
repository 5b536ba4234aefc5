import type { Alarm } from '../../protocol/alarm.ts'
import type { CompoundId, Severity } from '../../protocol/names.ts'
import type { CompoundSummary, Outcome } from '../brain/outcome.ts'
import type { Directory } from '../registry/directory.ts'

/** What is open and how each compound stands, in memory: a new watcher gets its picture from here in the same tick, so nothing can fall between picture and events. */
export class Board {
  readonly #alarms = new Map<string, Alarm>()
  readonly #summaries = new Map<CompoundId, CompoundSummary>()

  get openAlarms(): ReadonlyMap<string, Alarm> {
    return this.#alarms
  }
  get summaries(): ReadonlyMap<CompoundId, CompoundSummary> {
    return this.#summaries
  }

  /** Counts everything once, at start; from then on the brain says what changed. */
  load(directory: Directory, openAlarms: readonly Alarm[]): void {
    const counts = new Map<CompoundId, { total: number; online: number; alarms: Record<Severity, number> }>()
    for (const id of directory.compounds.keys()) counts.set(id, { total: 0, online: 0, alarms: { critical: 0, high: 0, medium: 0, low: 0 } })
    for (const device of directory.devices.values()) {
      const count = counts.get(device.compound)
      if (!count) continue
      count.total += 1
      if (directory.presence.get(device.id)?.online) count.online += 1
    }
    for (const alarm of openAlarms) {
      this.#alarms.set(alarm.id, alarm)
      const count = alarm.compound === null ? undefined : counts.get(alarm.compound)
      // As the brain counts: what the system holds back stands behind another alarm.
      if (count && alarm.suppressedBy === null) count.alarms[alarm.severity] += 1
    }
    for (const [id, { total, online, alarms }] of counts) this.#summaries.set(id, { id, devices: { total, online }, alarms })
  }

  apply(outcome: Outcome): void {
    for (const { alarm } of outcome.transitions) {
      if (alarm.state === 'closed') this.#alarms.delete(alarm.id)
      else this.#alarms.set(alarm.id, alarm)
    }
    for (const summary of outcome.summaries) this.#summaries.set(summary.id, summary)
    for (const compound of outcome.changes.compounds.put) {
      if (!this.#summaries.has(compound.id)) this.#summaries.set(compound.id, emptySummary(compound.id))
    }
    for (const id of outcome.changes.compounds.remove) this.#summaries.delete(id)
  }
}

/** How a compound stands in which nothing is enrolled yet. */
export function emptySummary(id: CompoundId): CompoundSummary {
  return { id, devices: { total: 0, online: 0 }, alarms: { critical: 0, high: 0, medium: 0, low: 0 } }
}
