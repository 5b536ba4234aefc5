import { selectLink, useLive } from '../live/use-live.ts'
import { useText } from '../shell/preferences.tsx'
import { Empty } from './states.tsx'

/** An empty list of alarms. That there are none is said only while the link is live: an old screen knows nothing of the present. */
export function NoAlarms({ title, hint }: { readonly title: string; readonly hint?: string }) {
  const t = useText()
  const isLive = useLive(selectLink).state === 'live'
  return isLive ? <Empty title={title} {...(hint === undefined ? {} : { hint })} /> : <Empty title={t('alarms.unknown')} hint={t('alarms.unknown-hint')} />
}
