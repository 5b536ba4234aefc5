import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { DeviceChange } from '../../../protocol/live.ts'
import { api } from '../api/calls.ts'
import { withChanges } from '../live/devices.ts'
import type { LiveLink } from '../live/link.ts'
import { selectDevices, selectEpoch, useLink } from '../live/use-live.ts'

const NO_DEVICES: readonly DeviceView[] = []
const NO_CHANGES: ReadonlyMap<string, DeviceChange> = new Map()

export function useCompoundView(id: string) {
  return useQuery({ queryKey: ['compound', id], queryFn: ({ signal }) => api.compound(id, signal) })
}

/**
 * The devices of a compound as they are now: fetched once per snapshot of the link, with everything on top that the link told
 * since. A device that did not change is the same object as before, and so is the whole list.
 */
export function useCompoundDevices(compound: string, link: LiveLink) {
  const epoch = useLink(link, selectEpoch)
  const changes = useLink(link, selectDevices) ?? NO_CHANGES
  const query = useQuery({
    queryKey: ['devices', compound, epoch],
    queryFn: ({ signal }) => api.devices(compound, signal),
    // Fetched only after the watch stands, so that nothing falls between the list and the changes.
    enabled: epoch > 0,
    staleTime: Infinity,
    gcTime: 0,
    placeholderData: keepPreviousData
  })
  const [before, setBefore] = useState(NO_DEVICES)
  const devices = useMemo(() => withChanges(before, query.data ?? NO_DEVICES, changes), [before, query.data, changes])
  if (devices !== before) setBefore(devices)
  return { devices, query }
}
