import type { FlowsDifference } from '../../../protocol/http/flows.ts'
import { useText } from '../shell/preferences.tsx'

/** So many nodes are named; the rest is counted. */
const NAMED = 40

/** What is in one set of flows and not in another, node by node. */
export function FlowDifference({ difference }: { readonly difference: FlowsDifference }) {
  const t = useText()
  const { added, changed, removed, moved } = difference
  const kinds = ([['flows.added', added], ['flows.changed', changed], ['flows.removed', removed]] as const).filter(([, nodes]) => nodes.length > 0)
  if (kinds.length === 0) return <p>{moved === 0 ? t('flows.same') : t('flows.counts', { added: 0, changed: 0, removed: 0, moved })}</p>
  return (
    <dl className="flows-difference">
      {kinds.map(([kind, nodes]) => (
        <div key={kind}>
          <dt>{t(kind)} ({nodes.length})</dt>
          <dd>
            {nodes.slice(0, NAMED).map(({ id, type, name, flow }) => <span key={id}>{flow !== null && `${flow} / `}{name || id} <small>{type}</small></span>)}
            {nodes.length > NAMED && '…'}
          </dd>
        </div>
      ))}
    </dl>
  )
}
