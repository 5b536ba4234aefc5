import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { api } from '../api/calls.ts'
import { ClosedAlarms } from '../parts/closed-alarms.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import type { AlarmFilter } from './console-filter.tsx'

const PORTION = 50
/** How often the list is read anew, ms: what is closed meanwhile belongs to it. */
const EVERY = 15_000

/** What is over: when, how long, what it was. */
export function AlarmHistory({ filter }: { readonly filter: AlarmFilter }) {
  const t = useText()
  const [severity] = filter.severities
  const query = useInfiniteQuery({
    queryKey: ['alarms', 'closed', severity, filter.compound],
    queryFn: ({ pageParam, signal }) =>
      api.alarms({ state: 'closed', severity, compound: filter.compound ?? undefined, limit: PORTION, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 5000,
    refetchInterval: EVERY
  })
  if (query.isPending) return <Loading />
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  const alarms = query.data.pages.flatMap((page) => page.items)
  if (alarms.length === 0) return <Empty title={t('alarms.history-none')} />
  return (
    <section aria-label={t('alarms.tab-history')}>
      <ClosedAlarms alarms={alarms} />
      {query.hasNextPage && <p className="more"><Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('alarms.more')}</Button></p>}
    </section>
  )
}
