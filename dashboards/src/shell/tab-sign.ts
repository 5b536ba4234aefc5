import { useEffect } from 'react'
import type { Attention, SiteState } from '../live/attention.ts'
import { useText } from './preferences.tsx'

/** Says in the tab what the screen says: a broken link, else the number of open critical alarms. */
export function useTabSign(state: SiteState, now: Attention): void {
  const t = useText()
  const critical = now.bySeverity.critical
  const isBroken = state.tone === 'broken'
  useEffect(() => {
    const name = t('product.name')
    document.title = isBroken ? `✕ ${t('link.broken-short')} · ${name}` : critical > 0 ? `(${critical}) ${t('severity.critical')} · ${name}` : name
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    if (icon) icon.href = isBroken ? '/favicon-broken.svg' : critical > 0 ? '/favicon-critical.svg' : '/favicon.svg'
  }, [t, isBroken, critical])
}
