import { LineChart } from 'echarts/charts'
import type { LineSeriesOption } from 'echarts/charts'
import { DataZoomInsideComponent, DataZoomSliderComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import type { DataZoomComponentOption, GridComponentOption, MarkLineComponentOption, TooltipComponentOption } from 'echarts/components'
import { init, use as register } from 'echarts/core'
import type { ComposeOption, ECharts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Severity } from '../../../protocol/names.ts'
import type { Readings } from '../../../protocol/http/devices.ts'
import { platformNow } from '../api/client.ts'
import { useByFinger, useOnWall, usePreferences } from '../shell/preferences.tsx'
import { useTime } from '../shell/site.tsx'
import type { TimeFormat } from '../time/format.ts'
import { numberText } from './field-value.ts'
import { SEVERITY_SHAPES } from './severity.tsx'

register([LineChart, GridComponent, TooltipComponent, DataZoomInsideComponent, DataZoomSliderComponent, MarkLineComponent, CanvasRenderer])

type Option = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption | DataZoomComponentOption | MarkLineComponentOption>

/** Ends of a part of the time axis, ms. */
export type Span = readonly [from: number, to: number]

/** An alarm on the chart. */
export interface Mark {
  readonly id: string
  readonly at: number
  readonly severity: Severity
  readonly text: string
}

interface Props {
  readonly points: Readings['points']
  /** Moments between points over which no line goes. */
  readonly gaps: readonly number[]
  readonly marks: readonly Mark[]
  /** Ends of the time axis, ms. */
  readonly from: number
  readonly to: number
  /** The part that is shown; null: all of it. */
  readonly zoom: Span | null
  /** Called when a person stopped zooming. */
  readonly onZoom: (zoom: Span | null) => void
  readonly unit: string
  /** Ends of the scale and the step of its ticks, so that the noise of a calm value does not look like an event. */
  readonly scale: readonly [least: number, greatest: number, step: number]
  /** The chart in words, for those who do not see it. */
  readonly text: string
  readonly meanName: string
  readonly bandName: string
}

type Point = Readings['points'][number]
/** A point, or only the moment of a gap. */
type Row = Point | readonly [at: number]

function isPoint(row: Row | undefined): row is Point {
  return row !== undefined && row.length > 1
}

const DAY = 86_400_000
/** Below this length of the axis the minutes repeat themselves, ms. */
const CLOSE = 15 * 60_000
/** No closer than this: a detector speaks every ten minutes, a door every minute. ms */
const CLOSEST = 2 * 60_000
/** After the last turn of the wheel, ms. */
const SETTLED = 300

/** A line of means in a band from the least to the greatest value of each step, with the alarms of the time; a wheel, two fingers or the bar below zoom in. */
export function BandChart({ points, gaps, marks, from, to, zoom, onZoom, unit, scale, text, meanName, bandName }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  const zoomed = useRef(onZoom)
  const { dark, language } = usePreferences()
  const onWall = useOnWall()
  const byFinger = useByFinger()
  const time = useTime()
  useEffect(() => {
    zoomed.current = onZoom
  }, [onZoom])

  useEffect(() => {
    const element = frame.current
    if (!element) return undefined
    const made = init(element, null, { renderer: 'canvas' })
    chart.current = made
    const watcher = new ResizeObserver(() => made.resize())
    watcher.observe(element)
    let settled: ReturnType<typeof setTimeout> | undefined
    made.on('datazoom', () => {
      clearTimeout(settled)
      settled = setTimeout(() => zoomed.current(spanOf(made)), SETTLED)
    })
    return () => {
      clearTimeout(settled)
      watcher.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])

  useEffect(() => {
    const style = getComputedStyle(document.documentElement)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    const number = (value: number) => `${numberText(language, value)} ${unit}`.trim()
    const size = onWall ? 17 : 12
    const axis = { axisLine: { lineStyle: { color: colour('--line') } }, axisLabel: { color: colour('--ink-2'), fontSize: size }, splitLine: { lineStyle: { color: colour('--line-soft') } } }
    const barHeight = byFinger ? 36 : onWall ? 28 : 20
    const rows: readonly Row[] = [...points, ...gaps.map((at) => [at] as const)].sort(([a], [b]) => a - b)
    const line = (value: (point: Point) => number, more: LineSeriesOption): LineSeriesOption =>
      ({ type: 'line', symbol: 'none', data: rows.map((row) => [row[0], isPoint(row) ? value(row) : '-']), animation: false, ...more })
    // A value with nothing on either side has no line: a dot shows it.
    const means = rows.map((row, index) => ({
      value: [row[0], isPoint(row) ? row[1] : '-'], symbol: isPoint(rows[index - 1]) || isPoint(rows[index + 1]) ? 'none' : 'circle'
    }))
    const [start, end] = zoom ?? [from, to]
    const alarmLines = (severity: Severity, own: readonly Mark[]): MarkLineComponentOption => ({
      animation: false, symbol: ['none', `path://${SEVERITY_SHAPES[severity]}`], symbolSize: onWall ? 22 : 16, label: { show: false },
      lineStyle: { color: colour(`--${severity}`), width: onWall ? 2.5 : 1.5, type: 'solid' }, itemStyle: { color: colour(`--${severity}`) },
      data: own.map(({ at, text: name }) => ({
        xAxis: at, name, tooltip: { show: true, trigger: 'item', formatter: () => `${time.moment(at, platformNow())}<br><b>${escaped(name)}</b>` }
      }))
    })
    const slider = { borderColor: colour('--line'), fillerColor: colour('--band'), textStyle: { color: colour('--ink-2') }, handleStyle: { color: colour('--panel'), borderColor: colour('--ink-3') }, moveHandleStyle: { color: colour('--ink-3') } }
    const option: Option = {
      animation: false,
      grid: { left: 8, right: 24, top: 26, bottom: barHeight + 32, outerBoundsMode: 'same' },
      // Labels that overlap are left out one by one, and round hours among them: fewer on a phone.
      xAxis: { type: 'time', min: from, max: to, splitNumber: Math.min(6, Math.floor((frame.current?.clientWidth ?? 0) / 110)), ...axis, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: (at: number) => tick(time, at, end - start) } },
      yAxis: { type: 'value', min: scale[0], max: scale[1], interval: scale[2], ...axis, axisLabel: { ...axis.axisLabel, formatter: (value: number) => numberText(language, value) } },
      dataZoom: [
        // The page has to scroll under the pointer: a wheel zooms with Ctrl only, and one finger moves the chart only where there is more of it.
        { type: 'inside', startValue: start, endValue: end, minValueSpan: CLOSEST, filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, moveOnMouseMove: zoom !== null },
        { type: 'slider', startValue: start, endValue: end, minValueSpan: CLOSEST, filterMode: 'none', height: barHeight, bottom: 14, left: 44, right: 44, brushSelect: true, showDetail: false, ...slider }
      ],
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: colour('--raised'), borderColor: colour('--line'), textStyle: { color: colour('--ink'), fontSize: size },
        formatter: (items) => {
          const [item] = Array.isArray(items) ? items : [items]
          const point = rows[item?.dataIndex ?? -1]
          return isPoint(point) ? `${time.moment(point[0], platformNow())}<br><b>${number(point[1])}</b> ${meanName}<br>${number(point[2])} – ${number(point[3])} ${bandName}` : ''
        }
      },
      series: [
        line((point) => point[2], { stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, silent: true }),
        line((point) => point[3] - point[2], { stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, areaStyle: { color: colour('--band') }, silent: true }),
        { type: 'line', animation: false, data: means, showAllSymbol: true, lineStyle: { color: colour('--ink'), width: onWall ? 2.5 : 1.5 }, itemStyle: { color: colour('--ink') } },
        // The gravest last, which is on top.
        ...SEVERITIES.toReversed().map((severity): LineSeriesOption => ({ type: 'line', data: [], markLine: alarmLines(severity, marks.filter((mark) => mark.severity === severity)) }))
      ]
    }
    chart.current?.setOption(option, { notMerge: true })
  }, [points, gaps, marks, from, to, zoom, unit, scale, meanName, bandName, dark, language, onWall, byFinger, time])

  return <div ref={frame} className="chart-canvas" role="img" aria-label={text} />
}

/** What a chart shows of its time axis; null when that is all of it. */
function spanOf(chart: ECharts): Span | null {
  const [zoom] = (chart.getOption() as { dataZoom?: { start?: number; end?: number; startValue?: number; endValue?: number }[] }).dataZoom ?? []
  if (zoom?.startValue === undefined || zoom.endValue === undefined || ((zoom.start ?? 0) < 0.1 && (zoom.end ?? 100) > 99.9)) return null
  return [Math.round(zoom.startValue), Math.round(zoom.endValue)]
}

/** The tooltip is HTML; an alarm's message holds what a device said. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Clock times within a day, days beyond it; in the zone of the site, which is why echarts' own ticks are not used. */
function tick(time: TimeFormat, at: number, length: number): string {
  if (length > DAY) return time.moment(at, 0).slice(5, 16)
  return length < CLOSE ? time.time(at) : time.minute(at)
}
