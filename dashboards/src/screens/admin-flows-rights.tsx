import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import type { LifeSafetyRight } from '../../../protocol/flow-rights.ts'
import { flowsApi } from '../api/flows-calls.ts'
import { useDeed } from '../parts/deed.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useText } from '../shell/preferences.tsx'

/** What of life safety flows may do: nothing, unless an administrator says so here. */
export function FlowRightsForm() {
  const t = useText()
  const { language } = usePreferences()
  const client = useQueryClient()
  const run = useDeed()
  const query = useQuery({ queryKey: ['flows', 'rights'], queryFn: ({ signal }) => flowsApi.rights(signal) })
  const [chosen, setChosen] = useState<readonly LifeSafetyRight[] | null>(null)
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  const { granted, rights } = query.data
  const save = async (wanted: readonly LifeSafetyRight[]) => {
    await run(async () => {
      client.setQueryData(['flows', 'rights'], await flowsApi.grant({ granted: wanted }))
      setChosen(null)
    }, 'admin.done')
  }
  return (
    <>
      <p>{t('flows.rights-what')}</p>
      <div className="flows-rights" data-testid="flow-rights">
        {rights.map(({ id, label }) => (
          <Checkbox
            key={id} checked={(chosen ?? granted).includes(id)}
            onChange={({ target }) => setChosen(target.checked ? [...chosen ?? granted, id] : (chosen ?? granted).filter((one) => one !== id))}
          >{label[language]}</Checkbox>
        ))}
      </div>
      {chosen && <p className="form-end"><Button type="primary" onClick={() => void save(chosen)}>{t('flows.rights-save')}</Button></p>}
    </>
  )
}
