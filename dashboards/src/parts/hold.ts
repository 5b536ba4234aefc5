import { useEffect, useMemo, useRef, useState } from 'react'
import type { FocusEvent, PointerEvent } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { arrange, byUrgency } from '../live/order.ts'
import type { Arrangement } from '../live/order.ts'

/** How long a list stays held after the hand left it, ms: a finger is gone between two taps, a mouse slips off an edge. */
const LINGER = { mouse: 700, pen: 1500, touch: 4000, keyboard: 700 }

/** Whether a hand is on an element: a pointer over it, or the keyboard in it. `handlers` go on the element. */
export function useHold() {
  const [held, setHeld] = useState(false)
  const release = useRef<ReturnType<typeof setTimeout> | null>(null)
  const handlers = useMemo(() => {
    const hold = () => {
      if (release.current) clearTimeout(release.current)
      release.current = null
      setHeld(true)
    }
    const letGo = (by: string) => {
      if (release.current) clearTimeout(release.current)
      release.current = setTimeout(() => setHeld(false), LINGER[by in LINGER ? (by as keyof typeof LINGER) : 'mouse'])
    }
    return {
      onPointerEnter: hold,
      onPointerLeave: (event: PointerEvent) => letGo(event.pointerType),
      onFocus: (event: FocusEvent) => {
        if (event.target.matches(':focus-visible')) hold()
      },
      onBlur: (event: FocusEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget)) letGo('keyboard')
      }
    }
  }, [])
  useEffect(() => () => {
    if (release.current) clearTimeout(release.current)
  }, [])
  return { held, handlers }
}

/** The order of ids on screen, which stands still while it is held. `showAll` lets what waits in at once. */
export function useArrangement(wanted: readonly string[], held: boolean): Arrangement & { readonly showAll: () => void } {
  const [before, setBefore] = useState<Arrangement>({ shown: wanted, waiting: [] })
  const now = arrange(before, wanted, held)
  if (now !== before) setBefore(now)
  return { ...now, showAll: () => setBefore({ shown: wanted, waiting: [] }) }
}

export interface ShownAlarm {
  readonly alarm: Alarm
  /** It is no longer open, but its row stays where it is while the list is held. */
  readonly gone: boolean
}

/**
 * Alarms by urgency in an order that stands still while it is held; each row shows its alarm as it is now.
 * @param open everything that is open; @param wanted which of them this list is about
 */
export function useSteadyAlarms(open: ReadonlyMap<string, Alarm>, wanted: (alarm: Alarm) => boolean, held: boolean) {
  // What a row showed last: an alarm that is closed under the hand leaves the open ones at once.
  const [memory] = useState(() => new Map<string, Alarm>())
  const ids = useMemo(() => [...open.values()].filter(wanted).sort(byUrgency).map((alarm) => alarm.id), [open, wanted])
  const { shown, waiting, showAll } = useArrangement(ids, held)
  const rows = shown.flatMap((id): ShownAlarm[] => {
    const alarm = open.get(id) ?? memory.get(id)
    if (!alarm) return []
    memory.set(id, alarm)
    return [{ alarm, gone: !open.has(id) }]
  })
  if (memory.size > rows.length) {
    const kept = new Set(shown)
    for (const id of memory.keys()) if (!kept.has(id)) memory.delete(id)
  }
  return { rows, waiting, showAll, count: ids.length }
}
