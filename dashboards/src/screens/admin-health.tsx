import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { adminApi } from '../api/admin-calls.ts'
import { platformNow } from '../api/client.ts'
import type { TextKey } from '../i18n/zh.ts'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { useTime } from '../shell/site.tsx'
import { ageText } from '../time/age.ts'
import { readNumbers } from './admin-numbers.ts'

/** How often it is asked, ms. */
const EVERY = 3000

/** `span`: seconds; `fails`: 0 well, 1 not; `until`: when it ends, seconds since 1970, 0 for never. */
type Form = 'count' | 'milliseconds' | 'bytes' | 'percent' | 'age' | 'span' | 'fails' | 'until'

interface Row {
  readonly text: TextKey
  readonly metric: string
  readonly form: Form
  /** Beyond it (or below, for `percent`) it needs attention; null where no value is wrong by itself. */
  readonly limit: number | null
}

const ROWS: readonly Row[] = [
  { text: 'health.delay', metric: 'gatehouse_main_thread_delay_p99_seconds', form: 'milliseconds', limit: 0.1 },
  { text: 'health.pending', metric: 'gatehouse_journal_pending', form: 'count', limit: 10_000 },
  { text: 'health.unjudged', metric: 'gatehouse_brain_behind', form: 'count', limit: 10_000 },
  { text: 'health.held', metric: 'gatehouse_acknowledgements_held', form: 'count', limit: 0 },
  { text: 'health.unwritten', metric: 'gatehouse_history_behind', form: 'count', limit: 100_000 },
  { text: 'health.connections', metric: 'gatehouse_mqtt_connections', form: 'count', limit: null },
  { text: 'health.sockets', metric: 'gatehouse_live_sockets', form: 'count', limit: null },
  { text: 'health.devices', metric: 'gatehouse_devices', form: 'count', limit: null },
  { text: 'health.disk', metric: 'gatehouse_disk_free_ratio', form: 'percent', limit: 0.1 },
  { text: 'health.memory', metric: 'gatehouse_process_resident_memory_bytes', form: 'bytes', limit: null },
  { text: 'health.uptime', metric: 'gatehouse_process_start_time_seconds', form: 'age', limit: null }
]

/** Where there is an InfluxDB. */
const INFLUX_ROWS: readonly Row[] = [
  { text: 'health.influx-reached', metric: 'gatehouse_influx_stalled', form: 'fails', limit: 0 },
  { text: 'health.influx-lag', metric: 'gatehouse_influx_lag_seconds', form: 'span', limit: 60 },
  { text: 'health.influx-queue', metric: 'gatehouse_influx_behind', form: 'count', limit: null },
  { text: 'health.influx-points', metric: 'gatehouse_influx_points_total', form: 'count', limit: null },
  { text: 'health.influx-failures', metric: 'gatehouse_influx_failures_total', form: 'count', limit: null },
  { text: 'health.influx-refused', metric: 'gatehouse_influx_refused_total', form: 'count', limit: 0 },
  { text: 'health.influx-rollups', metric: 'gatehouse_influx_rollups_waiting', form: 'count', limit: null },
  { text: 'health.influx-disk', metric: 'gatehouse_influx_disk_full_timestamp_seconds', form: 'until', limit: 0 }
]

/** A commit that takes longer holds up acknowledgements where a person would see it, s (design choice). */
const SLOW_COMMIT = 0.2

interface Reading {
  readonly at: number
  readonly numbers: ReadonlyMap<string, number>
}

/** How much a number that only rises rose between two readings; null with only one of them. It begins anew with the platform. */
function rise({ numbers, before }: Reading & { readonly before: Reading | null }, metric: string): number | null {
  const [now, then] = [numbers.get(metric), before?.numbers.get(metric)]
  return now === undefined || then === undefined ? null : Math.max(0, now - then)
}

/** How the platform stands, from what it tells whoever watches it. */
export function Health() {
  const t = useText()
  const [last, setLast] = useState<(Reading & { readonly before: Reading | null }) | null>(null)
  const ready = useQuery({ queryKey: ['ready'], queryFn: adminApi.ready, refetchInterval: EVERY, retry: false })
  const numbers = useQuery({ queryKey: ['metrics'], queryFn: async () => readNumbers((await adminApi.metrics()).text), refetchInterval: EVERY, retry: false })
  const at = numbers.dataUpdatedAt
  if (numbers.data && last?.at !== at) setLast({ at, numbers: numbers.data, before: last && { at: last.at, numbers: last.numbers } })
  const commits = last && rise(last, 'gatehouse_journal_commits_total')
  const committing = last && rise(last, 'gatehouse_journal_commit_seconds_total')
  const messages = last && rise(last, 'gatehouse_mqtt_messages_total')

  const formOf = useForm()
  const shown = valuesOf(ROWS, numbers.data)
  const influx = valuesOf(INFLUX_ROWS, numbers.data)
  return (
    <>
      {ready.isError && <Failed error={ready.error} retry={() => void ready.refetch()} />}
      {ready.data && (
        <p className="health-ready" data-ready={ready.data.status === 200} role="status">
          {ready.data.status === 200 ? t('health.ready') : t('health.not-ready', { detail: detailOf(ready.data.text) })}
        </p>
      )}
      {numbers.isPending && <Loading />}
      {numbers.isError && !ready.isError && <Failed error={numbers.error} retry={() => void numbers.refetch()} />}
      {numbers.isSuccess && shown.length === 0 && <Empty title={t('health.none')} />}
      <dl className="health">
        {shown.map((row) => <Figure key={row.text} {...row} />)}
        {commits !== null && committing !== null && commits > 0 && (
          <div data-wrong={committing / commits > SLOW_COMMIT}>
            <dt>{t('health.commit')}</dt><dd>{formOf('milliseconds', committing / commits)}</dd>
            {committing / commits > SLOW_COMMIT && <dd className="health-limit">{t('health.warn', { limit: formOf('milliseconds', SLOW_COMMIT) })}</dd>}
          </div>
        )}
        {last?.before && messages !== null && <div><dt>{t('health.messages')}</dt><dd>{(messages / ((last.at - last.before.at) / 1000)).toFixed(1)}</dd></div>}
      </dl>
      {influx.length > 0 && (
        <section aria-labelledby="health-influx">
          <h2 id="health-influx">{t('health.influx')}</h2>
          <dl className="health">{influx.map((row) => <Figure key={row.text} {...row} />)}</dl>
        </section>
      )}
    </>
  )
}

interface Shown extends Row {
  readonly value: number
}

/** Those rows of which the platform gave a number. */
function valuesOf(rows: readonly Row[], numbers: ReadonlyMap<string, number> | undefined): readonly Shown[] {
  return rows.flatMap((row) => {
    const value = numbers?.get(row.metric)
    return value === undefined ? [] : [{ ...row, value }]
  })
}

function Figure({ text, form, limit, value }: Shown) {
  const t = useText()
  const formOf = useForm()
  const isWrong = limit !== null && (form === 'percent' ? value < limit : value > limit)
  // Where nothing at all is right, the number says it.
  const isTold = isWrong && form !== 'fails' && form !== 'until'
  return (
    <div data-wrong={isWrong}>
      <dt>{t(text)}</dt><dd>{formOf(form, value)}</dd>
      {isTold && <dd className="health-limit">{t(form === 'percent' ? 'health.warn-below' : 'health.warn', { limit: formOf(form, limit) })}</dd>}
    </div>
  )
}

/** Numbers as they are read. */
function useForm(): (form: Form, value: number) => string {
  const t = useText()
  const time = useTime()
  return (form, value) => {
    switch (form) {
      case 'milliseconds': return `${milliseconds(value)} ms`
      case 'bytes': return `${Math.round(value / 1024 / 1024).toLocaleString('en-US')} MB`
      case 'percent': return `${Number((value * 100).toFixed(1))} %`
      case 'age': return ageText(t, platformNow() - value * 1000)
      case 'span': return ageText(t, value * 1000)
      case 'fails': return t(value === 0 ? 'health.reached' : 'health.not-reached')
      case 'until': return value === 0 ? t('health.disk-lasts') : time.moment(value * 1000, platformNow())
      case 'count': break
    }
    return value.toLocaleString('en-US')
  }
}

/** Tenths below 100 ms; above nobody looks at them. */
function milliseconds(seconds: number): string {
  const value = seconds * 1000
  return value < 99.95 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')
}

/** What a problem document says; the text itself where it is none. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: string }
    return detail ?? text
  } catch {
    return text
  }
}
