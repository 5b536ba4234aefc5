import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import type { FlowNode } from '../../../protocol/http/flows.ts'
import { flowsApi } from '../api/flows-calls.ts'
import { saveFile } from '../csv/save.ts'
import { failureWords } from '../parts/deed.ts'
import { notify } from '../shell/notices.tsx'
import { useText } from '../shell/preferences.tsx'

/** All flows as a file, and back; in the form of the editor's own export. */
export function FlowFiles() {
  const t = useText()
  const client = useQueryClient()
  const [read, setRead] = useState<FlowNode[] | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const run = async (deed: () => Promise<unknown>) => {
    try {
      await deed()
      notify('done', t('admin.done'))
    } catch (error) {
      notify('failed', t('alarms.failed', { detail: failureWords(t, error) }))
    }
  }
  const save = () => run(async () => {
    const { flows } = await flowsApi.exported()
    saveFile('gatehouse-flows.json', JSON.stringify(flows, null, 2), 'application/json')
  })
  const choose = async (file: File | undefined) => {
    if (!file) return
    const flows = flowsIn(await file.text())
    setRead(flows)
    setFault(flows ? null : t('flows.import-bad'))
  }
  const replace = async (flows: FlowNode[]) => {
    setRead(null)
    await run(() => flowsApi.import({ flows }))
    await client.invalidateQueries({ queryKey: ['flows'] })
  }
  return (
    <p className="flows-deeds">
      <Button onClick={() => void save()} data-testid="flows-export">{t('flows.export')}</Button>
      <label className="flows-import">
        {t('flows.import')}
        <input type="file" accept=".json,application/json" data-testid="flows-import" onChange={(event) => void choose(event.target.files?.[0])} />
      </label>
      {read && (
        <Popconfirm title={t('flows.import-sure', { count: read.length })} okText={t('flows.import-do')} cancelText={t('close.cancel')} onConfirm={() => void replace(read)}>
          <Button danger data-testid="flows-import-do">{t('flows.import-do')} ({t('flows.nodes', { count: read.length })})</Button>
        </Popconfirm>
      )}
      {fault !== null && <span role="alert">{fault}</span>}
    </p>
  )
}

/** The nodes of a file that the editor or this page exported; null when it is none. */
function flowsIn(text: string): FlowNode[] | null {
  try {
    const content = JSON.parse(text) as unknown
    const isFlows = Array.isArray(content) && content.every((node: unknown) => typeof node === 'object' && node !== null && 'id' in node && 'type' in node)
    return isFlows ? content as FlowNode[] : null
  } catch {
    return null
  }
}
