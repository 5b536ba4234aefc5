import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { Link } from 'react-router'
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import { platformNow } from '../api/client.ts'
import { alarmWords } from '../live/alarm-text.ts'
import { holderOf, isOutOfService } from '../live/actions.ts'
import { selectAlarms, useLive } from '../live/use-live.ts'
import { usePreferences, useText } from '../shell/preferences.tsx'
import { usePlaces, useTime } from '../shell/site.tsx'
import { Age, Moment } from './age.tsx'
import { AlarmFlags } from './alarm-flags.tsx'
import { SeverityTag } from './severity.tsx'
import { Failed, Loading } from './states.tsx'
import { TimelineDeeds, TimelineMain } from './timeline-deeds.tsx'
import type { MainDeeds } from './timeline-deeds.tsx'

interface Props {
  readonly alarm: Alarm
  readonly deeds: MainDeeds
  readonly done: () => void
}

/** One alarm: how it stands, who has it, what can be done, and every transition with who, when, note; follows it while it is open. */
export function Timeline({ alarm: asked, done, deeds }: Props) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const live = useLive(selectAlarms).get(asked.id)
  const query = useQuery({
    queryKey: ['alarm', asked.id, live?.state, live?.acknowledged, live?.occurrences, live?.shelvedUntil, live?.suppressedBy],
    queryFn: ({ signal }) => api.alarm(asked.id, signal),
    placeholderData: keepPreviousData
  })
  const alarm = live ?? query.data ?? asked
  const holder = query.data ? holderOf(query.data.timeline) : null
  return (
    <Drawer open onClose={done} title={t('alarms.timeline')} size="min(32rem, 100vw)" className="timeline">
      <p className="close-what"><SeverityTag severity={alarm.severity} /> <b>{alarmWords(alarm, language)}</b></p>
      <p className="close-where">
        <Link to={places.path(alarm.compound)} onClick={done}>{places.compound(alarm.compound)}</Link> {places.within(alarm.compound, alarm.building, alarm.location)}
      </p>
      <AlarmFlags alarm={alarm} gone={alarm.state === 'closed'} />
      <dl className="facts">
        <dt>{t('alarms.number')}</dt><dd className="id">{alarm.id}</dd>
        <dt>{t('alarms.raised')}</dt><dd><Age at={alarm.raisedAt} bare={false} /></dd>
        {alarm.state !== 'closed' && alarm.acknowledged && holder && <><dt>{t('alarms.holder')}</dt><dd><Who who={holder.who} /> · <Moment at={holder.at} /></dd></>}
        <dt>{t('alarms.rule')}</dt><dd className="id">{alarm.rule}</dd>
        {alarm.device && <><dt>{t('alarms.device')}</dt><dd className="id"><Link to={`/devices/${alarm.device}`} onClick={done}>{alarm.device}</Link></dd></>}
        {alarm.cause && <><dt>{t('alarms.cause')}</dt><dd>{t(`cause.${alarm.cause}`)}</dd></>}
      </dl>
      {isOutOfService(alarm) && <p className="close-hint">{t('state.out-of-service')}</p>}
      <TimelineMain alarm={alarm} deeds={deeds} />
      <TimelineDeeds key={alarm.id} alarm={alarm} changed={() => void query.refetch()} />
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && <ol className="steps">{query.data.timeline.map((step) => <Step key={step.n} step={step} />)}</ol>}
    </Drawer>
  )
}

function Step({ step }: { readonly step: Transition }) {
  const { t } = usePreferences()
  const time = useTime()
  return (
    <li className={`step step-${step.name}`}>
      <time dateTime={new Date(step.at).toISOString()}>{time.moment(step.at, platformNow())}</time>
      <div>
        <p><b>{t(`transition.${step.name}`, { count: step.occurrences })}</b> <span className="step-who"><Who who={step.who} /></span></p>
        {step.note && <p className="step-note">{step.note}</p>}
      </div>
    </li>
  )
}

function Who({ who }: { readonly who: string }) {
  const t = useText()
  return who === 'system' ? t('transition.by-system') : who
}
