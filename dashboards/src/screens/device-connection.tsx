import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { ConnectionSpell } from '../../../protocol/connection.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import { api } from '../api/calls.ts'
import { Age, Moment } from '../parts/age.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { ageText } from '../time/age.ts'

const PORTION = 10
/** Most that is read of the history. */
const MOST = 250
/** How often it is read anew, ms: a firmware developer waits in front of it. */
const EVERY = 5000

/** Since when it is there or not, and when it was and was not, with the reasons. */
export function DeviceConnection({ device }: { readonly device: DeviceView }) {
  const t = useText()
  const [limit, setLimit] = useState(PORTION)
  const query = useQuery({
    queryKey: ['connections', device.id, limit, device.online], queryFn: ({ signal }) => api.connections(device.id, limit, signal), staleTime: 0,
    placeholderData: keepPreviousData, refetchInterval: EVERY
  })
  const [before, after] = t(device.online ? 'device.connection-now' : 'device.connection-off', { age: '\u0000' }).split('\u0000')
  return (
    <section className="connection" aria-labelledby="connection-title">
      <h2 id="connection-title">{t('device.connection')}</h2>
      <p className="connection-now" data-online={device.online}>
        {device.lastSeenAt === null ? t('device.connection-never') : <>{before}<Age at={device.lastSeenAt} />{after}</>}
      </p>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <p className="connection-none">{t('device.connection-none')}</p>}
      {query.data && query.data.items.length > 0 && (
        <ol className="spells">
          {query.data.items.map((spell, index, { [index + 1]: earlier }) => <Spell key={spell.from} spell={spell} again={earlier?.online === true} />)}
        </ol>
      )}
      {query.data?.next && limit < MOST && <p className="more"><Button loading={query.isFetching} onClick={() => setLimit(Math.min(MOST, limit * 5))}>{t('device.connection-more')}</Button></p>}
      <p className="connection-note">{t('device.connection-note')}</p>
    </section>
  )
}

/** @param again it was online before, too: the device came back before it counted as offline */
function Spell({ spell: { from, to, online, why }, again }: { readonly spell: ConnectionSpell; readonly again: boolean }) {
  const t = useText()
  return (
    <li data-online={online} data-why={why}>
      <b className="spell-state">{t(online ? 'state.online' : 'state.offline')}</b>
      <span>{t('device.connection-since')} <Moment at={from} /></span>
      <span className="spell-why">{t(why === 'connected' && again ? 'device.why-reconnected' : `device.why-${why}`)}</span>
      <b className="spell-age">{to === null ? <Age at={from} /> : ageText(t, to - from)}</b>
    </li>
  )
}
