import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { Suspense, lazy, useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import type { DeviceView, Readings } from '../../../protocol/http/devices.ts'
import { KIND_DEFINITIONS, telemetryField } from '../../../protocol/kinds/index.ts'
import { api } from '../api/calls.ts'
import { platformNow } from '../api/client.ts'
import { alarmWords } from '../live/alarm-text.ts'
import type { Mark, Span } from '../parts/band-chart.tsx'
import { fieldName, numberText, unitText } from '../parts/field-value.ts'
import { gapsOf, scaleOf, withDetail } from '../parts/scale.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useByFinger, usePreferences } from '../shell/preferences.tsx'

const BandChart = lazy(async () => ({ default: (await import('../parts/band-chart.tsx')).BandChart }))

const MINUTE = 60_000
/** Length of the range and how often it is read anew, ms. */
const RANGES = {
  hour: { length: 60 * MINUTE, every: 15_000 },
  day: { length: 24 * 60 * MINUTE, every: 2 * MINUTE },
  week: { length: 7 * 24 * 60 * MINUTE, every: 10 * MINUTE }
} as const
type Range = keyof typeof RANGES
const RANGE_NAMES: readonly Range[] = ['hour', 'day', 'week']

/** More points than a chart of this width can show are of no use. */
const POINTS = 400

interface Props {
  readonly device: DeviceView
  readonly field: string
  /** The device's alarms, those that are over too. */
  readonly alarms: readonly Alarm[]
}

/** The course of one field. Zooming in reads the part that is looked at again, in steps as fine as it allows. */
export function DeviceChart({ device, field, alarms }: Props) {
  const { t, language } = usePreferences()
  const [search, setSearch] = useSearchParams()
  const byFinger = useByFinger()
  // Of one that is new a day would be a few coarse steps.
  const [first] = useState((): Range => (platformNow() - device.enrolledAt < RANGES.hour.length ? 'hour' : 'day'))
  const range = RANGE_NAMES.find((known) => known === search.get('range')) ?? first
  const [zoom, setZoom] = useState<Span | null>(null)
  const query = useQuery({
    queryKey: ['readings', device.id, field, range],
    queryFn: async ({ signal }) => {
      const to = Math.floor(platformNow())
      const from = to - RANGES[range].length
      return { from, to, ...(await api.readings(device.id, { field, from, to, points: POINTS }, signal)) }
    },
    // What a person looks into must not move away under the pointer.
    refetchInterval: zoom === null ? RANGES[range].every : false,
    placeholderData: keepPreviousData
  })
  const detail = useQuery({
    queryKey: ['readings', device.id, field, 'detail', zoom],
    queryFn: ({ signal }) => {
      const [from, to] = zoom ?? [0, 1]
      return api.readings(device.id, { field, from, to, points: POINTS }, signal)
    },
    enabled: zoom !== null, staleTime: 60_000, gcTime: 60_000
  })
  const latest = device.latest[field]
  const points = useMemo((): Readings['points'] => {
    const read = query.data?.field === field ? query.data.points : []
    if (zoom !== null && detail.data?.field === field) return withDetail(read, detail.data.points, zoom)
    const last = read.at(-1)
    // What the link told since the last reading of the chart.
    if (zoom !== null || !latest || typeof latest.value !== 'number' || !query.data || latest.ts < query.data.from || (last && last[0] >= latest.ts)) return read
    return [...read, [latest.ts, latest.value, latest.value, latest.value, 1] as const]
  }, [query.data, detail.data, zoom, field, latest])
  const gaps = useMemo(() => {
    const { interval } = KIND_DEFINITIONS[device.kind]
    const read = gapsOf(query.data?.points ?? [], interval)
    return zoom === null || !detail.data ? read : [...read.filter((at) => at < zoom[0] || at > zoom[1]), ...gapsOf(detail.data.points, interval)]
  }, [query.data, detail.data, zoom, device.kind])
  const to = Math.max(query.data?.to ?? 0, points.at(-1)?.[0] ?? 0)
  // A device that is younger than the range has nothing before its first value: the chart begins there.
  const from = Math.max(query.data?.from ?? 0, Math.min(device.enrolledAt, points[0]?.[0] ?? 0))
  const marks = useMemo(() => alarms.filter(({ raisedAt }) => raisedAt >= from && raisedAt <= to)
    .map((alarm): Mark => ({ id: alarm.id, at: alarm.raisedAt, severity: alarm.severity, text: `${t(`severity.${alarm.severity}`)} · ${alarmWords(alarm, language)}` })), [alarms, from, to, t, language])

  const definition = telemetryField(device.kind, field)
  const name = fieldName(t, language, field, definition)
  const [declared, floor] = definition?.type === 'number' ? [definition.unit, definition.min] : [null, -Infinity]
  const unit = unitText(t, declared)
  const inSight = useMemo(() => (zoom === null ? points : points.filter(([at]) => at >= zoom[0] && at <= zoom[1])), [points, zoom])
  const text = useMemo(() => {
    if (inSight.length === 0) return ''
    const count = inSight.reduce((sum, point) => sum + point[4], 0)
    const mean = inSight.reduce((sum, point) => sum + point[1] * point[4], 0) / count
    const number = (value: number) => `${numberText(language, value)} ${unit}`.trim()
    return t('device.chart-text', {
      field: name, count: inSight.length, mean: number(mean), min: number(Math.min(...inSight.map((point) => point[2]))), max: number(Math.max(...inSight.map((point) => point[3])))
    })
  }, [inSight, t, language, name, unit])
  const marked = zoom === null ? marks.length : marks.filter(({ at }) => at >= zoom[0] && at <= zoom[1]).length
  const scale = useMemo(() => scaleOf(inSight.length > 0 ? inSight : points, declared, floor), [inSight, points, declared, floor])
  const choose = (value: string) => {
    setZoom(null)
    setSearch((before) => {
      const next = new URLSearchParams(before)
      next.set('range', value)
      return next
    }, { replace: true })
  }

  return (
    <section className="chart" aria-labelledby="chart-title">
      <div className="section-head">
        <h2 id="chart-title">{name} <small>{unit}</small></h2>
        {zoom !== null && <Button size="small" onClick={() => setZoom(null)}>{t('device.zoom-reset')}</Button>}
        <Segmented
          aria-label={t('device.range')} value={range} onChange={choose}
          options={RANGE_NAMES.map((known) => ({ value: known, label: t(`device.range-${known}`) }))}
        />
      </div>
      <div className="chart-frame">
        {query.isPending && <Loading />}
        {query.isError && !query.data && <Failed error={query.error} retry={() => void query.refetch()} />}
        {query.data && points.length === 0 && <Empty title={t('device.chart-none')} />}
        {query.data && points.length > 0 && (
          <Suspense fallback={<Loading />}>
            <BandChart
              points={points} gaps={gaps} marks={marks} from={from} to={to} zoom={zoom} onZoom={setZoom} unit={unit} scale={scale} text={text}
              meanName={t('device.mean')} bandName={t('device.band')}
            />
          </Suspense>
        )}
      </div>
      {points.length > 0 && <p className="chart-text">{[text, marked > 0 ? t('device.marks', { count: marked }) : null, t(byFinger ? 'device.zoom-finger' : 'device.zoom')].filter((part) => part !== null).join(' · ')}</p>}
    </section>
  )
}
