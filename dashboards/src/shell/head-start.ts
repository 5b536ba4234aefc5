import type { QueryClient } from '@tanstack/react-query'
import { everything } from '../live/use-live.ts'
import { sessionQuery } from './login-state.ts'
import { compoundsQuery, siteQuery } from './site.tsx'

/** So long the live link is kept for the screen that is on its way, ms; from then on it is the screen's own. */
const KEPT = 10_000

/**
 * Asks for what every screen needs while the first is still being put together: who is logged in and, where somebody is, the names of the
 * compounds and how they stand. Never rejects: failures are left to the screens, which ask again and say so.
 */
export async function headStart(client: QueryClient): Promise<void> {
  await client.prefetchQuery(sessionQuery)
  if (!client.getQueryData(sessionQuery.queryKey)) return
  setTimeout(everything.start(), KEPT)
  await Promise.all([client.prefetchQuery(compoundsQuery), client.prefetchQuery(siteQuery)])
}
