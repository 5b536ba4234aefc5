import type { Translate } from '../i18n/text.ts'

/**
 * How long something lasts, in the two largest units that matter to a reader: `42 s`, `7 min`, `2 h 05 min`, `3 d 4 h`.
 * @param milliseconds never negative on screen: clocks differ by a little, a future time counts as now.
 */
export function ageText(t: Translate, milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return t('age.seconds', { n: seconds })
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return t('age.minutes', { n: minutes })
  const hours = Math.floor(minutes / 60)
  if (hours < 24) {
    const rest = minutes % 60
    return rest === 0 ? t('age.hours', { n: hours }) : t('age.hours-minutes', { n: hours, m: String(rest).padStart(2, '0') })
  }
  const days = Math.floor(hours / 24)
  const rest = hours % 24
  return rest === 0 || days >= 7 ? t('age.days', { n: days }) : t('age.days-hours', { n: days, m: rest })
}

/** A countdown or a short running time as `4:59`; hours are counted in minutes. */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
