import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { api } from '../api/calls.ts'
import { withChange } from '../live/devices.ts'
import { selectAlarms, selectDevices, selectEpoch, useCompoundLink, useLink, useLive } from '../live/use-live.ts'
import { Age } from '../parts/age.tsx'
import { AlarmRow } from '../parts/alarm-row.tsx'
import { ClosedAlarms } from '../parts/closed-alarms.tsx'
import { CompoundName } from '../parts/compound-name.tsx'
import { useHold, useSteadyAlarms } from '../parts/hold.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useText } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { DeviceChart } from './device-chart.tsx'
import { DeviceCommands } from './device-commands.tsx'
import { DeviceConnection } from './device-connection.tsx'
import { DeviceEvents } from './device-events.tsx'
import { LatestValues } from './device-latest.tsx'
import { DeviceRefused } from './device-refused.tsx'

/** Alarms that are over: as many are read, for the chart's marks; as many are listed. */
const MOST_ALARMS = 200
const LISTED = 20

/** One device: how it stands, its values, their course, what happened at it. */
export function Device() {
  const t = useText()
  const id = useParams()['id'] ?? ''
  const query = useQuery({ queryKey: ['device', id], queryFn: ({ signal }) => api.device(id, signal), staleTime: 0 })
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} notFound={t('device.not-found')} />
  return <Found key={id} fetched={query.data} />
}

function Found({ fetched }: { readonly fetched: DeviceView }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const link = useCompoundLink(fetched.compound)
  const epoch = useLink(link, selectEpoch)
  // Fetched anew behind each snapshot: what the link told before it is gone from the link.
  const fresh = useQuery({
    queryKey: ['device', fetched.id, epoch], queryFn: ({ signal }) => api.device(fetched.id, signal), enabled: epoch > 0, staleTime: Infinity, gcTime: 0
  })
  const device = withChange(fresh.data ?? fetched, useLink(link, selectDevices)?.get(fetched.id))
  const [search, setSearch] = useSearchParams()
  const numeric = Object.keys(KIND_DEFINITIONS[device.kind].telemetry).filter((field) => KIND_DEFINITIONS[device.kind].telemetry[field]?.type === 'number')
  const asked = search.get('field')
  const field = asked !== null && numeric.includes(asked) ? asked : numeric.find((known) => device.latest[known]) ?? numeric[0] ?? null
  const choose = (next: string) => setSearch((before) => {
    const changed = new URLSearchParams(before)
    changed.set('field', next)
    return changed
  }, { replace: true })
  const presence = device.online ? 'online' : device.lastSeenAt === null ? 'never-seen' : 'offline'
  const alarms = useOwnAlarms(device.id)

  return (
    <div className="device">
      <header className="device-head">
        <p className="device-path">
          <Link to={`/compounds/${device.compound}`}><CompoundName name={places.compound(device.compound)} /></Link>
          {places.within(device.compound, device.location.building, device.location)}
        </p>
        <h1>{KIND_DEFINITIONS[device.kind].label[language]} <span className="id">{device.id}</span></h1>
        <p className="device-facts">
          <span className="severity"><i className="cell" data-condition={presence} aria-hidden /><b>{t(`state.${presence}`)}</b></span>
          {device.lastSeenAt !== null && <LastSeen at={device.lastSeenAt} />}
          {device.gateway && <span>{t('device.gateway')} <Link className="id" to={`/devices/${device.gateway}`}>{device.gateway}</Link></span>}
          {device.model && <span>{t('device.model')} {device.model}</span>}
        </p>
      </header>
      <OpenHere device={device.id} />
      <div className="device-body">
        <section aria-labelledby="latest-title">
          <h2 id="latest-title">{t('device.latest')}</h2>
          <LatestValues device={device} chosen={field} choose={choose} />
        </section>
        {field !== null && <DeviceChart key={field} device={device} field={field} alarms={alarms.all} />}
        <div className="device-column">
          <DeviceCommands device={device} />
          <PastAlarms query={alarms.query} />
        </div>
        <div className="device-column">
          <DeviceEvents device={device} />
          <DeviceConnection device={device} />
        </div>
        <DeviceRefused device={device.id} kind={device.kind} />
      </div>
    </div>
  )
}

function LastSeen({ at }: { readonly at: number }) {
  const t = useText()
  const [before, after] = t('device.last-seen', { age: '\u0000' }).split('\u0000')
  return <span>{before}<Age at={at} />{after}</span>
}

function OpenHere({ device }: { readonly device: string }) {
  const t = useText()
  const open = useLive(selectAlarms)
  const { held, handlers } = useHold()
  const here = useCallback((alarm: Alarm) => alarm.device === device, [device])
  const { rows } = useSteadyAlarms(open, here, held)
  if (rows.length === 0) return null
  return <ol className="alarms" aria-label={t('device.alarms')} {...handlers}>{rows.map(({ alarm, gone }) => <AlarmRow key={alarm.id} alarm={alarm} gone={gone} />)}</ol>
}

/** The device's alarms, newest first: what is over from the platform, what is open as the link has it. */
function useOwnAlarms(device: string) {
  const open = useLive(selectAlarms)
  const own = useMemo(() => [...open.values()].filter((alarm) => alarm.device === device), [open, device])
  const query = useQuery({
    queryKey: ['alarms', 'device', device, own.map((alarm) => alarm.id).join(' ')],
    queryFn: ({ signal }) => api.alarms({ state: 'closed', device, limit: MOST_ALARMS }, signal), staleTime: 5000, placeholderData: keepPreviousData
  })
  const all = useMemo(() => {
    const isOpen = new Set(own.map((alarm) => alarm.id))
    return [...own, ...query.data?.items.filter((alarm) => !isOpen.has(alarm.id)) ?? []]
  }, [own, query.data])
  return { query, all }
}

function PastAlarms({ query }: { readonly query: ReturnType<typeof useOwnAlarms>['query'] }) {
  const t = useText()
  return (
    <section aria-labelledby="past-title">
      <h2 id="past-title">{t('device.past')}</h2>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && (query.data.items.length === 0 ? <Empty title={t('device.past-none')} /> : <ClosedAlarms alarms={query.data.items.slice(0, LISTED)} withPlace={false} />)}
    </section>
  )
}
