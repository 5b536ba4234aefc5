import type { Severity } from '../../protocol/names.ts'
import { RULES } from '../rules/registry.ts'
import type { Rule, RuleId } from '../rules/registry.ts'

const MINUTE = 60_000

/** What a severity means for the life of an alarm. The one home of this knowledge. */
export interface Meaning {
  /** When an alarm that is cleared and not (or no longer) latched closes without anybody saying why. */
  readonly closesItself: 'when-cleared' | 'when-cleared-and-acknowledged' | 'never'
  /** Longest time, in ms from now, for which a person may shelve it; null where nothing but an end is asked for. */
  readonly longestShelf: number | null
  /** May the system hold it back, e.g. a detector's silence behind a silent gateway? */
  readonly suppressible: boolean
}

/** From the contract's table of what is allowed, and from the design: what is critical is never held back. */
export const MEANING: Readonly<Record<Severity, Meaning>> = {
  critical: { closesItself: 'never', longestShelf: 15 * MINUTE, suppressible: false },
  high: { closesItself: 'when-cleared-and-acknowledged', longestShelf: null, suppressible: true },
  medium: { closesItself: 'when-cleared', longestShelf: null, suppressible: true },
  low: { closesItself: 'when-cleared', longestShelf: null, suppressible: true }
}

const RANK: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 }

/** True when `a` is worse than `b`. */
export function worse(a: Severity, b: Severity): boolean {
  return RANK[a] > RANK[b]
}

/** Whether a person can confirm it. */
export function isFire(rule: string): boolean {
  return hazardOf(rule) === 'fire'
}

/** False for life safety, whatever its severity is at the moment, and for everything critical. */
export function maySuppress(rule: string, severity: Severity): boolean {
  return MEANING[severity].suppressible && hazardOf(rule) === null
}

/** Alarms that are kept may be of a rule that there is no more. */
function hazardOf(rule: string): Rule['hazard'] {
  return Object.hasOwn(RULES, rule) ? RULES[rule as RuleId].hazard : null
}
