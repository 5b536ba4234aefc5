import { Button, Segmented, Switch } from 'antd'
import { Suspense, lazy, useCallback, useMemo, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { CompoundView } from '../../../protocol/http/places.ts'
import { KINDS, SEVERITIES, isKind } from '../../../protocol/names.ts'
import type { Severity } from '../../../protocol/names.ts'
import { byNumber, conditionOf, worstByDevice } from '../live/condition.ts'
import { selectAlarms, selectCompounds, useCompoundLink, useLive } from '../live/use-live.ts'
import { AlarmRow } from '../parts/alarm-row.tsx'
import { CompoundName } from '../parts/compound-name.tsx'
import { useHold, useSteadyAlarms } from '../parts/hold.ts'
import { NoAlarms } from '../parts/no-alarms.tsx'
import { SeverityCount } from '../parts/severity.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useMay } from '../shell/login-state.ts'
import { useText } from '../shell/preferences.tsx'
import { Buildings } from './compound-buildings.tsx'
import { Legend } from './compound-legend.tsx'
import { Tiles } from './compound-tiles.tsx'
import { Today } from './compound-today.tsx'
import { useCompoundDevices, useCompoundView } from './compound-devices.ts'

const RestoreDialog = lazy(async () => ({ default: (await import('./compound-restore.tsx')).RestoreDialog }))

/** Alarms listed at first: on a phone the buildings are below them. */
const PORTION = 8

/** One compound as it is now: its buildings with every detector, its doors, cameras and gateways, its open alarms. */
export function Compound() {
  const t = useText()
  const id = useParams()['id'] ?? ''
  const compound = useCompoundView(id)
  if (compound.isPending) return <Loading />
  if (compound.isError) return <Failed error={compound.error} retry={() => void compound.refetch()} notFound={t('compound.not-found')} />
  return <Found key={id} id={id} compound={compound.data} />
}

function Found({ id, compound }: { readonly id: string; readonly compound: CompoundView }) {
  const t = useText()
  const link = useCompoundLink(id)
  const { devices, query } = useCompoundDevices(id, link)
  const live = useLive(selectCompounds).get(compound.id)
  const worst = useWorst(id)
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const asked = search.get('kind') ?? ''
  const kind = isKind(asked) ? asked : null
  const troubleOnly = search.get('trouble') === '1'
  const change = (name: string, value: string | null) => setSearch((before) => {
    const next = new URLSearchParams(before)
    if (value === null) next.delete(name)
    else next.set(name, value)
    return next
  }, { replace: true })
  const { devices: counts, alarms } = live ?? compound
  const wanted = useMemo(
    () => devices.filter((device) => !troubleOnly || conditionOf(device, worst.get(device.id)) !== 'normal'),
    [devices, troubleOnly, worst]
  )
  const kinds = useMemo(() => new Set(wanted.map((device) => device.kind)), [wanted])
  const shown = (one: (typeof KINDS)[number]) => kinds.has(one) && (kind === null || kind === one)
  const matching = wanted.filter((device) => shown(device.kind)).length

  return (
    <div className="compound">
      <header className="compound-head">
        <div>
          <h1><CompoundName name={compound.name} /></h1>
          <p className="compound-facts">
            {compound.district} · <span className="id">{id}</span> · {t('compound.homes', { count: compound.homes })} · {t('compound.buildings', { count: compound.buildings.length })}
          </p>
        </div>
        <p className="compound-alarms">{SEVERITIES.filter((severity) => alarms[severity] > 0).map((severity) => <SeverityCount key={severity} severity={severity} count={alarms[severity]} />)}</p>
        <p className="compound-online num"><b>{counts.online}</b>/{counts.total} <span>{t('state.online')}</span></p>
        <div className="compound-kinds" role="group">
          <Segmented
            aria-label={t('kind.label')} value={kind ?? 'all'} onChange={(value) => change('kind', value === 'all' ? null : value)}
            options={[{ value: 'all', label: t('kind.all') }, ...KINDS.map((one) => ({ value: one as string, label: t(`kind.${one}`) }))]}
          />
          <label className="switch"><Switch size="small" checked={troubleOnly} onChange={(on) => change('trouble', on ? '1' : null)} />{t('compound.trouble')}</label>
        </div>
      </header>
      <div className="compound-body">
        <div className="compound-devices">
          {query.isPending && <Loading />}
          {query.isError && devices.length === 0 && <Failed error={query.error} retry={() => void query.refetch()} />}
          {query.isSuccess && devices.length === 0 && <Empty title={t('compound.devices-none')}>{may('administer') && <p><Link to="/admin/enrol">{t('admin.enrol')}</Link><Link to="/admin/import">{t('admin.import')}</Link></p>}</Empty>}
          {devices.length > 0 && matching === 0 && <Empty title={t(troubleOnly ? 'compound.trouble-none' : 'compound.kind-none')} />}
          {matching > 0 && <Buildings compound={compound} devices={devices} worst={worst} troubleOnly={troubleOnly} kind={kind} found={search.get('building')} />}
          {devices.length > 0 && <Legend />}
          {shown('door') && <Tiles kind="door" title={t('compound.doors')} devices={devices} worst={worst} troubleOnly={troubleOnly}><Restore compound={compound} devices={devices} /></Tiles>}
          {shown('gateway') && <Tiles kind="gateway" title={t('compound.gateways')} devices={devices} worst={worst} troubleOnly={troubleOnly || kind === null} />}
          {shown('camera') && <Tiles kind="camera" title={t('compound.cameras')} devices={devices} worst={worst} troubleOnly={troubleOnly || kind === null} />}
        </div>
        <aside className="compound-aside">
          <AlarmsHere compound={id} />
          <Today compound={id} />
        </aside>
      </div>
    </div>
  )
}

/** For who may command: the way back from doors that were released. */
function Restore({ compound, devices }: { readonly compound: CompoundView; readonly devices: readonly DeviceView[] }) {
  const t = useText()
  const may = useMay()('command')
  const [asking, setAsking] = useState(false)
  const buildings = useMemo(() => [...new Set(devices.filter(({ kind }) => kind === 'door').map(({ location }) => location.building))].sort(byNumber), [devices])
  if (!may || buildings.length === 0) return null
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)} data-testid="restore">{t('restore.open')}</Button>
      {asking && <Suspense><RestoreDialog compound={compound} buildings={buildings} done={() => setAsking(false)} /></Suspense>}
    </>
  )
}

function useWorst(compound: string): ReadonlyMap<string, Severity> {
  const alarms = useLive(selectAlarms)
  const [before, setBefore] = useState<ReadonlyMap<string, Severity>>(() => new Map())
  const now = useMemo(() => worstByDevice(before, alarms.values(), compound), [before, alarms, compound])
  if (now !== before) setBefore(now)
  return now
}

function AlarmsHere({ compound }: { readonly compound: string }) {
  const t = useText()
  const open = useLive(selectAlarms)
  const { held, handlers } = useHold()
  const here = useCallback((alarm: Alarm) => alarm.compound === compound, [compound])
  const { rows, waiting, showAll, count } = useSteadyAlarms(open, here, held)
  const [limit, setLimit] = useState(PORTION)
  return (
    <section className="alarms-here" aria-labelledby="here-title">
      <div className="section-head">
        <h2 id="here-title">{t('compound.alarms')}</h2>
        {waiting.length > 0
          ? <button type="button" className="order-new" onClick={showAll}>{t('alarms.new', { count: waiting.length })} <b>{t('alarms.show-new')}</b></button>
          : count > 0 && <b className="waiting-count">{count}</b>}
      </div>
      {rows.length === 0 && <NoAlarms title={t('compound.alarms-none')} />}
      <ol className="alarms" {...handlers}>
        {rows.slice(0, limit).map(({ alarm, gone }) => <AlarmRow key={alarm.id} alarm={alarm} gone={gone} within="compound" />)}
      </ol>
      {rows.length > limit && <p className="more"><Button onClick={() => setLimit(limit * 5)}>{t('alarms.more')} ({rows.length - limit})</Button></p>}
    </section>
  )
}
