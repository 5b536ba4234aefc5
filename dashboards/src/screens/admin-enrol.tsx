import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { KINDS, isCompoundId, isDeviceId } from '../../../protocol/names.ts'
import type { Kind } from '../../../protocol/names.ts'
import { adminApi } from '../api/admin-calls.ts'
import { ApiError } from '../api/client.ts'
import { failureWords } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { Secret } from '../parts/secret.tsx'
import { useText } from '../shell/preferences.tsx'
import { useCompounds } from '../shell/site.tsx'

const BLANK = { id: '', kind: null as Kind | null, compound: null as string | null, building: null as string | null, unit: '', floor: null as number | null, home: '', gateway: '', model: '' }

/** One device by hand. The place stays for the next one. */
export function Enrol() {
  const t = useText()
  const client = useQueryClient()
  const { data: compounds } = useCompounds()
  const [draft, setDraft] = useState(BLANK)
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const [made, setMade] = useState<{ id: string; token: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const change = (part: Partial<typeof BLANK>) => setDraft({ ...draft, ...part })
  const buildings = compounds?.find(({ id }) => id === draft.compound)?.buildings ?? []

  const enrol = async () => {
    const { id, kind, compound, building, unit, floor, home, gateway, model } = draft
    const missing = Object.fromEntries((['id', 'kind', 'compound', 'building'] as const).filter((name) => !draft[name]).map((name) => [name, t('admin.required')]))
    if (!isDeviceId(id) || (gateway !== '' && !isDeviceId(gateway)) || !kind || compound === null || !isCompoundId(compound) || building === null) {
      setFaults({
        ...(id !== '' && !isDeviceId(id) ? { id: t('enrol.bad-id') } : {}), ...(gateway !== '' && !isDeviceId(gateway) ? { gateway: t('enrol.bad-id') } : {}), ...missing
      })
      return
    }
    setBusy(true)
    try {
      const location = { building, ...(unit ? { unit } : {}), ...(floor === null ? {} : { floor }), ...(home ? { home } : {}) }
      const answer = await adminApi.enrol({ id, kind, compound, gateway: gateway === '' ? null : gateway, location, model: model || null })
      setMade({ id, token: answer.token })
      setFaults({})
      change({ id: '' })
      void client.invalidateQueries({ queryKey: ['devices'] })
    } catch (error) {
      const told = error instanceof ApiError ? Object.fromEntries(error.faults.map(({ path, message }) => [path.split('.').at(-1) ?? '', message])) : {}
      setFaults({ ...told, all: failureWords(t, error) })
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enrol()
  }
  return (
    <>
      <form className="form" onSubmit={submit} noValidate>
        <Field id="enrol-id" label={t('enrol.id')} hint={t('enrol.id-hint')} required fault={faults['id']}>
          <Input id="enrol-id" value={draft.id} onChange={(event) => change({ id: event.target.value.trim() })} maxLength={64} spellCheck={false} autoCapitalize="none" />
        </Field>
        <Field id="enrol-kind" label={t('kind.label')} required fault={faults['kind']}>
          <Select id="enrol-kind" value={draft.kind} onChange={(kind) => change({ kind })} options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
        </Field>
        <Field id="enrol-compound" label={t('alarms.filter-compound')} required fault={faults['compound']}>
          <Select
            id="enrol-compound" value={draft.compound} onChange={(compound) => change({ compound, building: null })} showSearch={{ optionFilterProp: 'label' }}
            options={compounds?.map(({ id, name }) => ({ value: id, label: `${name} · ${id}` })) ?? []}
          />
        </Field>
        <Field id="enrol-building" label={t('enrol.building')} required fault={faults['building']}>
          <Select
            id="enrol-building" value={draft.building} onChange={(building) => change({ building })} disabled={draft.compound === null}
            placeholder={draft.compound === null ? t('enrol.building-first') : ''}
            options={buildings.map(({ id, name }) => ({ value: id, label: `${name} · ${id}` }))}
          />
        </Field>
        <Field id="enrol-unit" label={t('enrol.unit')} fault={faults['unit']}><Input id="enrol-unit" value={draft.unit} maxLength={32} onChange={(event) => change({ unit: event.target.value })} /></Field>
        <Field id="enrol-floor" label={t('enrol.floor')} fault={faults['floor']}><InputNumber id="enrol-floor" value={draft.floor} min={-20} max={200} precision={0} onChange={(floor) => change({ floor })} /></Field>
        <Field id="enrol-home" label={t('enrol.home')} fault={faults['home']}><Input id="enrol-home" value={draft.home} maxLength={32} onChange={(event) => change({ home: event.target.value })} /></Field>
        <Field id="enrol-gateway" label={t('enrol.gateway')} hint={t('enrol.gateway-hint')} fault={faults['gateway']}><Input id="enrol-gateway" value={draft.gateway} maxLength={64} spellCheck={false} autoCapitalize="none" onChange={(event) => change({ gateway: event.target.value.trim() })} /></Field>
        <Field id="enrol-model" label={t('enrol.model')} fault={faults['model']}><Input id="enrol-model" value={draft.model} maxLength={64} onChange={(event) => change({ model: event.target.value })} /></Field>
        <p className="form-end"><Button type="primary" htmlType="submit" loading={busy} data-testid="enrol-submit">{t('enrol.submit')}</Button></p>
        <p className="field-fault" role="alert">{faults['all']}</p>
      </form>
      {made && <Secret title={t('enrol.made', { id: made.id })} secret={made.token} />}
    </>
  )
}
