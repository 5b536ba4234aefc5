import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Me } from '../../../protocol/http/access.ts'
import { mayDo } from '../../../protocol/http/permissions.ts'
import type { Permission } from '../../../protocol/http/permissions.ts'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'

/** Where the login page sends the person afterwards, and why it was shown. */
export interface LoginState {
  readonly from: string
  readonly ended: boolean
}

export const sessionQuery = queryOptions<Me | null>({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.me(signal).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }),
  staleTime: Infinity
})

/** Who is logged in; null when nobody is. */
export function useSession() {
  return useQuery(sessionQuery)
}

/** Whether who is logged in may do that: what nobody may press is not shown. The platform has the last word (403). */
export function useMay(): (permission: Permission) => boolean {
  const role = useSession().data?.role
  return useCallback((permission) => role !== undefined && mayDo(role, permission), [role])
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
