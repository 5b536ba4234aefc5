/** Rules about the platform itself. What it sees of itself stands in the journal like everything else, and is judged here. Pure. */
import type { Bilingual, Millis } from '../../protocol/names.ts'
import { beyond } from './condition/limit.ts'
import { RULES } from './registry.ts'
import type { PlatformRuleId } from './registry.ts'
import { millisOf } from './settings.ts'
import type { RuleSettings } from './settings.ts'
import type { Signal } from './signal.ts'
import { spanOf } from './words.ts'

/** What the platform sees of itself. */
export interface SelfView {
  /** How old the oldest entry is that InfluxDB does not have, ms; null where no InfluxDB is used. */
  readonly historyLag: Millis | null
  /** Part of the disk under the data folder that is free, 0 to 1; null where that could not be read. */
  readonly diskFree: number | null
}

/** The rules whose condition holds. Plain JSON data. */
export type PlatformState = Readonly<Partial<Record<PlatformRuleId, true>>>

export const ALL_WELL: PlatformState = {}

const SUBJECTS: Readonly<Record<PlatformRuleId, string>> = { 'platform.history-lag': 'platform:history', 'platform.disk': 'platform:disk' }

/** Judges what the platform sees of itself at `now`; the same state when nothing changed. */
export function judgePlatform(state: PlatformState, { historyLag, diskFree }: SelfView, now: Millis, settings: RuleSettings): { readonly state: PlatformState; readonly signals: readonly Signal[] } {
  const signals: Signal[] = []
  let after = state
  const settle = (rule: PlatformRuleId, holds: boolean, message: Bilingual): void => {
    if (holds === (state[rule] === true)) return
    const { [rule]: _before, ...others } = after
    after = holds ? { ...others, [rule]: true } : others
    const { severity, latches } = RULES[rule]
    signals.push({
      rule, subject: SUBJECTS[rule], change: holds ? 'raise' : 'clear', ts: now, severity: severity.platform ?? 'low', latches,
      compound: null, building: null, device: null, location: null, message
    })
  }
  const late = historyLag !== null && beyond(state['platform.history-lag'] === true, historyLag, {
    side: 'above', raise: millisOf(settings, 'platform.history-lag.limit'), clear: millisOf(settings, 'platform.history-lag.clear')
  })
  const [span, zh, en] = spanOf(historyLag ?? 0)
  settle('platform.history-lag', late, { zh: `InfluxDB 已落后 ${span} ${zh}`, en: `InfluxDB is ${span} ${en} behind` })
  // What could not be read says nothing: it stays as it was.
  if (diskFree !== null) {
    const percent = diskFree * 100
    const tight = beyond(state['platform.disk'] === true, percent, { side: 'below', raise: settings['platform.disk.limit'], clear: settings['platform.disk.clear'] })
    settle('platform.disk', tight, { zh: `数据盘只剩 ${percent.toFixed(1)} % 可用`, en: `only ${percent.toFixed(1)} % of the data disk is free` })
  }
  return { state: after, signals }
}
