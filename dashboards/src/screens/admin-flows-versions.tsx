import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Fragment, useState } from 'react'
import type { FlowsVersion } from '../../../protocol/http/flows.ts'
import { flowsApi } from '../api/flows-calls.ts'
import { Moment } from '../parts/age.tsx'
import { AskFirst } from '../parts/ask-first.tsx'
import { useDeed } from '../parts/deed.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { FlowDifference } from './admin-flows-difference.tsx'

/** What was deployed, and the way back to it. */
export function FlowVersions() {
  const t = useText()
  const client = useQueryClient()
  const run = useDeed()
  const [shown, setShown] = useState<number | null>(null)
  const query = useQuery({ queryKey: ['flows', 'versions'], queryFn: ({ signal }) => flowsApi.versions(signal), refetchInterval: 10_000 })
  const restore = async (number: number) => {
    await run(() => flowsApi.restore(number), 'admin.done')
    void client.invalidateQueries({ queryKey: ['flows'] })
  }
  const why = ({ cause, from }: FlowsVersion): string => t(`flows.cause-${cause}`, { from: from ?? '' })
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (query.data.items.length === 0) return <Empty title={t('flows.versions-none')} />
  return (
    <div className="table-frame">
      <table className="table table-versions" data-testid="flow-versions">
        <thead>
          <tr>
            <th scope="col">{t('flows.version')}</th><th scope="col">{t('flows.when')}</th><th scope="col">{t('flows.who')}</th><th scope="col">{t('flows.why')}</th>
            <th scope="col">{t('flows.changes')}</th><th scope="col"><span className="heard-only">{t('flows.restore')}</span></th>
          </tr>
        </thead>
        <tbody>
          {query.data.items.map((version, index) => (
            <Fragment key={version.number}>
              <tr>
                <td><b className="num">{version.number}</b><small className="table-place">{t('flows.nodes', { count: version.nodes })}</small></td>
                <td><Moment at={version.at} /></td>
                <td>{version.user ?? t('flows.platform')}</td>
                <td>{why(version)}</td>
                <td>
                  {t('flows.counts', version.counts)}{' '}
                  <Button type="link" size="small" aria-expanded={shown === version.number} onClick={() => setShown(shown === version.number ? null : version.number)}>{t('flows.show')}</Button>
                </td>
                <td>
                  {index > 0 && (
                    <AskFirst size="small" question={t('flows.restore-sure', { number: version.number })} yes={t('flows.restore')} onYes={() => void restore(version.number)}>{t('flows.restore')}</AskFirst>
                  )}
                </td>
              </tr>
              {shown === version.number && <tr className="table-detail"><td colSpan={6}><Detail number={shown} isCurrent={index === 0} /></td></tr>}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Detail({ number, isCurrent }: { readonly number: number; readonly isCurrent: boolean }) {
  const t = useText()
  const query = useQuery({ queryKey: ['flows', 'version', number], queryFn: ({ signal }) => flowsApi.version(number, signal) })
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return (
    <div data-testid="flow-detail">
      <h4>{t('flows.version')} {number} · {t('flows.before')}</h4>
      <FlowDifference difference={query.data.difference} />
      {!isCurrent && (
        <>
          <h4>{t('flows.would')}</h4>
          <FlowDifference difference={query.data.restore} />
        </>
      )}
    </div>
  )
}
