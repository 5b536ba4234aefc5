import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { FlowNode } from '../../../protocol/http/flows.ts'
import { flowsApi } from '../api/flows-calls.ts'
import { saveFile } from '../csv/save.ts'
import { AskFirst } from '../parts/ask-first.tsx'
import { useDeed } from '../parts/deed.ts'
import { useText } from '../shell/preferences.tsx'

/** All flows as a file, and back; in the form of the editor's own export. */
export function FlowFiles() {
  const t = useText()
  const client = useQueryClient()
  const [read, setRead] = useState<FlowNode[] | null>(null)
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const run = useDeed()
  const save = () => run(async () => {
    const { flows } = await flowsApi.exported()
    saveFile('gatehouse-flows.json', JSON.stringify(flows, null, 2), 'application/json')
  }, 'admin.done')
  const choose = async (file: File | undefined) => {
    if (!file) return
    setName(file.name)
    const flows = flowsIn(await file.text())
    setRead(flows)
    setFault(flows ? null : t('flows.import-bad'))
  }
  const replace = async (flows: FlowNode[]) => {
    setRead(null)
    setName('')
    await run(() => flowsApi.import({ flows }), 'admin.done')
    await client.invalidateQueries({ queryKey: ['flows'] })
  }
  return (
    <p className="flows-deeds">
      <Button onClick={() => void save()} data-testid="flows-export">{t('flows.export')}</Button>
      <label className="sheet-file">
        <input type="file" className="heard-only" accept=".json,application/json" data-testid="flows-import" onChange={(event) => void choose(event.target.files?.[0])} />
        <span>{t('flows.import')}</span> {name}
      </label>
      {read && (
        <AskFirst danger data-testid="flows-import-do" question={t('flows.import-sure', { count: read.length })} yes={t('flows.import-do')} onYes={() => void replace(read)}>
          {t('flows.import-do')} ({t('flows.nodes', { count: read.length })})
        </AskFirst>
      )}
      {fault !== null && <span className="field-fault" role="alert">{fault}</span>}
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
