import { Button } from 'antd'
import { useState } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { alarmWords } from '../live/alarm-text.ts'
import { Moment } from '../parts/age.tsx'
import { useAlarmDesk } from '../parts/alarm-desk.tsx'
import { SeverityMark } from '../parts/severity.tsx'
import { Empty, Failed } from '../parts/states.tsx'
import { useDay } from '../parts/use-day.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { Trend } from './overview-trend.tsx'

const PORTION = 10

/** What happened here today: every alarm since midnight, also those that are over, and what it was. */
export function Today({ compound }: { readonly compound: string }) {
  const { t } = usePreferences()
  const { journal, midnight, error, retry } = useDay(compound)
  const [limit, setLimit] = useState(PORTION)
  const today = journal?.alarms.filter((alarm) => alarm.receivedAt >= midnight) ?? []
  return (
    <section className="today" aria-labelledby="today-title">
      <div className="section-head"><h2 id="today-title">{t('compound.today')}</h2></div>
      <Trend compound={compound} />
      {!journal && error && <Failed error={error} retry={retry} />}
      {journal && today.length === 0 && <Empty title={t('compound.today-none')} />}
      <ol className="today-list">{today.slice(0, limit).map((alarm) => <Line key={alarm.id} alarm={alarm} />)}</ol>
      {today.length > limit && <p className="more"><Button onClick={() => setLimit(limit * 5)}>{t('alarms.more')} ({today.length - limit})</Button></p>}
      <p className="today-note">{t('compound.today-events')}</p>
    </section>
  )
}

function Line({ alarm }: { readonly alarm: Alarm }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const desk = useAlarmDesk()
  const end = alarm.state !== 'closed' ? t('compound.today-open') : alarm.cause ? t(`cause.${alarm.cause}`) : t('alarms.self-closed')
  return (
    <li>
      <button type="button" data-closed={alarm.state === 'closed'} onClick={() => desk.showTimeline(alarm)}>
        <Moment at={alarm.receivedAt} />
        <SeverityMark severity={alarm.severity} />
        <span>{alarmWords(alarm, language)}<small>{[places.within(alarm.compound, alarm.building, alarm.location), alarm.device].filter(Boolean).join(' · ')}</small></span>
        <em>{end}</em>
      </button>
    </li>
  )
}
