import { useSyncExternalStore } from 'react'

interface Notice {
  readonly n: number
  readonly tone: 'done' | 'failed'
  readonly text: string
}

/** A failure has to be read, a success only seen. ms */
const SHOWN_FOR: Record<Notice['tone'], number> = { done: 3000, failed: 10_000 }

let notices: readonly Notice[] = []
let count = 0
const listeners = new Set<() => void>()

function set(next: readonly Notice[]): void {
  notices = next
  for (const listener of listeners) listener()
}

/** Says something about what the person just did, for a few seconds, at the foot of the screen. */
export function notify(tone: Notice['tone'], text: string): void {
  count += 1
  const notice = { n: count, tone, text }
  set([...notices.filter((other) => other.text !== text), notice].slice(-3))
  setTimeout(() => set(notices.filter((other) => other.n !== notice.n)), SHOWN_FOR[tone])
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function Notices() {
  const shown = useSyncExternalStore(subscribe, () => notices)
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map((notice) => <p key={notice.n} className={`notice notice-${notice.tone}`}>{notice.text}</p>)}
    </div>
  )
}
