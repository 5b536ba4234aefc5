import { useCallback } from 'react'
import { platformNow } from '../api/client.ts'
import { useText } from '../shell/preferences.tsx'
import { useTime, useZone } from '../shell/site.tsx'
import { DAY, startOfDay } from '../time/day.ts'

/** What people call the day of a moment when they look for it, at the site: `2026-11-22 11月22日周日 昨天`. */
export function useDayWords(): (at: number) => string {
  const t = useText()
  const time = useTime()
  const zone = useZone()
  return useCallback((at) => {
    const midnight = startOfDay(zone, platformNow())
    const near = at >= midnight ? t('alarms.today') : at >= midnight - DAY ? t('alarms.yesterday') : ''
    return `${time.moment(at, 0)} ${time.day(at)} ${near}`
  }, [t, time, zone])
}
