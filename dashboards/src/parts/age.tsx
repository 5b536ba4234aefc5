import { useAge, useTime } from '../shell/site.tsx'
import { platformNow } from '../api/client.ts'
import { useText } from '../shell/preferences.tsx'

/** How long ago, e.g. `7 min`; the moment itself on pointing and for machines. `bare`: without "ago". */
export function Age({ at, bare = true }: { readonly at: number; readonly bare?: boolean }) {
  const t = useText()
  const age = useAge(at)
  const time = useTime()
  return <time dateTime={new Date(at).toISOString()} title={time.moment(at, platformNow())}>{bare ? age : t('alarms.ago', { age })}</time>
}

/** The moment, short for today. */
export function Moment({ at }: { readonly at: number }) {
  const time = useTime()
  return <time dateTime={new Date(at).toISOString()}>{time.moment(at, platformNow())}</time>
}
