import type { Millis } from '../../../protocol/names.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/**
 * The midnight before `at` in a time zone. On a day on which clocks are turned it is off by that hour; the zones that this is for turn none.
 * @param timeZone IANA name; an unknown one counts as UTC
 */
export function startOfDay(timeZone: string, at: Millis): Millis {
  const parts = new Map(clockOf(timeZone).formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const since = ((parts.get('hour') ?? 0) * 60 + (parts.get('minute') ?? 0)) * 60 + (parts.get('second') ?? 0)
  return Math.floor(at / 1000) * 1000 - since * 1000
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const options = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, ...options })
  } catch {
    return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options })
  }
}
