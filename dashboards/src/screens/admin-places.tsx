import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, InputNumber } from 'antd'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { Link } from 'react-router'
import type { BuildingView } from '../../../protocol/http/places.ts'
import { isCompoundId } from '../../../protocol/names.ts'
import { adminApi } from '../api/admin-calls.ts'
import { readCsv } from '../csv/read.ts'
import { CompoundName } from '../parts/compound-name.tsx'
import { failureWords } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'
import { useCompounds } from '../shell/site.tsx'

/** The compounds that there are, and a new one. */
export function PlacesOf() {
  const t = useText()
  const query = useCompounds()
  return (
    <>
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && query.data.length > 0 && (
        <div className="table-frame admin-long" tabIndex={0} role="group" aria-label={t('admin.places')}>
          <table className="table table-places">
            <thead>
              <tr>
                <th scope="col">{t('places.id')}</th><th scope="col">{t('places.name')}</th><th scope="col">{t('places.district')}</th><th scope="col" className="num">{t('places.homes')}</th>
                <th scope="col" className="num">{t('places.building-count')}</th><th scope="col" className="num">{t('places.devices')}</th>
              </tr>
            </thead>
            <tbody>
              {query.data.map(({ id, name, district, homes, buildings, devices }) => (
                <tr key={id}>
                  <td className="id">{id}</td><td><Link to={`/compounds/${id}`}><CompoundName name={name} /></Link></td><td>{district}</td><td className="num">{homes.toLocaleString('en-US')}</td>
                  <td title={buildings.map((building) => building.name).join(' · ')} className="num">{buildings.length}</td><td className="num">{devices.total.toLocaleString('en-US')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <h2>{t('places.new')}</h2>
      <NewCompound />
    </>
  )
}

const BLANK = { id: '', name: '', district: '', homes: null as number | null, buildings: '' }

function NewCompound() {
  const t = useText()
  const client = useQueryClient()
  const [draft, setDraft] = useState(BLANK)
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const change = (part: Partial<typeof BLANK>) => setDraft({ ...draft, ...part })

  const make = async () => {
    const { id, name, district, homes } = draft
    const { buildings, wrong } = readBuildings(draft.buildings)
    const missing = Object.fromEntries((['id', 'name', 'district', 'homes'] as const).filter((field) => String(draft[field] ?? '').trim() === '').map((field) => [field, t('admin.required')]))
    if (!isCompoundId(id) || homes === null || wrong !== null || Object.keys(missing).length > 0) {
      setFaults({ ...(id !== '' && !isCompoundId(id) ? { id: t('sheet.bad-id') } : {}), ...(wrong === null ? {} : { buildings: t('places.bad-buildings', { line: wrong }) }), ...missing })
      return
    }
    try {
      await adminApi.makeCompound({ id, name: name.trim(), district: district.trim(), homes, buildings, location: null })
      notify('done', t('places.made', { id }))
      setDraft(BLANK)
      setFaults({})
      void client.invalidateQueries({ queryKey: ['compounds'] })
    } catch (error) {
      setFaults({ all: failureWords(t, error) })
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void make()
  }
  return (
    <form className="form" onSubmit={submit} noValidate>
      <Field id="place-id" label={t('places.id')} hint={t('places.id-hint')} required fault={faults['id']}><Input id="place-id" value={draft.id} maxLength={32} spellCheck={false} autoCapitalize="none" onChange={(event) => change({ id: event.target.value.trim() })} /></Field>
      <Field id="place-name" label={t('places.name')} required fault={faults['name']}><Input id="place-name" value={draft.name} maxLength={64} onChange={(event) => change({ name: event.target.value })} /></Field>
      <Field id="place-district" label={t('places.district')} required fault={faults['district']}><Input id="place-district" value={draft.district} maxLength={64} onChange={(event) => change({ district: event.target.value })} /></Field>
      <Field id="place-homes" label={t('places.homes')} required fault={faults['homes']}><InputNumber id="place-homes" value={draft.homes} min={0} max={100_000} precision={0} onChange={(homes) => change({ homes })} /></Field>
      <div className="form-wide">
        <Field id="place-buildings" label={t('places.buildings')} hint={t('places.buildings-hint')} fault={faults['buildings']}>
          <Input.TextArea id="place-buildings" className="id" value={draft.buildings} rows={4} spellCheck={false} placeholder={t('places.buildings-example')} onChange={(event) => change({ buildings: event.target.value })} />
        </Field>
      </div>
      <p className="form-end"><Button type="primary" htmlType="submit" data-testid="place-submit">{t('places.submit')}</Button></p>
      <p className="field-fault" role="alert">{faults['all']}</p>
    </form>
  )
}

/** `id,name,units,floors` a line; the first line that is not so is told. */
function readBuildings(text: string): { readonly buildings: readonly BuildingView[]; readonly wrong: number | null } {
  const buildings: BuildingView[] = []
  for (const { line, cells } of readCsv(text.replaceAll('，', ',')).rows) {
    const [id = '', name = '', units, floors] = cells
    const building = { id, name, units: Number(units), floors: Number(floors) }
    const isRight = isCompoundId(id) && name !== '' && [building.units, building.floors].every((count) => Number.isInteger(count) && count >= 1)
    if (!isRight) return { buildings, wrong: line }
    buildings.push(building)
  }
  return { buildings, wrong: null }
}
