import { Button } from 'antd'
import { Link } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import { alarmWords } from '../live/alarm-text.ts'
import { isOutOfService } from '../live/actions.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { ageText } from '../time/age.ts'
import { Moment } from './age.tsx'
import { useAlarmDesk } from './alarm-desk.tsx'
import { plainName } from './compound-name.tsx'
import { SeverityTag } from './severity.tsx'

/** A table of alarms that are over. */
export function ClosedAlarms({ alarms, withPlace = true }: { readonly alarms: readonly Alarm[]; readonly withPlace?: boolean }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const desk = useAlarmDesk()
  return (
    <div className="table-frame">
      <table className="table table-closed">
        <thead>
          <tr>
            <th scope="col">{t('severity.label')}</th><th scope="col">{t('nav.alarms')}</th><th scope="col">{t('alarms.raised')}</th>
            <th scope="col">{t('alarms.closed-at')}</th><th scope="col">{t('alarms.cause')}</th><th scope="col"><span className="heard-only">{t('alarms.timeline')}</span></th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <tr key={alarm.id} data-testid={`alarm-${alarm.id}`}>
              <td><SeverityTag severity={alarm.severity} /></td>
              <td>
                {alarmWords(alarm, language)}
                {withPlace && (
                  <small className="table-place">
                    <span>{plainName(places.compound(alarm.compound))} {places.within(alarm.compound, alarm.building, alarm.location)}</span>
                    {alarm.device && <Link className="id" to={`/devices/${alarm.device}`}>{alarm.device}</Link>}
                  </small>
                )}
              </td>
              <td className="num"><Moment at={alarm.raisedAt} /></td>
              <td className="num">
                {alarm.closedAt !== null && <><Moment at={alarm.closedAt} /><small className="table-place">{t('alarms.for', { age: ageText(t, alarm.closedAt - alarm.raisedAt) })}</small></>}
              </td>
              <td>
                {alarm.state !== 'closed' ? t(`state.${alarm.state}`) : alarm.cause ? t(`cause.${alarm.cause}`) : t('alarms.self-closed')}
                {isOutOfService(alarm) && <small className="table-place">{t('state.out-of-service')}</small>}
              </td>
              <td><Button type="text" onClick={() => desk.showTimeline(alarm)}>{t('alarms.timeline')}</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
