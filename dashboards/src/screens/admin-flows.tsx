import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import type { FlowsState } from '../../../protocol/http/flows.ts'
import { flowsApi } from '../api/flows-calls.ts'
import { Age } from '../parts/age.tsx'
import { AskFirst } from '../parts/ask-first.tsx'
import { useDeed } from '../parts/deed.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { FlowFiles } from './admin-flows-files.tsx'
import { FlowRightsForm } from './admin-flows-rights.tsx'
import { ShippedFlows } from './admin-flows-shipped.tsx'
import { FlowVersions } from './admin-flows-versions.tsx'

/** How often it is asked how they stand, ms. */
const EVERY = 3000

/** How flows stand, what was deployed, and what is shipped. */
export function FlowsOf() {
  const t = useText()
  const client = useQueryClient()
  const run = useDeed()
  const query = useQuery({ queryKey: ['flows', 'state'], queryFn: ({ signal }) => flowsApi.state(signal), refetchInterval: EVERY })
  const leave = t(query.data?.safe ? 'flows.leave-safe' : 'flows.restart')
  const question = t(query.data && isFull(query.data) ? 'flows.restart-clear' : 'flows.restart-sure')
  const runs = query.data?.phase === 'running'
  const restart = async () => {
    await run(() => flowsApi.restart(), 'flows.restarting')
    void client.invalidateQueries({ queryKey: ['flows'] })
  }
  return (
    <>
      <p>{t('flows.what')}</p>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && (
        <>
          <Standing state={query.data} />
          {query.data.phase !== 'off' && (
            <p className="flows-deeds">
              {runs && <Button type="primary" href="/flows/" target="_blank" rel="noreferrer" data-testid="flows-open">{t('flows.open')}</Button>}
              <AskFirst data-testid="flows-restart" question={question} yes={leave} onYes={() => void restart()}>{leave}</AskFirst>
            </p>
          )}
        </>
      )}
      {runs && (
        <>
          <h3>{t('flows.versions')}</h3>
          <FlowVersions />
          <h3>{t('flows.shipped')}</h3>
          <ShippedFlows />
          <h3>{t('flows.files')}</h3>
          <FlowFiles />
        </>
      )}
      <h3>{t('flows.rights')}</h3>
      <FlowRightsForm />
    </>
  )
}

/** Flows filled their folder: to leave safe mode means to clear it. */
function isFull({ safe, last }: FlowsState): boolean {
  return safe && last?.why === 'disk'
}

function Standing({ state }: { readonly state: FlowsState }) {
  const t = useText()
  const { phase, safe, since, memory, restarts, last } = state
  const notice = phase !== 'running' ? 'flows.safe-down' : isFull(state) ? 'flows.safe-disk' : 'flows.safe'
  return (
    <>
      {safe && <p className="health-ready" data-ready={false} role="alert" data-testid="flows-safe">{t(notice)}</p>}
      <dl className="health" data-testid="flows-state">
        <div data-wrong={phase === 'waiting' || phase === 'unreachable'}><dt>{t('flows.state')}</dt><dd>{t(`flows.phase-${phase}`)}</dd></div>
        {since !== null && <div><dt>{t('flows.since')}</dt><dd><Age at={since} bare={false} /></dd></div>}
        {memory !== null && memory > 0 && <div><dt>{t('flows.memory')}</dt><dd>{Math.round(memory / 1024 / 1024).toLocaleString('en-US')} MB</dd></div>}
        <div data-wrong={safe}><dt>{t('flows.restarts')}</dt><dd>{restarts}</dd></div>
        {last && (
          <div data-wrong={safe}>
            <dt>{t('flows.last')}</dt>
            <dd className="flows-last"><Age at={last.at} bare={false} /> · {t(`flows.failure-${last.why}`)}<small className="table-place">{last.detail.slice(0, 300)}</small></dd>
          </div>
        )}
      </dl>
    </>
  )
}
