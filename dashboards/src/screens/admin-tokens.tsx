import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { ROLES } from '../../../protocol/http/permissions.ts'
import type { Role } from '../../../protocol/http/permissions.ts'
import { isCompoundId } from '../../../protocol/names.ts'
import { adminApi } from '../api/admin-calls.ts'
import { platformNow } from '../api/client.ts'
import { Moment } from '../parts/age.tsx'
import { AskFirst } from '../parts/ask-first.tsx'
import { failureWords, useDeed } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { Secret } from '../parts/secret.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { useText } from '../shell/preferences.tsx'
import { useCompounds, usePlaces } from '../shell/site.tsx'

const DAY = 86_400_000
/** Days that are offered; 0: no end. */
const VALID_FOR = [7, 90, 365, 0] as const

/** Tokens of programs: who reads, who enrols. */
export function Tokens() {
  const t = useText()
  const places = usePlaces()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['tokens'], queryFn: ({ signal }) => adminApi.tokens(signal) })
  const run = useDeed()
  const reread = () => void client.invalidateQueries({ queryKey: ['tokens'] })
  const remove = async (id: string) => {
    await run(() => adminApi.removeToken(id), 'admin.done')
    reread()
  }
  return (
    <>
      <NewToken made={reread} />
      {query.isPending && <Loading />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Empty title={t('tokens.none')} />}
      {query.data && query.data.items.length > 0 && (
        <div className="table-frame">
          <table className="table table-tokens" data-testid="tokens">
            <thead>
              <tr>
                <th scope="col">{t('tokens.name')}</th><th scope="col">{t('tokens.role')}</th><th scope="col">{t('alarms.filter-compound')}</th>
                <th scope="col">{t('tokens.until')}</th><th scope="col">{t('tokens.by')}</th><th scope="col"><span className="heard-only">{t('tokens.remove')}</span></th>
              </tr>
            </thead>
            <tbody>
              {query.data.items.toSorted((one, other) => other.createdAt - one.createdAt).map(({ id, name, role, compounds, expiresAt, createdAt, createdBy }) => (
                <tr key={id}>
                  <td>{name}<small className="table-place id">{id}</small></td>
                  <td>{t(`role.${role}`)}</td>
                  <td>{compounds === 'all' ? t('tokens.all') : compounds.map((compound) => places.compound(compound)).join(' · ')}</td>
                  <td data-label={expiresAt === null ? undefined : t('tokens.until')}>{expiresAt === null ? t('tokens.never') : <Moment at={expiresAt} />}</td>
                  <td data-label={t('tokens.by')}>{createdBy === 'system' ? t('flows.platform') : createdBy}<small className="table-place"><Moment at={createdAt} /></small></td>
                  <td>
                    <AskFirst type="text" size="small" danger question={t('tokens.remove-sure', { name })} yes={t('tokens.remove')} onYes={() => void remove(id)}>{t('tokens.remove')}</AskFirst>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function NewToken({ made }: { readonly made: () => void }) {
  const t = useText()
  const { data: compounds } = useCompounds()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [scope, setScope] = useState<readonly string[]>([])
  const [days, setDays] = useState<number>(90)
  const [fault, setFault] = useState<string | null>(null)
  const [secret, setSecret] = useState<{ name: string; token: string } | null>(null)
  const make = async () => {
    if (name.trim() === '') {
      setFault(t('admin.required'))
      return
    }
    try {
      const expiresAt = days === 0 ? null : platformNow() + days * DAY
      const { token } = await adminApi.makeToken({
        name: name.trim(), role, compounds: scope.length === 0 ? 'all' : scope.filter(isCompoundId), expiresAt: expiresAt === null ? null : Math.round(expiresAt)
      })
      setSecret({ name: name.trim(), token })
      setName('')
      setFault(null)
      made()
    } catch (error) {
      setFault(failureWords(t, error))
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void make()
  }
  return (
    <>
      <form className="form" onSubmit={submit} noValidate>
        <Field id="token-name" label={t('tokens.name')} required fault={fault ?? undefined}><Input id="token-name" value={name} maxLength={64} onChange={(event) => setName(event.target.value)} /></Field>
        <Field id="token-role" label={t('tokens.role')}><Select id="token-role" value={role} onChange={setRole} options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} /></Field>
        <Field id="token-scope" label={t('tokens.scope')}>
          <Select
            id="token-scope" mode="multiple" value={[...scope]} onChange={(chosen: string[]) => setScope(chosen)} showSearch={{ optionFilterProp: 'label' }} maxTagCount="responsive"
            options={compounds?.map((compound) => ({ value: compound.id, label: compound.name })) ?? []}
          />
        </Field>
        <Field id="token-days" label={t('tokens.expires')}>
          <Select id="token-days" value={days} onChange={setDays} options={VALID_FOR.map((value) => ({ value, label: value === 0 ? t('tokens.never') : t('tokens.days', { count: value }) }))} />
        </Field>
        <p className="form-end"><Button type="primary" htmlType="submit" data-testid="token-submit">{t('tokens.new')}</Button></p>
      </form>
      {secret && <Secret title={t('tokens.made', { name: secret.name })} secret={secret.token} />}
    </>
  )
}
