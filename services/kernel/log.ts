import { pino } from 'pino'
import type { Logger } from 'pino'

export type { Logger }

/** One JSON line an event on standard output; `level` as pino names them (`silent` for none). */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}
