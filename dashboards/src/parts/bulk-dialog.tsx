import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { CAUSES } from '../../../protocol/alarm.ts'
import type { Alarm, Cause } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'
import { alarmWords } from '../live/alarm-text.ts'
import { doToEach } from '../live/bulk.ts'
import type { Outcome } from '../live/bulk.ts'
import { selectAlarms, useLive } from '../live/use-live.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { Causes } from './causes.tsx'
import { failureWords } from './deed.ts'
import { SeverityTag } from './severity.tsx'

interface Props {
  readonly deed: 'acknowledge' | 'close'
  readonly alarms: readonly Alarm[]
  readonly done: () => void
}

/** One deed for several alarms: says which, asks what is needed, and tells for each what became of it. */
export function BulkDialog({ deed, alarms: asked, done }: Props) {
  const { t } = usePreferences()
  const live = useLive(selectAlarms)
  // The list stays as it was chosen, also when one of them is closed meanwhile; each shows its present state.
  const [ids] = useState(() => asked)
  const alarms = ids.map((alarm) => live.get(alarm.id) ?? alarm)
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome> | null>(null)
  const [cause, setCause] = useState<Cause | null>(null)
  const [note, setNote] = useState('')
  const [missing, setMissing] = useState(false)
  const active = alarms.filter((alarm) => alarm.state === 'active').length
  const settled = [...(outcomes?.values() ?? [])].filter((outcome) => outcome !== null)
  const failed = settled.filter((outcome) => !outcome.ok).length
  const isOver = outcomes !== null && settled.length === alarms.length

  const words = (error: unknown): string => (error instanceof ApiError && error.status === 409 ? t('bulk.not-now') : failureWords(t, error))
  const start = async () => {
    if (deed === 'close' && !cause) {
      setMissing(true)
      return
    }
    setOutcomes(new Map(alarms.map(({ id }) => [id, null])))
    await doToEach(
      alarms, ({ id }) => (cause ? api.close(id, cause, note.trim() || null) : api.acknowledge(id)), words,
      ({ id }, outcome) => setOutcomes((before) => new Map(before).set(id, outcome))
    )
  }
  const title = t(`bulk.${deed}`, { count: alarms.length })
  const footer = outcomes === null
    ? <><Button onClick={done}>{t('close.cancel')}</Button><Button type="primary" onClick={() => void start()} data-testid="bulk-submit">{title}</Button></>
    : <Button type="primary" disabled={!isOver} onClick={done} data-testid="bulk-leave">{t('bulk.leave')}</Button>

  return (
    <Modal open centered title={title} footer={footer} onCancel={done} closable={outcomes === null || isOver} mask={{ closable: false }}>
      <div className="close">
        {deed === 'close' && outcomes === null && (
          <>
            <fieldset>
              <legend>{t('close.what-was-it')}</legend>
              {active > 0 && <p className="close-hint">{t('bulk.some-active', { count: active })}</p>}
              <Causes
                value={cause} allowed={CAUSES} onChange={(chosen) => {
                  setCause(chosen)
                  setMissing(false)
                }}
              />
              <p className="close-missing" role="alert">{missing && t('close.need-cause')}</p>
            </fieldset>
            <label htmlFor="bulk-note">{t('close.note')}</label>
            <Input.TextArea id="bulk-note" value={note} onChange={(event) => setNote(event.target.value)} placeholder={t('close.note-hint')} rows={2} maxLength={2000} />
          </>
        )}
        {outcomes !== null && (
          <p role="status" className="bulk-sum">
            {isOver
              ? <><b>{t('bulk.done', { done: settled.length - failed })}</b>{failed > 0 && <b className="bulk-failed">{t('bulk.failed', { failed })}</b>}</>
              : t('bulk.going', { done: settled.length, count: alarms.length })}
          </p>
        )}
        <ul className="bulk-list" aria-label={t('bulk.outcomes')} tabIndex={0}>
          {alarms.map((alarm) => <Line key={alarm.id} alarm={alarm} outcome={outcomes?.get(alarm.id) ?? null} />)}
        </ul>
      </div>
    </Modal>
  )
}

function Line({ alarm, outcome }: { readonly alarm: Alarm; readonly outcome: Outcome }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  return (
    <li data-testid={`bulk-${alarm.id}`}>
      <SeverityTag severity={alarm.severity} />
      <span>{alarmWords(alarm, language)}<small className="table-place">{places.compound(alarm.compound)} {places.within(alarm.compound, alarm.building, alarm.location)}</small></span>
      {outcome && <b className={outcome.ok ? '' : 'bulk-failed'}>{outcome.ok ? t('bulk.ok') : outcome.why}</b>}
    </li>
  )
}
