import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import { platformNow } from '../api/client.ts'
import { readJournal } from '../live/day.ts'
import type { Journal } from '../live/day.ts'
import { selectAlarms, selectEpoch, useLive } from '../live/use-live.ts'
import { useZone } from '../shell/site.tsx'
import { DAY, startOfDay } from '../time/day.ts'

/** How often the newest page is read again, ms; what is open comes over the live link meanwhile. */
const EVERY = 60_000
const PAGE = 200
/** Pages read at most: of a day with more alarms than that, the number is said to be a least one. */
const PAGES = 10

export interface Day {
  readonly midnight: number
  readonly journal: Journal | undefined
  readonly error: Error | null
  readonly retry: () => void
}

/** The alarms of today and yesterday, of one compound or (null) of all that one may see. Read once, then only what is new. */
export function useDay(compound: string | null): Day {
  const zone = useZone()
  const client = useQueryClient()
  const midnight = startOfDay(zone, platformNow())
  const key = ['day', compound, midnight]
  const isLive = useLive(selectEpoch) > 0
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readJournal(
      (cursor) => api.alarms({ state: 'all', limit: PAGE, ...(compound === null ? {} : { compound }), cursor }, signal),
      midnight - DAY, client.getQueryData<Journal>(key), PAGES
    ),
    // What is open comes first: a day with hundreds of alarms is a lot to read.
    enabled: isLive, refetchInterval: EVERY, staleTime: 5000
  })
  const open = useLive(selectAlarms)
  const journal = useMemo(() => query.data && withOpen(query.data, open, compound, midnight - DAY), [query.data, open, compound, midnight])
  return { midnight, journal, error: query.error, retry: () => void query.refetch() }
}

/** The list with what the live link knows better: alarms that are newer than it, and how those that are open stand now. */
function withOpen(journal: Journal, open: ReadonlyMap<string, Alarm>, compound: string | null, since: number): Journal {
  const listed = new Set(journal.alarms.map((alarm) => alarm.id))
  const newest = journal.alarms[0]?.receivedAt ?? since
  const fresh = [...open.values()].filter((alarm) => !listed.has(alarm.id) && alarm.receivedAt >= newest && (compound === null || alarm.compound === compound))
  fresh.sort((a, b) => b.receivedAt - a.receivedAt)
  return { ...journal, alarms: [...fresh, ...journal.alarms.map((alarm) => open.get(alarm.id) ?? alarm)] }
}
