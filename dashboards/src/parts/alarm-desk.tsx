import { Suspense, createContext, lazy, use, useMemo, useState } from 'react'
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
  const desk = useMemo<AlarmDesk>(() => ({
    acknowledge: async (alarm) => void (await run(() => api.acknowledge(alarm.id), 'alarms.done-acknowledge')),
    reset: async (alarm) => void (await run(() => api.reset(alarm.id), 'alarms.done-reset')),
    close: setClosing,
    showTimeline: setTelling
  }), [run])
  return (
    <Context value={desk}>
      {children}
      <Suspense>
        {closing && <CloseDialog key={closing.id} alarm={closing} done={() => setClosing(null)} />}
        {telling && <Timeline alarm={telling} done={() => setTelling(null)} />}
      </Suspense>
    </Context>
  )
}
