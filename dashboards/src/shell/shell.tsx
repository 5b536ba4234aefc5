import { Suspense, useMemo } from 'react'
import { Outlet, ScrollRestoration } from 'react-router'
import type { Me } from '../../../protocol/http/access.ts'
import { attention, siteState } from '../live/attention.ts'
import { everything, selectAlarms, selectLink, useLive, useRunning } from '../live/use-live.ts'
import { AlarmDeskProvider } from '../parts/alarm-desk.tsx'
import { Loading } from '../parts/states.tsx'
import { useSiren } from '../sound/use-siren.ts'
import { Announcer } from './announcer.tsx'
import { Notices } from './notices.tsx'
import { useText } from './preferences.tsx'
import { SoundBlocked, StateLine } from './state-line.tsx'
import { useTabSign } from './tab-sign.ts'
import { TopBar } from './top-bar.tsx'

/** What is around every screen: who and where one is, the state of the site in one line, sound, announcements. */
export function Shell({ user }: { readonly user: Me }) {
  const t = useText()
  useRunning(everything)
  const alarms = useLive(selectAlarms)
  const link = useLive(selectLink)
  const now = useMemo(() => attention(alarms.values()), [alarms])
  const state = useMemo(() => siteState(link, now), [link, now])
  const sound = useSiren(now, link)
  useTabSign(state, now)

  return (
    <div className="shell" data-link={link.state}>
      <a className="skip" href="#content">{t('nav.skip')}</a>
      <AlarmDeskProvider>
        <TopBar user={user} link={link} attention={now} sound={sound} />
        <StateLine state={state} sound={sound} />
        <SoundBlocked sound={sound} urgent={now.critical.length > 0} />
        <main id="content" tabIndex={-1}>
          <Suspense fallback={<Loading />}><Outlet /></Suspense>
        </main>
      </AlarmDeskProvider>
      <Announcer />
      <Notices />
      <ScrollRestoration />
    </div>
  )
}
