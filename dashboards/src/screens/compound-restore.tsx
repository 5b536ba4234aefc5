import { Modal, Select } from 'antd'
import type { ButtonProps } from 'antd'
import { useState } from 'react'
import type { CompoundView } from '../../../protocol/http/places.ts'
import { api } from '../api/calls.ts'
import { ApiError } from '../api/client.ts'
import { failureWords } from '../parts/deed.ts'
import { Field } from '../parts/field.tsx'
import { useSession } from '../shell/login-state.ts'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'
import { usePlaces } from '../shell/site.tsx'

/** antd's types know no data attributes. */
const SUBMIT: ButtonProps & { readonly 'data-testid': string } = { 'data-testid': 'restore-submit' }

/** Restores every released door of one building: which one is asked, and said again before it is done. */
export function RestoreDialog({ compound, buildings, done }: { readonly compound: CompoundView; readonly buildings: readonly string[]; readonly done: () => void }) {
  const t = useText()
  const places = usePlaces()
  const user = useSession().data
  const [building, setBuilding] = useState<string | null>(buildings.length === 1 ? buildings[0] ?? null : null)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const restore = async () => {
    if (building === null) {
      setFault(t('command.bad-choice'))
      return
    }
    setBusy(true)
    try {
      const { commands } = await api.restore(compound.id, building)
      notify('done', t('restore.done', { count: commands.length }))
      done()
    } catch (error) {
      setFault(error instanceof ApiError && error.code === 'nothing-held' ? t('restore.nothing') : failureWords(t, error))
    }
    setBusy(false)
  }
  return (
    <Modal
      open centered title={t('restore.title')} okText={t('restore.submit')} cancelText={t('sure.cancel')} confirmLoading={busy} onCancel={done} onOk={() => void restore()}
      okButtonProps={{ ...SUBMIT, danger: true }}
    >
      <div className="command-ask">
        <Field id="restore-building" label={t('restore.which')} fault={fault ?? undefined}>
          <Select
            id="restore-building" value={building} onChange={(value) => {
              setBuilding(value)
              setFault(null)
            }} options={buildings.map((value) => ({ value, label: places.building(compound.id, value) }))}
          />
        </Field>
        {building !== null && <p className="close-hint">{t('restore.what', { compound: compound.name, building: places.building(compound.id, building) })}</p>}
        {user && <p className="connection-note">{t('command.as-who', { who: user.name })}</p>}
      </div>
    </Modal>
  )
}
