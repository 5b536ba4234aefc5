import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Me } from '../../../protocol/http/access.ts'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'

/** Where the login page sends the person afterwards, and why it was shown. */
export interface LoginState {
  readonly from: string
  readonly ended: boolean
}

/** Who is logged in; null when nobody is. */
export function useSession() {
  return useQuery<Me | null>({
    queryKey: ['session'],
    queryFn: ({ signal }) => api.me(signal).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }),
    staleTime: Infinity
  })
}

/** Ends the session here and on the platform; a platform that cannot be reached does not keep anybody logged in on screen. */
export function useLogOut(): () => Promise<void> {
  const client = useQueryClient()
  return useCallback(async () => {
    try {
      await api.logOut()
    } finally {
      client.clear()
      client.setQueryData(['session'], null)
    }
  }, [client])
}
