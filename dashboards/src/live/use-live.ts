import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { io } from 'socket.io-client'
import { LiveLink } from './link.ts'
import type { LiveState } from './link.ts'

// WebSocket at once: long polling only delays the first picture, and a proxy that lets no WebSocket through gets polling after it.
const connect = () => io({
  forceNew: true, transports: ['websocket', 'polling'], tryAllTransports: true, reconnectionDelay: 500, reconnectionDelayMax: 3000, timeout: 5000
})

/** The watch of everything that the user may see: how compounds stand, open alarms. It runs while somebody is logged in. */
export const everything = new LiveLink('all', connect)

/**
 * A part of what a link shows. The component is drawn again only when that part is another one, so `select` must give the same
 * value for the same state (a member of it, a number, a text), and has to be stable itself.
 */
export function useLink<T>(link: LiveLink, select: (state: LiveState) => T): T {
  return useSyncExternalStore(link.subscribe, useCallback(() => select(link.read()), [link, select]))
}

/** As `useLink`, of everything. */
export function useLive<T>(select: (state: LiveState) => T): T {
  return useLink(everything, select)
}

/** A watch of one compound with its devices, for as long as the component is there. */
export function useCompoundLink(compound: string): LiveLink {
  const link = useMemo(() => new LiveLink([compound], connect), [compound])
  useRunning(link)
  return link
}

/** Runs a link while the component is there, and has it checked when the page is looked at again. */
export function useRunning(link: LiveLink): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') link.check()
    }
    document.addEventListener('visibilitychange', look)
    const stop = link.start()
    return () => {
      document.removeEventListener('visibilitychange', look)
      stop()
    }
  }, [link])
}

export const selectLink = (state: LiveState): LiveState['link'] => state.link
export const selectAlarms = (state: LiveState): LiveState['alarms'] => state.alarms
export const selectCompounds = (state: LiveState): LiveState['compounds'] => state.compounds
export const selectEpoch = (state: LiveState): number => state.epoch
export const selectArrived = (state: LiveState): LiveState['arrived'] => state.arrived
export const selectDevices = (state: LiveState): LiveState['devices'] => state.devices
