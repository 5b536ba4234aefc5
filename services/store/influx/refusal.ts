/** What is to be done with points that the server refused: from its words, which rows are bad, so that a whole batch of bad rows takes a few requests. Pure. */
import { DAY } from './rollup-list.ts'
import type { HistoryPoint } from './point.ts'

export type Parted =
  /** None of them can be stored. */
  | { readonly type: 'all-bad' }
  /** Each part is sent by itself; all of them are smaller. */
  | { readonly type: 'parts'; readonly parts: readonly (readonly HistoryPoint[])[] }

const DROPPED = /\bdropped=(\d+)/
const CONFLICT = /field type conflict: input field "([^"]+)" on measurement "([^"]+)"/
const TOO_OLD = /beyond retention/i

/**
 * A partial write stores the good rows, names one of the fields that conflict, and counts what it dropped, of the first day (shard) that had any. So rows with that field are
 * parted from the others; where all that was sent was dropped, all is bad; and where rows are alike, days are parted before they are halved.
 */
export function part(points: readonly HistoryPoint[], words: string): Parted {
  const dropped = Number(DROPPED.exec(words)?.[1] ?? 0)
  if (points.length <= 1 || dropped === points.length) return { type: 'all-bad' }
  const [, field, measurement] = CONFLICT.exec(words) ?? []
  if (field !== undefined && measurement !== undefined) {
    const has = Map.groupBy(points, (point) => point.series.startsWith(`${measurement},`) && Object.hasOwn(point.fields, field))
    if (has.size > 1) return { type: 'parts', parts: [...has.values()] }
    const days = Map.groupBy(points, ({ timestamp }) => Math.floor(Number(timestamp) / 1e6 / DAY))
    if (days.size > 1) return { type: 'parts', parts: [...days.values()] }
  }
  // What is too old is so from some time back: in their order, a few halves find it.
  const ordered = TOO_OLD.test(words) ? points.toSorted((a, b) => Number(a.timestamp) - Number(b.timestamp)) : points
  const middle = ordered.length >> 1
  return { type: 'parts', parts: [ordered.slice(0, middle), ordered.slice(middle)] }
}
