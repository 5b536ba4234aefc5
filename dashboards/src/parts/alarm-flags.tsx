import type { Alarm } from '../../../protocol/alarm.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { useTime } from '../shell/site.tsx'

/** How an alarm stands, in words: whether somebody has it, whether it goes on, what holds it back. */
export function AlarmFlags({ alarm, gone = false }: { readonly alarm: Alarm; readonly gone?: boolean }) {
  const { t } = usePreferences()
  const time = useTime()
  if (gone) return <p className="alarm-flags"><span className="flag">{t('alarms.gone')}</span></p>
  return (
    <p className="alarm-flags">
      {alarm.acknowledged
        ? <span className="flag">{t('state.acknowledged')}</span>
        : <span className="flag flag-waiting">{t('state.unacknowledged')}</span>}
      <span className={`flag flag-${alarm.state}`}>{t(`state.${alarm.state}`)}</span>
      {alarm.latched && alarm.state === 'cleared' && <span className="flag">{t('state.latched')}</span>}
      {alarm.occurrences > 1 && <span className="flag">{t('alarms.occurrences', { count: alarm.occurrences })}</span>}
      {alarm.shelvedUntil !== null && <span className="flag">{t('state.shelved', { time: time.minute(alarm.shelvedUntil) })}</span>}
      {alarm.suppressedBy !== null && <span className="flag">{t('state.suppressed', { why: alarm.suppressedBy })}</span>}
    </p>
  )
}
