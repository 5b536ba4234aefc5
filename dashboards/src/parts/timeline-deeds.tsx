import { Button, Input, Segmented } from 'antd'
import { useState } from 'react'
import type { Alarm } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import { allowed } from '../live/actions.ts'
import { useMay } from '../shell/login-state.ts'
import { useText } from '../shell/preferences.tsx'
import { useTime } from '../shell/site.tsx'
import { useAlarmDeed } from './deed.ts'

/** Minutes that are offered; what is beyond the limit of the alarm is left out. */
const SHELVE_MINUTES = [5, 15, 30, 60, 240, 1440]

/** What a row of a list offers too; whoever came here by the search or from a closed list has no row. */
export interface MainDeeds {
  readonly acknowledge: (alarm: Alarm) => Promise<void>
  readonly reset: (alarm: Alarm) => Promise<void>
  /** Asks for the cause. */
  readonly close: (alarm: Alarm) => void
}

/** Acknowledge, reset, close: what the alarm allows as it stands. */
export function TimelineMain({ alarm, deeds }: { readonly alarm: Alarm; readonly deeds: MainDeeds }) {
  const t = useText()
  const mayI = useMay()
  const [busy, setBusy] = useState(false)
  const may = allowed(alarm)
  const during = async (deed: Promise<void>) => {
    setBusy(true)
    await deed
    setBusy(false)
  }
  if (alarm.state === 'closed') return null
  return (
    <div className="timeline-main">
      {may.acknowledge && mayI('respond') && <Button type="primary" disabled={busy} onClick={() => void during(deeds.acknowledge(alarm))} data-testid="timeline-acknowledge">{t('alarms.acknowledge')}</Button>}
      {may.reset && mayI('command') && <Button disabled={busy} onClick={() => void during(deeds.reset(alarm))} data-testid="timeline-reset">{t('alarms.reset')}</Button>}
      {may.causes.length > 0 && mayI('respond') && <Button disabled={busy} onClick={() => deeds.close(alarm)} data-testid="timeline-close">{t('alarms.close')}</Button>}
    </div>
  )
}

/** What is done about an alarm beside acknowledging and closing it: a note, and holding it back for a while. */
export function TimelineDeeds({ alarm, changed }: { readonly alarm: Alarm; readonly changed: () => void }) {
  const mayI = useMay()
  if (alarm.state === 'closed') return null
  const may = allowed(alarm)
  return (
    <>
      {mayI('respond') && <NewNote alarm={alarm} changed={changed} />}
      {mayI('command') && may.unshelve && <Shelved alarm={alarm} changed={changed} />}
      {mayI('command') && !may.unshelve && may.shelve !== null && <Shelve alarm={alarm} longest={may.shelve} changed={changed} />}
    </>
  )
}

interface Props {
  readonly alarm: Alarm
  readonly changed: () => void
}

function NewNote({ alarm, changed }: Props) {
  const t = useText()
  const run = useAlarmDeed()
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    const isDone = await run(() => api.note(alarm.id, note.trim()), 'note.done')
    setBusy(false)
    if (!isDone) return
    setNote('')
    changed()
  }
  return (
    <section className="timeline-deed">
      <label htmlFor="new-note">{t('note.label')}</label>
      <Input.TextArea id="new-note" value={note} onChange={(event) => setNote(event.target.value)} placeholder={t('note.hint')} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
      <Button disabled={note.trim() === ''} loading={busy} onClick={() => void add()} data-testid="note-add">{t('note.add')}</Button>
    </section>
  )
}

function Shelve({ alarm, longest, changed }: Props & { readonly longest: number }) {
  const t = useText()
  const run = useAlarmDeed()
  const [minutes, setMinutes] = useState(15)
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const shelve = async () => {
    if (reason.trim() === '') {
      setMissing(true)
      return
    }
    if (await run(() => api.shelve(alarm.id, minutes, reason.trim()), 'shelve.done')) changed()
  }
  return (
    <details className="timeline-more">
      <summary>{t('shelve.title')}</summary>
      <div className="timeline-shelve">
        <p>{t('shelve.for')}</p>
        <Segmented
          aria-label={t('shelve.for')} value={minutes} onChange={setMinutes}
          options={SHELVE_MINUTES.filter((each) => each <= longest).map((value) => ({
            value, label: value < 60 ? t('shelve.minutes', { n: value }) : t('shelve.hours', { n: value / 60 })
          }))}
        />
        {alarm.severity === 'critical' && <p className="close-hint">{t('shelve.limit')}</p>}
        <label htmlFor="shelve-reason">{t('shelve.reason')}</label>
        <Input
          id="shelve-reason" value={reason} placeholder={t('shelve.reason-hint')} maxLength={500} status={missing ? 'error' : ''} onChange={(event) => {
            setReason(event.target.value)
            setMissing(false)
          }}
        />
        <p className="close-missing" role="alert">{missing && t('shelve.need-reason')}</p>
        <Button onClick={() => void shelve()} data-testid="shelve-submit">{t('shelve.submit')}</Button>
      </div>
    </details>
  )
}

function Shelved({ alarm, changed }: Props) {
  const t = useText()
  const time = useTime()
  const run = useAlarmDeed()
  const end = async () => {
    if (await run(() => api.unshelve(alarm.id), 'shelve.ended')) changed()
  }
  return (
    <section className="timeline-deed">
      <p>{t('shelve.until', { time: time.minute(alarm.shelvedUntil ?? 0) })}</p>
      <Button onClick={() => void end()} data-testid="shelve-end">{t('shelve.end')}</Button>
    </section>
  )
}
