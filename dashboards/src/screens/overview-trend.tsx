import { useMemo } from 'react'
import { platformNow } from '../api/client.ts'
import { countDay } from '../live/day.ts'
import { openCount } from '../live/order.ts'
import { useDay } from '../parts/use-day.ts'
import { useText } from '../shell/preferences.tsx'
import { SEVERITIES } from '../../../protocol/names.ts'

/** The drawing, in its own units: 24 hours of 10, and the height of the fullest one. */
const WIDTH = 240
const HEIGHT = 40
/** An hour with fewer alarms than this does not fill the height: a single alarm must not look like a flood. */
const FULL = 10

/** New alarms of today, hour by hour, before those of yesterday; of one compound or of the whole site. */
export function Trend({ compound = null }: { readonly compound?: string | null }) {
  const t = useText()
  const { journal, midnight, error } = useDay(compound)
  const count = useMemo(() => journal && countDay(journal.alarms, midnight, platformNow()), [journal, midnight])
  const full = count ? Math.max(FULL, ...count.before, ...count.hours.map(openCount)) : FULL
  const text = count ? t('trend.text', { today: count.today, before: count.byNow }) : ''
  const y = (number: number) => HEIGHT - (number / full) * HEIGHT
  return (
    <figure className="trend">
      <figcaption>
        <span className="figure-name">{t('trend.title')}</span>
        <b className="trend-today">{count ? `${journal?.complete === false ? '≥ ' : ''}${count.today}` : '–'}</b>
        <span className="trend-before">{count ? t('trend.before', { count: count.byNow }) : error && t('load.failed')}</span>
      </figcaption>
      <div className="trend-chart">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={text}>
          {count && (
            <>
              <path className="trend-yesterday" d={`M0 ${HEIGHT}${count.before.map((number, hour) => `L${hour * 10} ${y(number)}H${hour * 10 + 10}`).join('')}V${HEIGHT}Z`} />
              {count.hours.map((hour, at) => {
                let below = 0
                return SEVERITIES.toReversed().map((severity) => {
                  const number = hour[severity]
                  if (number === 0) return null
                  below += number
                  return <rect key={`${at}-${severity}`} className={`trend-${severity}`} x={at * 10 + 1} width={8} y={y(below)} height={HEIGHT - y(number)} />
                })
              })}
            </>
          )}
        </svg>
        <p className="trend-hours" aria-hidden>{[0, 6, 12, 18, 24].map((hour) => <span key={hour}>{hour}</span>)}</p>
      </div>
    </figure>
  )
}
