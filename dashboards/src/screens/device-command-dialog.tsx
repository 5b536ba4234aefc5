import { Input, InputNumber, Modal, Select } from 'antd'
import type { ButtonProps } from 'antd'
import { useState } from 'react'
import type { IssuedCommand } from '../../../protocol/command.ts'
import type { DeviceView } from '../../../protocol/http/devices.ts'
import type { Command, Field as Declared } from '../../../protocol/kinds/definition.ts'
import type { ApiError } from '../api/client.ts'
import type { Translate } from '../i18n/text.ts'
import { argumentOf, furtherArguments, weighty } from '../live/command.ts'
import { Field } from '../parts/field.tsx'
import { useSession } from '../shell/login-state.ts'
import { usePreferences } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'

/** antd's types know no data attributes. */
const SUBMIT: ButtonProps & { readonly 'data-testid': string } = { 'data-testid': 'command-submit' }

interface Props {
  readonly device: DeviceView
  readonly name: string
  readonly command: Command
  /** Gives it; answers the faults that the platform found in it, null where there is nothing to be put right here. */
  readonly give: (name: string, args: IssuedCommand['args']) => Promise<ApiError | null>
  readonly done: () => void
}

/** Asks for what a command needs, and for the certainty of who gives it: what will happen, to which door, and in whose name. */
export function CommandDialog({ device, name, command, give, done }: Props) {
  const { t, language } = usePreferences()
  const places = usePlaces()
  const user = useSession().data
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({})
  const [json, setJson] = useState('')
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const [busy, setBusy] = useState(false)
  const heavy = weighty(device.kind, name)
  const label = command.label[language].replace(/\s*[（(].*[）)]$/, '')

  const submit = async () => {
    const args: Record<string, unknown> = {}
    const wrong: Record<string, string> = {}
    for (const [key, field] of Object.entries(command.args)) {
      const value = argumentOf(field, texts[key] ?? '')
      if (value === undefined) wrong[key] = faultOf(t, field)
      else args[key] = value
    }
    const further = command.closed ? {} : furtherArguments(json)
    if (further === null) wrong['args'] = t('command.bad-json')
    setFaults(wrong)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    const error = await give(name, { ...args, ...further })
    setBusy(false)
    if (error === null) done()
    else setFaults(Object.fromEntries(error.faults.length > 0 ? error.faults.map(({ path, message }) => [path.replace(/^args\./, ''), message]) : [['args', error.message]]))
  }
  const type = (key: string, text: string) => setTexts({ ...texts, [key]: text })
  const other = Object.entries(faults).filter(([key]) => !Object.hasOwn(command.args, key) && (command.closed || key !== 'args'))
  return (
    <Modal
      open centered title={heavy === null ? label : t(`sure.${heavy}`)} okText={heavy === null ? t('command.send') : label} cancelText={t('sure.cancel')}
      confirmLoading={busy} onCancel={done} onOk={() => void submit()} okButtonProps={{ ...SUBMIT, danger: heavy !== null }}
    >
      <div className="command-ask">
        <p className="command-where">
          <b>{places.compound(device.compound)} {places.within(device.compound, device.location.building, device.location)}</b>{' '}
          <span className="id">{device.id}</span>
        </p>
        {heavy !== null && <p className="close-hint">{t(`sure.${heavy}-what`)}</p>}
        {!device.online && <p className="close-hint">{t(device.kind === 'door' ? 'command.offline' : 'command.offline-short')}</p>}
        {Object.entries(command.args).map(([key, field]) => (
          <Field key={key} id={`argument-${key}`} label={field.label[language]} fault={faults[key]}>
            <Control id={`argument-${key}`} field={field} text={texts[key] ?? ''} onChange={(text) => type(key, text)} t={t} />
          </Field>
        ))}
        {!command.closed && (
          <Field id="argument-json" label={t('command.args-json')} fault={faults['args']}>
            <Input.TextArea id="argument-json" className="id" value={json} rows={4} spellCheck={false} onChange={(event) => setJson(event.target.value)} placeholder="{ }" />
          </Field>
        )}
        {other.map(([key, message]) => <p key={key} className="field-fault" role="alert">{message}</p>)}
        {user && <p className="connection-note">{t('command.as-who', { who: user.name })}</p>}
      </div>
    </Modal>
  )
}

interface ControlProps {
  readonly id: string
  readonly field: Declared
  readonly text: string
  readonly onChange: (text: string) => void
  readonly t: Translate
}

function Control({ id, field, text, onChange, t }: ControlProps) {
  const chosen = { id, onChange, ...(text === '' ? {} : { value: text }) }
  switch (field.type) {
    case 'text': return <Input id={id} value={text} maxLength={field.maxCharacters} showCount onChange={(event) => onChange(event.target.value)} />
    case 'boolean': return <Select {...chosen} options={[{ value: 'true', label: t('value.yes') }, { value: 'false', label: t('value.no') }]} />
    case 'enum': return <Select {...chosen} options={field.values.map((value) => ({ value, label: value }))} />
    case 'number': break
  }
  return (
    <InputNumber
      id={id} value={text === '' ? null : Number(text)} min={field.min} max={field.max} onChange={(value) => onChange(value === null ? '' : String(value))}
      {...(field.unit === null ? {} : { suffix: field.unit })}
    />
  )
}

function faultOf(t: Translate, field: Declared): string {
  if (field.type === 'text') return t('command.bad-text', { min: field.minCharacters ?? 1, max: field.maxCharacters })
  return field.type === 'number' ? t('command.bad-number', { min: field.min, max: field.max }) : t('command.bad-choice')
}
