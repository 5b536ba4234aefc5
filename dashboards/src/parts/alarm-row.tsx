import { Button, Checkbox } from 'antd'
import { memo, useId, useRef, useState } from 'react'
import type { MouseEvent } from 'react'
import { Link } from 'react-router'
import type { Alarm } from '../../../protocol/alarm.ts'
import { alarmWords } from '../live/alarm-text.ts'
import { allowed } from '../live/actions.ts'
import { isWaiting } from '../live/attention.ts'
import { useMay } from '../shell/login-state.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { Age } from './age.tsx'
import { useAlarmDesk } from './alarm-desk.tsx'
import { AlarmFlags } from './alarm-flags.tsx'
import { CompoundName } from './compound-name.tsx'
import { SeverityTag } from './severity.tsx'

interface Props {
  readonly alarm: Alarm
  /** It is closed by now; the row only keeps its place. */
  readonly gone?: boolean
  /** `site`: with the compound; `compound`: within it. */
  readonly within?: 'site' | 'compound'
  /** For lists in which several can be chosen. `onChoose` has to be stable. */
  readonly chosen?: boolean
  readonly onChoose?: (id: string, on: boolean) => void
}

/** One open alarm: what, where, how long, who has it, what can be done. Each button has its own place, which stays empty when it cannot be used. */
export const AlarmRow = memo(function AlarmRow({ alarm, gone = false, within = 'site', chosen = false, onChoose }: Props) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const place = places.within(alarm.compound, alarm.building, alarm.location)
  // Every row has the same buttons: who hears the screen is told which alarm each is for.
  const about = useId()
  return (
    <li
      className={`alarm alarm-${alarm.severity}`} data-testid={`alarm-${alarm.id}`} data-waiting={!gone && isWaiting(alarm)}
      data-state={gone ? 'closed' : alarm.state} data-severity={alarm.severity}
    >
      <span className="alarm-sign">
        {onChoose && <Checkbox checked={chosen} disabled={gone} onChange={(event) => onChoose(alarm.id, event.target.checked)} aria-label={t('alarms.choose')} aria-describedby={about} />}
        <SeverityTag severity={alarm.severity} />
      </span>
      <div className="alarm-what" id={about}>
        <p className="alarm-message">{alarmWords(alarm, language)}</p>
        <p className="alarm-place">
          {within === 'site' && <Link to={places.path(alarm.compound)}><CompoundName name={places.compound(alarm.compound)} /></Link>}
          {place && <span>{place}</span>}
          {alarm.device && <Link className="id" to={`/devices/${alarm.device}`}>{alarm.device}</Link>}
        </p>
      </div>
      <AlarmFlags alarm={alarm} gone={gone} />
      <p className="alarm-age"><Age at={alarm.raisedAt} /></p>
      <Deeds alarm={alarm} gone={gone} about={about} />
    </li>
  )
})

function Deeds({ alarm, gone, about }: { readonly alarm: Alarm; readonly gone: boolean; readonly about: string }) {
  const { t } = usePreferences()
  const desk = useAlarmDesk()
  const [busy, setBusy] = useState(false)
  const mayI = useMay()
  const may = allowed(alarm)
  const always = useRef<HTMLButtonElement>(null)
  const during = async (event: MouseEvent, deed: Promise<void>) => {
    // By keyboard: the button goes when its deed is done, and the keyboard stays in its row.
    if (event.detail === 0) always.current?.focus()
    setBusy(true)
    await deed
    setBusy(false)
  }
  return (
    <div className="alarm-deeds">
      <span>
        {!gone && may.acknowledge && mayI('respond') && (
          <Button type="primary" disabled={busy} onClick={(event) => void during(event, desk.acknowledge(alarm))} aria-describedby={about} data-testid={`acknowledge-${alarm.id}`}>
            {t('alarms.acknowledge')}
          </Button>
        )}
      </span>
      <span>
        {!gone && may.reset && mayI('command') && (
          <Button disabled={busy} onClick={(event) => void during(event, desk.reset(alarm))} aria-describedby={about} data-testid={`reset-${alarm.id}`}>{t('alarms.reset')}</Button>
        )}
      </span>
      <span>
        {!gone && may.causes.length > 0 && mayI('respond') && (
          <Button disabled={busy} onClick={() => desk.close(alarm)} aria-describedby={about} data-testid={`close-${alarm.id}`}>{t('alarms.close')}</Button>
        )}
      </span>
      <span>
        <Button ref={always} type="text" onClick={() => desk.showTimeline(alarm)} aria-describedby={about} data-testid={`timeline-${alarm.id}`}>{t('alarms.timeline')}</Button>
      </span>
    </div>
  )
}
