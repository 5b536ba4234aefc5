import type { Millis } from '../../../protocol/names.ts'
import type { Language } from '../i18n/text.ts'

/** Texts of moments in the site's time zone, whatever the zone of the browser. */
export interface TimeFormat {
  /** `03:12:45` */
  readonly time: (at: Millis) => string
  /** `03:12` */
  readonly minute: (at: Millis) => string
  /** `11-22 03:12:45`; with the year where it is not this one. */
  readonly moment: (at: Millis, now: Millis) => string
  /** `11-22 周日` / `Sun 22 Nov` */
  readonly day: (at: Millis) => string
  /** `GMT+8`: the site's zone, where the browser's clock shows another time; else null. */
  readonly foreign: (at: Millis) => string | null
}

const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }

/** @param timeZone IANA name from `GET /site`; an unknown one falls back to UTC rather than to the browser's. */
export function timeFormat(language: Language, timeZone: string): TimeFormat {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC'
  const of = (options: Intl.DateTimeFormatOptions, locale = locales[language]) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options })
  const time = of({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const minute = of({ hour: '2-digit', minute: '2-digit' })
  const date = of({ year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA')
  const day = of({ weekday: 'short', day: 'numeric', month: 'short' })
  const offset = of({ timeZoneName: 'shortOffset' })
  const here = new Intl.DateTimeFormat(locales[language], { timeZoneName: 'shortOffset' })
  return {
    time: (at) => time.format(at),
    minute: (at) => minute.format(at),
    moment: (at, now) => {
      const [then, today] = [date.format(at), date.format(now)]
      if (then === today) return time.format(at)
      const sameYear = then.slice(0, 4) === today.slice(0, 4)
      return `${sameYear ? then.slice(5) : then} ${time.format(at)}`
    },
    day: (at) => day.format(at),
    foreign: (at) => {
      const zoneOf = (format: Intl.DateTimeFormat) => format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? null
      return zoneOf(offset) === zoneOf(here) ? null : zoneOf(offset)
    }
  }
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
