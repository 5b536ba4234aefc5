import { Segmented } from 'antd'
import { useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { CompoundView } from '../../../protocol/http/places.ts'
import type { Summary } from '../../../protocol/live.ts'
import { SEVERITIES } from '../../../protocol/names.ts'
import type { Severity } from '../../../protocol/names.ts'
import { attention, isWaiting, oldest } from '../live/attention.ts'
import { openCount, worstFirst } from '../live/order.ts'
import { selectAlarms, selectCompounds, selectEpoch, useLive } from '../live/use-live.ts'
import { Age } from '../parts/age.tsx'
import { AlarmRow } from '../parts/alarm-row.tsx'
import { numberText } from '../parts/field-value.ts'
import { useArrangement, useHold, useSteadyAlarms } from '../parts/hold.ts'
import { NoAlarms } from '../parts/no-alarms.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useMay } from '../shell/login-state.ts'
import { useMedia, useOnWall, usePreferences, useText } from '../shell/preferences.tsx'
import { useCompounds } from '../shell/site.tsx'
import { CompoundCard } from './compound-card.tsx'
import { OverviewMap } from './overview-map.tsx'
import { Trend } from './overview-trend.tsx'

/** Alarms listed beside the compounds, or above them on a narrow screen; the console has all. */
const LISTED = { beside: 12, above: 5 }

/** A number of more letters is drawn smaller: every device may be offline at once. */
const LONG = 5

/** All compounds, worst first; beside them what waits for a person. */
export function Overview() {
  const query = useCompounds()
  const live = useLive(selectCompounds)
  const compounds = query.data
  const standings = useMemo(() => compounds?.map((compound) => live.get(compound.id) ?? compound) ?? [], [compounds, live])

  return (
    <div className="overview">
      <Totals standings={standings} />
      <div className="overview-body">
        <section className="overview-compounds" aria-labelledby="compounds-title">
          {query.isPending && <Loading />}
          {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
          {compounds && <Compounds compounds={compounds} standings={standings} />}
        </section>
        <Waiting />
      </div>
    </div>
  )
}

/** The numbers of the whole site, and how the day went so far. */
function Totals({ standings }: { readonly standings: readonly Pick<Summary, 'devices' | 'alarms'>[] }) {
  const { t, language } = usePreferences()
  const onWall = useOnWall()
  const alarms = useLive(selectAlarms)
  const now = useMemo(() => attention(alarms.values()), [alarms])
  const since = useMemo(() => oldest(alarms.values()), [alarms])
  const number = (value: number): string => numberText(language, value)
  const total = standings.reduce((sum, { devices }) => sum + devices.total, 0)
  const online = standings.reduce((sum, { devices }) => sum + devices.online, 0)
  return (
    <section className="totals" aria-label={t('overview.open')}>
      {SEVERITIES.map((severity) => <SeverityTotal key={severity} severity={severity} count={number(now.bySeverity[severity])} calm={now.bySeverity[severity] === 0} since={since[severity]} urgent={severity === 'critical' && now.critical.length > 0} />)}
      <Figure name={t('overview.waiting')} value={number(now.waiting.length)} calm={now.waiting.length === 0} />
      <Figure name={t('overview.offline')} value={number(total - online)} calm={total === online} />
      <Figure name={t('overview.online')} value={number(online)} of={number(total)} calm />
      {!onWall && <Trend />}
    </section>
  )
}

interface SeverityTotalProps {
  readonly severity: Severity
  readonly count: string
  readonly calm: boolean
  /** When the oldest of them was raised, ms. */
  readonly since: number | null
  /** Some of them nobody has acknowledged. */
  readonly urgent: boolean
}

function SeverityTotal({ severity, count, calm, since, urgent }: SeverityTotalProps) {
  const t = useText()
  return (
    <Link className={`figure figure-severity severity-${severity}`} data-calm={calm} data-urgent={urgent} to={`/alarms?severity=${severity}`}>
      <span className="figure-name"><SeverityMark severity={severity} label={false} />{t(`severity.${severity}`)}</span>
      <b className="figure-value">{count}</b>
      <span className="figure-age">{since !== null && <>{t('overview.oldest')} <Age at={since} /></>}</span>
    </Link>
  )
}

function Figure({ name, value, of, calm }: { readonly name: string; readonly value: string; readonly of?: string; readonly calm: boolean }) {
  return (
    <p className="figure" data-calm={calm}>
      <span className="figure-name">{name}</span>
      <b className="figure-value" data-long={of === undefined && value.length > LONG}>{value}{of && <small>/{of}</small>}</b>
      <span className="figure-age" />
    </p>
  )
}

interface CompoundsProps {
  readonly compounds: readonly CompoundView[]
  readonly standings: readonly Pick<CompoundView, 'id' | 'devices' | 'alarms'>[]
}

/** The compounds as a grid, worst first, or on the map; a wall has room for both. The grid's order stands still while a hand is on it. */
function Compounds({ compounds, standings }: CompoundsProps) {
  const t = useText()
  const [search, setSearch] = useSearchParams()
  const onWall = useOnWall()
  const view = search.get('view') === 'map' ? 'map' : 'grid'
  const { held, handlers } = useHold()
  const may = useMay()
  const byId = useMemo(() => new Map(compounds.map((compound) => [compound.id as string, compound])), [compounds])
  const standingById = useMemo(() => new Map(standings.map((standing) => [standing.id as string, standing])), [standings])
  const worst = useMemo(() => [...standings].sort(worstFirst).map((standing) => standing.id as string), [standings])
  const { shown } = useArrangement(worst, held)
  const inTrouble = standings.filter(({ alarms }) => openCount(alarms) > 0).length
  const choose = (value: string) => setSearch(value === 'map' ? { view: 'map' } : {}, { replace: true })

  if (compounds.length === 0) return <Empty title={t('overview.none')} hint={t('overview.none-hint')}>{may('administer') && <Link to="/admin/places">{t('places.new')}</Link>}</Empty>
  return (
    <>
      <div className="section-head">
        <h1 id="compounds-title">{t('overview.title')} <small className="num">{compounds.length}</small></h1>
        <p className="section-note">{held ? t('overview.held') : t('overview.split', { trouble: inTrouble, calm: compounds.length - inTrouble })}</p>
        {!onWall && (
          <Segmented
            className="overview-view" aria-label={t('overview.view')} value={view} onChange={choose}
            options={[{ value: 'grid', label: t('overview.grid') }, { value: 'map', label: t('overview.map') }]}
          />
        )}
      </div>
      <div className="overview-sight" data-both={onWall}>
        {(onWall || view === 'grid') && (
          <ol className="cards" {...handlers}>
            {shown.map((id) => {
              const [compound, standing] = [byId.get(id), standingById.get(id)]
              return compound && standing && (
                <CompoundCard key={id} id={id} name={compound.name} district={compound.district} devices={standing.devices} alarms={standing.alarms} />
              )
            })}
          </ol>
        )}
        {(onWall || view === 'map') && (
          <div className="overview-side">
            <OverviewMap compounds={compounds} standings={standings} />
            {onWall && <Trend />}
          </div>
        )}
      </div>
    </>
  )
}

/** What nobody has acknowledged, most urgent first. */
function Waiting() {
  const { t, language } = usePreferences()
  const open = useLive(selectAlarms)
  const isKnown = useLive(selectEpoch) > 0
  const { held, handlers } = useHold()
  const { rows, waiting, showAll, count } = useSteadyAlarms(open, isWaiting, held)
  const listed = useMedia('(max-width: 1150px)') ? LISTED.above : LISTED.beside
  return (
    <aside className="waiting" aria-labelledby="waiting-title">
      <div className="section-head">
        <h2 id="waiting-title">{t('overview.now')}</h2>
        {waiting.length > 0
          ? <button type="button" className="order-new" onClick={showAll}>{t('alarms.new', { count: waiting.length })} <b>{t('alarms.show-new')}</b></button>
          : count > 0 && <b className="waiting-count">{numberText(language, count)}</b>}
      </div>
      {!isKnown && <Loading text={t('line.loading')} />}
      {isKnown && rows.length === 0 && <NoAlarms title={t('line.calm')} hint={t('alarms.none-hint')} />}
      <ol className="alarms" {...handlers}>
        {rows.slice(0, listed).map(({ alarm, gone }) => <AlarmRow key={alarm.id} alarm={alarm} gone={gone} />)}
      </ol>
      {rows.length > listed && <p className="more"><Link to="/alarms">{t('overview.more-critical', { count: rows.length - listed })}</Link></p>}
    </aside>
  )
}
