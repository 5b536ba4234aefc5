import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { DeviceView, EventView } from '../../../protocol/http/devices.ts'
import type { Fields } from '../../../protocol/kinds/definition.ts'
import { KIND_DEFINITIONS } from '../../../protocol/kinds/index.ts'
import { api } from '../api/calls.ts'
import { Moment } from '../parts/age.tsx'
import { fieldName, unitText, valueText } from '../parts/field-value.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useMay } from '../shell/login-state.ts'
import { usePreferences, useText } from '../shell/preferences.tsx'

const SHOWN = 50
/** How often the list without passages is read anew, ms. With a reason it is read once: each reading goes on record. */
const EVERY = 10_000

/** What happened at the device. Passages say who went where only to somebody who says why they look. */
export function DeviceEvents({ device }: { readonly device: DeviceView }) {
  const t = useText()
  const may = useMay()
  const [reason, setReason] = useState<string | null>(null)
  const query = useQuery({
    queryKey: ['events', device.id, reason],
    queryFn: ({ signal }) => api.events(device.id, { limit: SHOWN, ...(reason === null ? {} : { reason }) }, signal),
    ...(reason === null ? { refetchInterval: EVERY } : { staleTime: Infinity, gcTime: 0 })
  })
  return (
    <section className="events" aria-labelledby="events-title">
      <h2 id="events-title">{t('device.events')}</h2>
      {device.kind === 'door' && may('investigate') && <Reason reason={reason} setReason={setReason} />}
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && (query.data.items.length === 0
        ? <Empty title={t('device.events-none')} />
        : <ol className="event-list">{query.data.items.map((event) => <Event key={event.id} event={event} kind={device.kind} />)}</ol>)}
    </section>
  )
}

function Reason({ reason, setReason }: { readonly reason: string | null; readonly setReason: (reason: string | null) => void }) {
  const t = useText()
  const [text, setText] = useState('')
  if (reason !== null) {
    return <p className="reason">{t('device.events-shown', { reason })} <Button size="small" onClick={() => setReason(null)}>{t('device.events-hide')}</Button></p>
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim()) setReason(text.trim())
  }
  return (
    <form className="reason" onSubmit={submit}>
      <label htmlFor="reason">{t('device.events-withheld')}</label>
      <div className="reason-row">
        <Input id="reason" value={text} onChange={(event) => setText(event.target.value)} placeholder={t('device.events-reason-hint')} aria-label={t('device.events-reason')} maxLength={500} />
        <Button htmlType="submit" disabled={!text.trim()}>{t('device.events-show')}</Button>
      </div>
    </form>
  )
}

function Event({ event, kind }: { readonly event: EventView; readonly kind: DeviceView['kind'] }) {
  const { t, language } = usePreferences()
  const { events } = KIND_DEFINITIONS[kind]
  const declared: Fields = KIND_DEFINITIONS[kind].eventFields
  return (
    <li className="event" data-type={event.type}>
      <Moment at={event.ts} />
      <b>{events[event.type]?.label[language] ?? event.type}</b>
      <span className="event-fields">
        {Object.entries(event.fields).map(([field, value]) => {
          const definition = declared[field]
          const unit = definition?.type === 'number' ? unitText(t, definition.unit) : ''
          return <span key={field}>{fieldName(t, language, field, definition)} <em>{valueText(t, language, field, definition, value)}{unit !== '' && ` ${unit}`}</em></span>
        })}
        {event.clockSuspect && <span>{t('device.clock-suspect')}</span>}
      </span>
    </li>
  )
}
