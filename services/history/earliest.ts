import type { Millis } from '../../protocol/names.ts'
import { listDays, startOfDay } from '../store/sqlite/day.ts'
import { historyFolder } from '../store/sqlite/history-projection.ts'

/** Start of the first day of which the embedded store has readings or events; null when it has none. */
export function earliestDay(dataDir: string): Millis | null {
  const [first] = listDays(historyFolder(dataDir))
  return first === undefined ? null : startOfDay(first)
}
