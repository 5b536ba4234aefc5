import { useMemo } from 'react'
import { alarmWords } from '../live/alarm-text.ts'
import { useFlood } from '../live/use-flood.ts'
import { everything, selectArrived, useLive } from '../live/use-live.ts'
import { usePreferences } from './preferences.tsx'
import { usePlaces } from './site.tsx'

/** Alarms spoken at once; more in one burst are on screen, and a voice that reads for minutes helps nobody. */
const SPOKEN = 3

/** Tells those who hear the page what has arrived. */
export function Announcer() {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const arrived = useLive(selectArrived)
  const { flooded } = useFlood()
  const texts = useMemo(() => arrived.slice(-SPOKEN).flatMap((id) => {
    const alarm = everything.read().alarms.get(id)
    if (!alarm) return []
    const place = [places.compound(alarm.compound), places.within(alarm.compound, alarm.building, alarm.location)].join(' ')
    return [{ id, text: t('alarms.arrived', { severity: t(`severity.${alarm.severity}`), message: alarmWords(alarm, language), place }) }]
  }), [arrived, places, t, language])
  return (
    <div className="heard-only" role="log" aria-live="assertive" aria-relevant="additions">
      {flooded && <p key="flood">{t('alarms.flood-why')}</p>}
      {texts.map(({ id, text }) => <p key={id}>{text}</p>)}
    </div>
  )
}
