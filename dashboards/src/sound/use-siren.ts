import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { platformNow } from '../api/client.ts'
import type { Attention } from '../live/attention.ts'
import type { Link } from '../live/state.ts'
import { ticker } from '../time/ticker.ts'
import { audible, mute } from './alert.ts'
import type { Mute } from './alert.ts'
import { Siren } from './siren.ts'
import type { Voice } from './siren.ts'

export interface Sound {
  readonly voice: Voice
  /** What sounds now, or would if the browser let it. */
  readonly sounding: boolean
  /** When the mute ends; null when nothing is muted. */
  readonly mutedUntil: number | null
  readonly allow: () => void
  readonly mute: () => void
  readonly unmute: () => void
}

const siren = new Siren()

/** A broken link is heard after this, ms: a proxy that restarts is not worth a tone. */
const BROKEN_HEARD_AFTER = 10_000

/** Lets unacknowledged critical alarms be heard, on every screen, until each is acknowledged; and a link that stays broken. */
export function useSiren(attention: Attention, link: Link): Sound {
  const [muted, setMuted] = useState<Mute | null>(null)
  const voice = useSyncExternalStore(siren.subscribe, siren.voice)
  const waiting = useMemo(() => attention.critical.map((alarm) => alarm.id), [attention])
  const brokenSince = link.state === 'broken' ? link.since : null
  const tune = useSyncExternalStore(ticker.subscribe, () => {
    const now = platformNow()
    if (audible(waiting, muted, now).length > 0) return 'critical'
    const isQuiet = muted !== null && now < muted.until
    return brokenSince !== null && !isQuiet && Date.now() - brokenSince > BROKEN_HEARD_AFTER ? 'broken' : null
  })
  const isMuted = useSyncExternalStore(ticker.subscribe, () => muted !== null && platformNow() < muted.until)

  useEffect(() => {
    siren.open()
    // Not when a button goes down: the notice above would go with it, and what is clicked would move away before the button is up.
    const events = ['click', 'keydown'] as const
    for (const name of events) document.addEventListener(name, siren.open)
    return () => {
      for (const name of events) document.removeEventListener(name, siren.open)
      siren.play(null)
    }
  }, [])
  useEffect(() => siren.play(tune), [tune])

  return {
    voice,
    sounding: tune !== null,
    mutedUntil: isMuted && muted ? muted.until : null,
    allow: siren.open,
    mute: useCallback(() => setMuted(mute(waiting, platformNow())), [waiting]),
    unmute: useCallback(() => setMuted(null), [])
  }
}
