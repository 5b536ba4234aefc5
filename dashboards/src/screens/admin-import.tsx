import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import type { ChangeEvent } from 'react'
import type { ImportLine } from '../../../protocol/http/devices.ts'
import type { Kind } from '../../../protocol/names.ts'
import { adminApi } from '../api/admin-calls.ts'
import { api } from '../api/calls.ts'
import { saveFile } from '../csv/save.ts'
import { csvText } from '../csv/write.ts'
import { failed, refusalWords } from '../parts/deed.ts'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'
import { useCompounds } from '../shell/site.tsx'
import { COLUMNS, compoundsIn, inOrder, readSheet } from './admin-sheet.ts'
import type { SheetFault, SheetRow } from './admin-sheet.ts'

interface Answered {
  readonly answer: ImportLine
  /** Line of the file. */
  readonly line: number
}

interface Checked {
  readonly rows: readonly SheetRow[]
  readonly faults: readonly SheetFault[]
}

/** Many devices from a spreadsheet: first a dry run that shows every fault, then the enrolment, then their tokens. */
export function Import() {
  const t = useText()
  const client = useQueryClient()
  const { data: compounds } = useCompounds()
  const [text, setText] = useState('')
  const [name, setName] = useState('')
  const [checked, setChecked] = useState<Checked | null>(null)
  const [answers, setAnswers] = useState<readonly Answered[] | null>(null)
  const [busy, setBusy] = useState<'checking' | 'importing' | null>(null)

  const change = (next: string) => {
    setText(next)
    setChecked(null)
    setAnswers(null)
  }
  const during = async (what: 'checking' | 'importing', work: () => Promise<void>) => {
    setBusy(what)
    try {
      await work()
    } catch (error) {
      notify('failed', failed(t, error))
    } finally {
      setBusy(null)
    }
  }
  const check = () => during('checking', async () => {
    const buildings = new Map<string, ReadonlySet<string>>(compounds?.map(({ id, buildings }) => [id, new Set(buildings.map((building) => building.id))]))
    // Devices of the compounds that the file names: that is where an id or a gateway can be known already.
    const devices = new Map<string, Kind>()
    const lists = await Promise.all(compoundsIn(text).filter((id) => buildings.has(id)).map((id) => api.devices(id, new AbortController().signal)))
    for (const { id, kind } of lists.flat()) devices.set(id, kind)
    setChecked(readSheet(text, { buildings, devices }))
  })
  const enrol = (rows: readonly SheetRow[]) => during('importing', async () => {
    const ordered = inOrder(rows)
    const lines = await adminApi.importDevices(ordered.map(({ device }) => device))
    setAnswers(lines.map((answer, at) => ({ answer, line: ordered[at]?.line ?? 0 })))
    setChecked(null)
    void client.invalidateQueries({ queryKey: ['devices'] })
  })
  const isRight = checked?.faults.length === 0
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? []
    if (!file) return
    setName(file.name)
    void file.text().then(change)
  }
  return (
    <div className="sheet">
      <p>{t('sheet.what', { columns: COLUMNS.join(', ') })}</p>
      <label className="sheet-file"><input type="file" className="heard-only" accept=".csv,text/csv,text/plain" onChange={choose} data-testid="sheet-file" /><span>{t('sheet.choose')}</span> {name}</label>
      <label htmlFor="sheet-text">{t('sheet.paste')}</label>
      <Input.TextArea id="sheet-text" value={text} onChange={(event) => change(event.target.value)} rows={8} wrap="off" spellCheck={false} className="id" placeholder={`${COLUMNS.join(',')}\nc07-smoke-0123,smoke,c07,b01,1,12,1203,c07-gateway-01,GH-S1`} />
      <p className="form-end">
        <Button type={isRight ? 'default' : 'primary'} disabled={text.trim() === ''} loading={busy === 'checking'} onClick={() => void check()} data-testid="sheet-check">{t(busy === 'checking' ? 'sheet.checking' : 'sheet.check')}</Button>
        {checked && isRight && (
          <Button type="primary" loading={busy === 'importing'} onClick={() => void enrol(checked.rows)} data-testid="sheet-import">
            {busy === 'importing' ? t('sheet.importing') : t('sheet.import', { count: checked.rows.length })}
          </Button>
        )}
      </p>
      <div role="status">{checked && <p><b>{checked.faults.length > 0 ? t('sheet.faults', { count: checked.faults.length }) : t('sheet.good', { count: checked.rows.length })}</b></p>}</div>
      {checked && checked.faults.length > 0 && <Faults faults={checked.faults} />}
      {answers && <Answers answers={answers} />}
    </div>
  )
}

/** Faults drawn; a file that is wrong throughout says so in the first hundreds of lines. */
const DRAWN = 300

function Faults({ faults }: { readonly faults: readonly SheetFault[] }) {
  const t = useText()
  return (
    <div className="table-frame">
      <table className="table" data-testid="sheet-faults">
        <thead><tr><th scope="col">{t('sheet.line')}</th><th scope="col">{t('sheet.field')}</th><th scope="col">{t('sheet.fault')}</th><th scope="col">{t('sheet.value')}</th></tr></thead>
        <tbody>
          {faults.slice(0, DRAWN).map(({ line, field, code, value, other }) => (
            <tr key={`${line} ${field} ${code}`}><td className="num">{line}</td><td className="id">{field}</td><td>{t(`sheet.${code}`, { line: other ?? 0 })}</td><td className="id">{value}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Answers({ answers }: { readonly answers: readonly Answered[] }) {
  const t = useText()
  const enrolled = answers.flatMap(({ answer }) => ('token' in answer ? [answer] : []))
  const refused = answers.flatMap(({ answer, line }) => ('error' in answer ? [{ at: line, id: answer.id, error: answer.error }] : []))
  const save = () => saveFile('device-tokens.csv', csvText([['id', 'token'], ...enrolled.map(({ id, token }) => [id, token])]))
  return (
    <>
      {enrolled.length > 0 && (
        <div className="secret" role="status">
          <p><b>{t('sheet.imported', { done: enrolled.length })}</b></p>
          <p><Button type="primary" onClick={save} data-testid="sheet-download">{t('sheet.download')}</Button></p>
          <p>{t('admin.once')}</p>
        </div>
      )}
      {refused.length > 0 && (
        <>
          <p role="alert"><b>{t('sheet.refused', { count: refused.length })}</b></p>
          <div className="table-frame">
            <table className="table">
              <thead><tr><th scope="col">{t('sheet.line')}</th><th scope="col">{t('enrol.id')}</th><th scope="col">{t('sheet.fault')}</th></tr></thead>
              <tbody>{refused.slice(0, DRAWN).map(({ at, id, error }) => <tr key={at}><td className="num">{at}</td><td className="id">{id}</td><td>{refusalWords(t, error)}</td></tr>)}</tbody>
            </table>
          </div>
        </>
      )}
    </>
  )
}
