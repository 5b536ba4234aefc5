import { useSyncExternalStore } from 'react'
import { platformNow } from '../api/client.ts'
import { ticker } from '../time/ticker.ts'
import { NO_FLOOD, followFlood } from './flood.ts'
import type { Flood } from './flood.ts'
import { everything } from './use-live.ts'

let flood = NO_FLOOD

const subscribe = (listener: () => void): (() => void) => {
  const ends = [everything.subscribe(listener), ticker.subscribe(listener)]
  return () => {
    for (const end of ends) end()
  }
}
const read = (): Flood => {
  flood = followFlood(flood, everything.read().alarms.values(), platformNow())
  return flood
}

/** The flood of the site, as far as this page has seen it. Followed on every screen, so that alarms that closed meanwhile count too. */
export function useFlood(): Flood {
  return useSyncExternalStore(subscribe, read)
}
