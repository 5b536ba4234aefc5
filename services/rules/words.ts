import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import type { Bilingual, Kind, Location } from '../../protocol/names.ts'

/** What is read in an alarm: the kind of device, where it is, and what about it, e.g. `Smoke detector b07/1/302: temperature 61.5 °C`. */
export function named(kind: Kind, location: Location, { zh, en }: Bilingual): Bilingual {
  const { label } = KIND_DEFINITIONS[kind]
  const { building, unit, floor, home } = location
  // The number of a home tells its floor to whoever lives by it; without one, the floor is all there is to find the device by.
  const place = [building, unit, home ?? (floor === undefined ? undefined : `${floor}F`)].filter((part) => part !== undefined).join('/')
  return { zh: `${label.zh} ${place}：${zh}`, en: `${label.en} ${place}: ${en}` }
}
