import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Fragment, useState } from 'react'
import { flowsApi } from '../api/flows-calls.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { useDeed } from '../parts/deed.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { FlowDifference } from './admin-flows-difference.tsx'

/** The shipped flows beside what became of them here. */
export function ShippedFlows() {
  const t = useText()
  const client = useQueryClient()
  const run = useDeed()
  const [shown, setShown] = useState<string | null>(null)
  const query = useQuery({ queryKey: ['flows', 'shipped'], queryFn: ({ signal }) => flowsApi.shipped(signal), refetchInterval: 10_000 })
  const reset = async (id: string) => {
    await run(() => flowsApi.reset(id), 'admin.done')
    void client.invalidateQueries({ queryKey: ['flows'] })
  }
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  if (query.data.items.length === 0) return <Empty title={t('flows.shipped-none')} />
  return (
    <div className="table-frame">
      <table className="table table-shipped" data-testid="flow-shipped">
        <thead>
          <tr><th scope="col">{t('flows.name')}</th><th scope="col">{t('flows.state')}</th><th scope="col"><span className="heard-only">{t('flows.reset')}</span></th></tr>
        </thead>
        <tbody>
          {query.data.items.map(({ id, name, state, newer, difference }) => (
            <Fragment key={id}>
              <tr>
                <td>{name || id}</td>
                <td>
                  {t(`flows.shipped-${state}`)}{' '}
                  {state !== 'same' && <Button type="link" size="small" aria-expanded={shown === id} onClick={() => setShown(shown === id ? null : id)}>{t('flows.show')}</Button>}
                  {newer && <small className="table-place">{t('flows.newer')}</small>}
                </td>
                <td>
                  {state !== 'same' && (
                    <AskFirst size="small" question={t('flows.reset-sure', { name: name || id })} yes={t('flows.reset')} onYes={() => void reset(id)}>{t('flows.reset')}</AskFirst>
                  )}
                </td>
              </tr>
              {shown === id && state !== 'same' && <tr className="table-detail"><td colSpan={3}><FlowDifference difference={difference} /></td></tr>}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}
