import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { QuarantineView } from '../../../protocol/http/quarantine.ts'
import { isDeviceId } from '../../../protocol/names.ts'
import { adminApi } from '../api/admin-calls.ts'
import { refusalText } from '../live/refusal.ts'
import { Moment } from '../parts/age.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { usePreferences } from '../shell/preferences.tsx'

const PORTION = 100
/** So much of a message is kept, bytes. */
const EXCERPT = 1024
/** How often it is read anew, ms: who tries a firmware waits for it. */
const EVERY = 3000

/** What was refused, newest first, as it comes. */
export function Quarantine() {
  const { t, language } = usePreferences()
  const [search, setSearch] = useSearchParams()
  const typed = search.get('device') ?? ''
  const device = isDeviceId(typed) ? typed : undefined
  const [text, setText] = useState('')
  const query = useInfiniteQuery({
    queryKey: ['quarantine', device],
    queryFn: ({ pageParam, signal }) => adminApi.quarantine({ device, limit: PORTION, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: EVERY
  })
  const wanted = text.trim().toLowerCase()
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const found = items.filter((item) => `${item.path}\n${item.message}\n${refusalText(t, language, item, null)}\n${item.code}\n${item.channel}\n${item.body}`.toLowerCase().includes(wanted))
  return (
    <>
      <p>{t('quarantine.what')}</p>
      <div className="quarantine-filter">
        <Input className="find" allowClear value={typed} onChange={(event) => setSearch(event.target.value === '' ? {} : { device: event.target.value.trim() }, { replace: true })} placeholder={t('quarantine.device')} aria-label={t('quarantine.device')} />
        <Input className="find" allowClear value={text} onChange={(event) => setText(event.target.value)} placeholder={t('quarantine.text')} aria-label={t('quarantine.text')} />
      </div>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && found.length === 0 && <Empty title={t(items.length === 0 ? 'quarantine.none' : 'quarantine.none-found')} />}
      {found.length > 0 && (
        <div className="table-frame">
          <table className="table table-refused" data-testid="quarantine">
            <thead><tr><th scope="col">{t('quarantine.at')}</th><th scope="col">{t('quarantine.device')}</th><th scope="col">{t('quarantine.path')}</th><th scope="col">{t('quarantine.why')}</th></tr></thead>
            <tbody>{found.map((item) => <Refusal key={item.id} item={item} />)}</tbody>
          </table>
        </div>
      )}
      {query.hasNextPage && <p className="more"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('alarms.more')}</Button></p>}
    </>
  )
}

function Refusal({ item }: { readonly item: QuarantineView }) {
  const { t, language } = usePreferences()
  return (
    <tr>
      <td className="num"><Moment at={item.at} /></td>
      <td className="id"><Link to={`/devices/${item.device}`}>{item.device}</Link><small className="table-place">{item.channel}</small></td>
      <td className="id">{item.path || '—'}</td>
      <td>
        <span title={item.message}>{refusalText(t, language, item, null)}</span> <small className="table-place"><span className="id">{item.code}</span> · {t(item.refused ? 'quarantine.refused' : 'quarantine.partly')}</small>
        <details><summary>{t(item.size > EXCERPT ? 'quarantine.body-cut' : 'quarantine.body', { size: item.size.toLocaleString('en-US') })}</summary><pre className="quarantine-body">{item.body}</pre></details>
      </td>
    </tr>
  )
}
