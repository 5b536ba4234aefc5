import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { Navigate, useLocation } from 'react-router'
import { onSignedOut } from '../api/client.ts'
import { selectLink, useLive } from '../live/use-live.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { useSession } from './login-state.ts'
import type { LoginState } from './login-state.ts'
import { Shell } from './shell.tsx'

/** The screens for who is logged in; everybody else is sent to the login page and comes back to the same address. */
export function Guarded() {
  const session = useSession()
  const client = useQueryClient()
  const { pathname, search } = useLocation()
  const link = useLive(selectLink)
  const [ended, setEnded] = useState(false)

  const end = useCallback(() => {
    if (client.getQueryData(['session'])) setEnded(true)
    client.setQueryData(['session'], null)
  }, [client])
  useEffect(() => onSignedOut(end), [end])
  useEffect(() => {
    if (link.state === 'refused') end()
  }, [link, end])

  if (session.isPending) return <Loading />
  if (session.isError) return <main className="alone"><Failed error={session.error} retry={() => void session.refetch()} /></main>
  if (!session.data) {
    const state: LoginState = { from: pathname + search, ended }
    return <Navigate to="/login" replace state={state} />
  }
  return <Shell user={session.data} />
}
