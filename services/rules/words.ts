import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import type { Bilingual, Kind, Location, Millis } from '../../protocol/names.ts'

/** A span as people say it, in the largest unit that leaves it whole: `12 s`, `60 min`, `24 h`. For settings. */
export function spanned(span: Millis): Bilingual {
  const seconds = Math.round(span / 1000)
  if (seconds > 3600 && seconds % 3600 === 0) return { zh: `${seconds / 3600} 小时`, en: `${seconds / 3600} h` }
  return seconds >= 60 && seconds % 60 === 0 ? { zh: `${seconds / 60} 分钟`, en: `${seconds / 60} min` } : { zh: `${seconds} 秒`, en: `${seconds} s` }
}

/** A span that was measured, rounded: the number and its unit, Chinese and English. */
export function spanOf(millis: Millis): [number, string, string] {
  if (millis < 600_000) return [Math.round(millis / 1000), '秒', 's']
  if (millis < 2 * 86_400_000) return [Math.round(millis / 360_000) / 10, '小时', 'h']
  return [Math.round(millis / 86_400_000), '天', 'days']
}

/** What is read in an alarm: the kind of device, where it is, and what about it, e.g. `Smoke detector b07/1/302: temperature 61.5 °C`. */
export function named(kind: Kind, location: Location, { zh, en }: Bilingual): Bilingual {
  const { label } = KIND_DEFINITIONS[kind]
  const { building, unit, floor, home } = location
  // The number of a home tells its floor to whoever lives by it; without one, the floor is all there is to find the device by.
  const place = [building, unit, home ?? (floor === undefined ? undefined : `${floor}F`)].filter((part) => part !== undefined).join('/')
  return { zh: `${label.zh} ${place}：${zh}`, en: `${label.en} ${place}: ${en}` }
}
