import type { Alarm } from '../../../protocol/alarm.ts'
import type { Language } from '../i18n/text.ts'

/**
 * What an alarm says, without the place that the platform puts into it (`烟感 b07/1/302：…`): on screen it stands beside, in the words of the
 * compound. A message of another form stays as it is.
 */
export function alarmWords({ message, location }: Pick<Alarm, 'message' | 'location'>, language: Language): string {
  // A number and its unit stay on one line.
  const text = message[language].replaceAll(/(?<=\d) (?=[%°])/g, '\u00a0')
  if (!location) return text
  const { building, unit, floor, home } = location
  const place = ` ${[building, unit, home ?? (floor === undefined ? undefined : `${floor}F`)].filter((part) => part !== undefined).join('/')}`
  const colon = language === 'zh' ? '：' : ':'
  const at = text.indexOf(place + colon)
  // Behind the name of the kind, and nowhere else: what a device says of itself may hold anything.
  return at > 0 && !text.slice(0, at).includes(colon) ? text.slice(0, at) + text.slice(at + place.length) : text
}
