import { useQuery } from '@tanstack/react-query'
import type { QuarantineView } from '../../../protocol/http/quarantine.ts'
import type { Kind } from '../../../protocol/names.ts'
import { api } from '../api/calls.ts'
import { refusalText } from '../live/refusal.ts'
import { Moment } from '../parts/age.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useText } from '../shell/preferences.tsx'
import { useMay } from '../shell/login-state.ts'

const SHOWN = 20
/** How often it is read anew, ms: a firmware developer waits in front of it. */
const EVERY = 5000

/** What this device sent and could not be used, by field and reason. It may hold credentials: for those who may investigate. */
export function DeviceRefused({ device, kind }: { readonly device: string; readonly kind: Kind }) {
  const t = useText()
  const may = useMay()('investigate')
  const query = useQuery({
    queryKey: ['quarantine', device], queryFn: ({ signal }) => api.quarantine(device, SHOWN, signal), refetchInterval: EVERY, enabled: may
  })
  return (
    <section className="refused" aria-labelledby="refused-title">
      <h2 id="refused-title">{t('device.refused')}</h2>
      {!may && <Empty title={t('device.need-investigate')} />}
      {may && query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Empty title={t('device.refused-none')} />}
      {query.data && query.data.items.length > 0 && (
        <div className="table-frame">
          <table className="table table-refused">
            <thead>
              <tr>
                <th scope="col">{t('device.refused-at')}</th><th scope="col">{t('device.refused-field')}</th><th scope="col">{t('device.refused-reason')}</th><th scope="col">{t('device.refused-body')}</th>
              </tr>
            </thead>
            <tbody>{query.data.items.map((one) => <Row key={one.id} one={one} kind={kind} />)}</tbody>
          </table>
        </div>
      )}
      {typeof query.data?.next === 'string' && <p className="connection-note">{t('device.refused-more', { count: SHOWN })}</p>}
    </section>
  )
}

function Row({ one, kind }: { readonly one: QuarantineView; readonly kind: Kind }) {
  const { t, language } = usePreferences()
  return (
    <tr>
      <td className="num"><Moment at={one.at} /><small className="table-place">{one.channel}</small></td>
      <td className="id">{one.path || '—'}</td>
      <td title={one.message}>{refusalText(t, language, one, kind)}<small className="table-place"><span className="id">{one.code}</span> · {t(one.refused ? 'device.refused-whole' : 'device.refused-part')}</small></td>
      <td><details><summary>{t('device.refused-size', { count: one.size })}{one.encoding === 'base64' && ' · base64'}</summary><pre>{one.body}</pre></details></td>
    </tr>
  )
}
