import { Input, Modal } from 'antd'
import type { ButtonProps } from 'antd'
import { useState } from 'react'
import type { Alarm, Cause } from '../../../protocol/alarm.ts'
import { api } from '../api/calls.ts'
import { alarmWords } from '../live/alarm-text.ts'
import { OUT_OF_SERVICE_CAUSES, allowed } from '../live/actions.ts'
import { selectAlarms, useLive } from '../live/use-live.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'
import { Causes } from './causes.tsx'
import { useAlarmDeed } from './deed.ts'
import { SeverityTag } from './severity.tsx'

/** antd's types know no data attributes. */
const SUBMIT: ButtonProps & { readonly 'data-testid': string } = { 'data-testid': 'close-submit' }

/** Asks what it was. The causes that the alarm's state does not allow are there, greyed, with the reason above them. */
export function CloseDialog({ alarm: asked, done }: { readonly alarm: Alarm; readonly done: () => void }) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const run = useAlarmDeed()
  const alarm = useLive(selectAlarms).get(asked.id) ?? asked
  const { causes } = allowed(alarm)
  const [chosen, setChosen] = useState<Cause | null>(null)
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [missing, setMissing] = useState(false)
  const cause = chosen && causes.includes(chosen) ? chosen : null

  const close = async () => {
    if (!cause) {
      setMissing(true)
      return
    }
    setBusy(true)
    const isDone = await run(() => api.close(alarm.id, cause, note.trim() || null), 'alarms.done-close')
    setBusy(false)
    if (isDone) done()
  }

  return (
    <Modal
      open centered title={t('close.title')} okText={t('close.submit')} cancelText={t('close.cancel')} confirmLoading={busy} onCancel={done}
      onOk={() => void close()} okButtonProps={SUBMIT}
    >
      <div className="close">
        <p className="close-what"><SeverityTag severity={alarm.severity} /> <b>{alarmWords(alarm, language)}</b></p>
        <p className="close-where">{places.compound(alarm.compound)} {places.within(alarm.compound, alarm.building, alarm.location)}</p>
        <fieldset>
          <legend>{t('close.what-was-it')}</legend>
          {alarm.state === 'active' && <p className="close-hint">{t(alarm.acknowledged ? 'close.still-going' : 'close.still-active')}</p>}
          <Causes
            value={cause} allowed={causes} onChange={(chosen) => {
              setChosen(chosen)
              setMissing(false)
            }}
          />
          <p className="close-missing" role="alert">{missing && t('close.need-cause')}</p>
          {alarm.state === 'active' && cause && OUT_OF_SERVICE_CAUSES.includes(cause) && <p className="close-hint">{t('close.out-of-service')}</p>}
        </fieldset>
        <label htmlFor="close-note">{t('close.note')}</label>
        <Input.TextArea id="close-note" value={note} onChange={(event) => setNote(event.target.value)} placeholder={t('close.note-hint')} rows={3} maxLength={2000} />
      </div>
    </Modal>
  )
}
