import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { api } from '../api/calls.ts'
import { ClosedAlarms } from '../parts/closed-alarms.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import type { AlarmFilter } from './console-filter.tsx'
import { ExportHistory } from './history-export.tsx'
import { useDayWords } from './history-day.ts'
import { finds } from './history-search.ts'

/** Alarms to a page; a search turns larger ones. */
const PORTION = { reading: 50, searching: 1000 }
/** A search goes on by itself until it has so many, or has looked at so many. */
const ENOUGH = { found: 50, looked: 10_000 }
/** How often the list is read anew, ms: what is closed meanwhile belongs to it. */
const EVERY = 15_000

interface Props {
  readonly filter: AlarmFilter
  readonly text: string
  readonly onText: (text: string) => void
}

/** What is over: when, how long, what it was. The search looks through page after page; the platform has none of its own yet. */
export function AlarmHistory({ filter, text, onText }: Props) {
  const t = useText()
  const places = usePlaces()
  const day = useDayWords()
  const [severity] = filter.severities
  const wanted = useMemo(() => ({ state: 'closed', severity, compound: filter.compound ?? undefined } as const), [severity, filter.compound])
  const isSearching = text.trim() !== ''
  const limit = isSearching ? PORTION.searching : PORTION.reading
  const query = useInfiniteQuery({
    queryKey: ['alarms', 'closed', wanted, limit],
    queryFn: ({ pageParam, signal }) => api.alarms({ ...wanted, limit, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 5000,
    refetchInterval: isSearching ? false : EVERY
  })
  const alarms = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data])
  const found = useMemo(() => alarms.filter((alarm) => finds(text, alarm, places, day)), [alarms, text, places, day])
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query
  const goesOn = isSearching && hasNextPage && !isError && found.length < ENOUGH.found && alarms.length < ENOUGH.looked
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage()
  }, [goesOn, isFetchingNextPage, fetchNextPage])

  return (
    <section aria-label={t('alarms.tab-history')}>
      <div className="history-head">
        <Search text={text} onText={onText} />
        <span role="status">{isSearching && alarms.length > 0 && t(goesOn ? 'alarms.find-going' : 'alarms.find-so-far', { count: alarms.length })}</span>
        <ExportHistory wanted={wanted} text={text} />
      </div>
      {query.isPending && <Loading />}
      {isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && found.length === 0 && !goesOn && (isSearching
        ? <Empty title={t('alarms.find-none', { text: text.trim(), count: alarms.length })} />
        : <Empty title={t('alarms.history-none')} />)}
      {found.length > 0 && <ClosedAlarms alarms={found} />}
      {hasNextPage && !goesOn && <p className="more"><Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('alarms.more')}</Button></p>}
    </section>
  )
}

/** Keeps to itself what is being typed, and says it when the typing pauses. */
function Search({ text, onText }: Pick<Props, 'text' | 'onText'>) {
  const t = useText()
  const [typed, setTyped] = useState(text)
  useEffect(() => {
    if (typed === text) return undefined
    const timer = setTimeout(() => onText(typed), 300)
    return () => clearTimeout(timer)
  }, [typed, text, onText])
  return (
    <Input
      className="find" allowClear value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t('alarms.find-hint')} aria-label={t('alarms.find')}
      data-testid="history-find"
    />
  )
}
