import type { Readings } from '../../../protocol/http/devices.ts'

type Points = Readings['points']

/** The least that a chart spans, by unit: below it a change means nothing to a person. */
const LEAST_SPAN: Readonly<Record<string, number>> = { '°C': 5, '%': 10, '%/m': 2, 'ppm': 20, 'V': 2, 'dBm': 20, '1/s': 10, 'kbit/s': 500, '': 5 }

/** About so many steps a value axis has. */
const STEPS = 5

/**
 * A chart's value axis: the values with a little air, at least as far apart as means something, on round numbers that are all one step
 * apart, and not below what the field can be.
 */
export function scaleOf(points: Points, unit: string | null, floor: number): [least: number, greatest: number, step: number] {
  const least = Math.min(...points.map((point) => point[2]))
  const greatest = Math.max(...points.map((point) => point[3]))
  const needed = LEAST_SPAN[unit ?? ''] ?? 0
  const span = Math.max((greatest - least) * 1.1, needed) || 1
  const step = roundStep(span / STEPS)
  const middle = (least + greatest) / 2
  const bottom = Math.floor(Math.max(floor, middle - span / 2) / step)
  const top = Math.ceil(Math.max(middle + span / 2, bottom * step + needed) / step)
  return [plain(bottom * step), plain(top * step), plain(step)]
}

/** The next of 1, 2, 5, 10, 20, … and of their tenths. */
function roundStep(length: number): number {
  const unit = 10 ** Math.floor(Math.log10(length))
  return ([1, 2, 5].find((count) => count * unit >= length) ?? 10) * unit
}

/** Without what binary fractions add: 0.3 and not 0.30000000000000004. */
function plain(value: number): number {
  return Number(value.toPrecision(12))
}

/** The points of a whole range with those of a part of it in finer steps in place of its own. */
export function withDetail(points: Points, detail: Points, [from, to]: readonly [from: number, to: number]): Points {
  return [...points.filter(([at]) => at < from), ...detail, ...points.filter(([at]) => at > to)]
}

/** More missing reports in a row than this are a gap. */
const MISSED = 3
/** Shorter ones tell nothing that the presence of the device does not, ms. */
const SHORTEST_GAP = 5 * 60_000

/**
 * Where a line must not go on as if something had been heard: moments in the middle of each span that is longer than five minutes, three steps
 * of these points, and three reports of the device. @param interval between two reports of a healthy device of the kind, ms
 */
export function gapsOf(points: Points, interval: number): number[] {
  const spans = points.slice(1).map(([at], index) => at - (points[index]?.[0] ?? at))
  const usual = spans.toSorted((a, b) => a - b)[Math.floor(spans.length / 2)] ?? 0
  const longest = Math.max(SHORTEST_GAP, MISSED * interval, MISSED * usual)
  return spans.flatMap((span, index) => (span > longest ? [(points[index]?.[0] ?? 0) + span / 2] : []))
}
