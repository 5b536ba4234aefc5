import { LineChart } from 'echarts/charts'
import type { LineSeriesOption } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components'
import { init, use as register } from 'echarts/core'
import type { ComposeOption, ECharts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Readings } from '../../../protocol/http/devices.ts'
import { useMedia, usePreferences } from '../shell/preferences.tsx'
import { useTime } from '../shell/site.tsx'
import type { TimeFormat } from '../time/format.ts'
import { numberText } from './field-value.ts'

register([LineChart, GridComponent, TooltipComponent, CanvasRenderer])

type Option = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption>

interface Props {
  readonly points: Readings['points']
  /** Ends of the time axis, ms. */
  readonly from: number
  readonly to: number
  readonly unit: string
  /** Ends of the scale, so that the noise of a calm value does not look like an event. */
  readonly scale: readonly [least: number, greatest: number]
  /** The chart in words, for those who do not see it. */
  readonly text: string
  readonly meanName: string
  readonly bandName: string
}

const DAY = 86_400_000

/** A line of means in a band from the least to the greatest value of each step. */
export function BandChart({ points, from, to, unit, scale, text, meanName, bandName }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  const { dark, language } = usePreferences()
  const onWall = useMedia('(min-width: 2200px)')
  const time = useTime()

  useEffect(() => {
    const element = frame.current
    if (!element) return undefined
    const made = init(element, null, { renderer: 'canvas' })
    chart.current = made
    const watcher = new ResizeObserver(() => made.resize())
    watcher.observe(element)
    return () => {
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
    const line = (data: readonly (readonly [number, number])[], more: LineSeriesOption): LineSeriesOption =>
      ({ type: 'line', symbol: 'none', data: data.map((point) => [...point]), animation: false, ...more })
    const option: Option = {
      animation: false,
      grid: { left: 8, right: 16, top: 16, bottom: 8, outerBoundsMode: 'same' },
      xAxis: { type: 'time', min: from, max: to, ...axis, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: (at: number) => tick(time, at, to - from) } },
      yAxis: { type: 'value', min: scale[0], max: scale[1], ...axis, axisLabel: { ...axis.axisLabel, formatter: (value: number) => numberText(language, value) } },
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: colour('--raised'), borderColor: colour('--line'), textStyle: { color: colour('--ink'), fontSize: size },
        formatter: (items) => {
          const [item] = Array.isArray(items) ? items : [items]
          const point = points[item?.dataIndex ?? -1]
          return point ? `${time.moment(point[0], Date.now())}<br><b>${number(point[1])}</b> ${meanName}<br>${number(point[2])} – ${number(point[3])} ${bandName}` : ''
        }
      },
      series: [
        line(points.map((point) => [point[0], point[2]]), { stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, silent: true }),
        line(points.map((point) => [point[0], point[3] - point[2]]), { stack: 'band', stackStrategy: 'all', lineStyle: { opacity: 0 }, areaStyle: { color: colour('--band') }, silent: true }),
        line(points.map((point) => [point[0], point[1]]), { lineStyle: { color: colour('--ink'), width: onWall ? 2.5 : 1.5 }, showSymbol: points.length < 3, symbol: points.length < 3 ? 'circle' : 'none', itemStyle: { color: colour('--ink') } })
      ]
    }
    chart.current?.setOption(option, { notMerge: true })
  }, [points, from, to, unit, scale, meanName, bandName, dark, language, onWall, time])

  return <div ref={frame} className="chart-canvas" role="img" aria-label={text} />
}

/** Clock times within a day, days beyond it; in the zone of the site, which is why echarts' own ticks are not used. */
function tick(time: TimeFormat, at: number, length: number): string {
  return length > DAY ? time.moment(at, 0).slice(5, 16) : time.minute(at)
}
