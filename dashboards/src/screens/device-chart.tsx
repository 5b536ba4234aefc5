import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { Suspense, lazy, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import { telemetryField, unitOf } from '../../../protocol/kinds/index.ts'
import { api } from '../api/calls.ts'
import { platformNow } from '../api/client.ts'
import { numberText } from '../parts/field-value.ts'
import { scaleOf } from '../parts/scale.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { usePreferences } from '../shell/preferences.tsx'

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

export function DeviceChart({ device, field }: { readonly device: DeviceView; readonly field: string }) {
  const { t, language } = usePreferences()
  const [search, setSearch] = useSearchParams()
  const range = RANGE_NAMES.find((known) => known === search.get('range')) ?? 'day'
  const query = useQuery({
    queryKey: ['readings', device.id, field, range],
    queryFn: async ({ signal }) => {
      const to = Math.floor(platformNow())
      const from = to - RANGES[range].length
      return { from, to, ...(await api.readings(device.id, { field, from, to, points: POINTS }, signal)) }
    },
    refetchInterval: RANGES[range].every,
    placeholderData: keepPreviousData
  })
  const latest = device.latest[field]
  const points = useMemo(() => {
    const read = query.data?.field === field ? query.data.points : []
    const last = read.at(-1)
    // What the link told since the last reading of the chart.
    if (!latest || typeof latest.value !== 'number' || !query.data || latest.ts < query.data.from || (last && last[0] >= latest.ts)) return read
    return [...read, [latest.ts, latest.value, latest.value, latest.value, 1] as const]
  }, [query.data, field, latest])
  const definition = telemetryField(device.kind, field)
  const name = definition?.label[language] ?? field
  const unit = unitOf(device.kind, field) ?? ''
  const text = useMemo(() => {
    const number = (value: number) => `${numberText(language, value)} ${unit}`.trim()
    const mean = points.reduce((sum, point) => sum + point[1], 0) / points.length
    return t('device.chart-text', {
      field: name, count: points.length, mean: number(mean), min: number(Math.min(...points.map((point) => point[2]))), max: number(Math.max(...points.map((point) => point[3])))
    })
  }, [points, t, language, name, unit])
  const floor = definition?.type === 'number' ? definition.min : -Infinity
  const scale = useMemo(() => scaleOf(points, unit, floor), [points, unit, floor])
  const choose = (value: string) => setSearch((before) => {
    const next = new URLSearchParams(before)
    next.set('range', value)
    return next
  }, { replace: true })

  return (
    <section className="chart" aria-labelledby="chart-title">
      <div className="section-head">
        <h2 id="chart-title">{name} <small>{unit}</small></h2>
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
            <BandChart points={points} from={query.data.from} to={query.data.to} unit={unit} scale={scale} text={text} meanName={t('device.mean')} bandName={t('device.band')} />
          </Suspense>
        )}
      </div>
      {points.length > 0 && <p className="chart-text">{text}</p>}
    </section>
  )
}
