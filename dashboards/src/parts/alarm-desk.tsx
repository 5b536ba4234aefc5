import { Suspense, createContext, lazy, use, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import { useAlarmDeed } from './deed.ts'

const CloseDialog = lazy(async () => ({ default: (await import('./close-dialog.tsx')).CloseDialog }))
const Timeline = lazy(async () => ({ default: (await import('./timeline.tsx')).Timeline }))

/** What a person can do with an alarm from any screen. */
export interface AlarmDesk {
  acknowledge(alarm: Alarm): Promise<void>
  reset(alarm: Alarm): Promise<void>
  /** Asks for the cause. */
  close(alarm: Alarm): void
  showTimeline(alarm: Alarm): void
}

const Context = createContext<AlarmDesk | null>(null)

export function useAlarmDesk(): AlarmDesk {
  const desk = use(Context)
  if (!desk) throw new Error('useAlarmDesk is used outside AlarmDeskProvider')
  return desk
}

export function AlarmDeskProvider({ children }: { readonly children: ReactNode }) {
  const run = useAlarmDeed()
  const [closing, setClosing] = useState<Alarm | null>(null)
  const [telling, setTelling] = useState<Alarm | null>(null)
  const opener = useRef<Element | null>(null)
  const open = (show: (alarm: Alarm) => void) => (alarm: Alarm) => {
    opener.current = document.activeElement
    show(alarm)
  }
  // The keyboard goes on where it was; where that is gone, at the beginning of the screen and not of the page.
  const goOn = () => requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return
    const back = opener.current instanceof HTMLElement && opener.current !== document.body && opener.current.isConnected ? opener.current : document.getElementById('content')
    back?.focus({ preventScroll: true })
  })
  const desk = useMemo<AlarmDesk>(() => ({
    acknowledge: async (alarm) => void (await run(() => api.acknowledge(alarm.id), 'alarms.done-acknowledge')),
    reset: async (alarm) => void (await run(() => api.reset(alarm.id), 'alarms.done-reset')),
    close: open(setClosing),
    showTimeline: open(setTelling)
  }), [run])
  const end = (hide: (alarm: null) => void) => () => {
    hide(null)
    goOn()
  }
  // One at a time; the keyboard goes back to where the details were opened from.
  const closeFromTimeline = (alarm: Alarm) => {
    setTelling(null)
    setClosing(alarm)
  }
  return (
    <Context value={desk}>
      {children}
      <Suspense>
        {closing && <CloseDialog key={closing.id} alarm={closing} done={end(setClosing)} />}
        {telling && <Timeline alarm={telling} done={end(setTelling)} deeds={{ ...desk, close: closeFromTimeline }} />}
      </Suspense>
    </Context>
  )
}
