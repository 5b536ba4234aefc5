import type { Readings } from '../../../protocol/http/devices.ts'

/** The least that a chart spans, by unit: below it a change means nothing to a person. */
const LEAST_SPAN: Readonly<Record<string, number>> = { '°C': 5, '%': 10, '%/m': 2, 'ppm': 20, 'V': 2, 'dBm': 20 }

/**
 * Ends of a chart's value axis: the values with a little air, at least as far apart as means something, on round numbers, and not
 * below what the field can be.
 */
export function scaleOf(points: Readings['points'], unit: string | null, floor: number): [least: number, greatest: number] {
  const least = Math.min(...points.map((point) => point[2]))
  const greatest = Math.max(...points.map((point) => point[3]))
  const needed = LEAST_SPAN[unit ?? ''] ?? 0
  const span = Math.max((greatest - least) * 1.1, needed) || 1
  const step = 10 ** Math.floor(Math.log10(span)) / 2
  const middle = (least + greatest) / 2
  const bottom = Math.max(floor, Math.floor((middle - span / 2) / step) * step)
  return [bottom, Math.ceil(Math.max(middle + span / 2, bottom + needed) / step) * step]
}

/** The points of a whole range with those of a part of it in finer steps in place of its own. */
export function withDetail(points: Readings['points'], detail: Readings['points'], [from, to]: readonly [from: number, to: number]): Readings['points'] {
  return [...points.filter(([at]) => at < from), ...detail, ...points.filter(([at]) => at > to)]
}
