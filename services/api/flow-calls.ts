import type { Flows, FlowsVersion, FlowsVersionDetail, ShippedFlow } from '../../protocol/http/flows.ts'
import type { Identity } from '../registry/access.ts'
import { editorRight } from './editor.ts'
import type { FlowEditor, FlowsPort } from './editor.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { Problem } from './problem.ts'

type Calls =
  | 'flows.state' | 'flows.restart' | 'flows.versions' | 'flows.version' | 'flows.restore' | 'flows.export' | 'flows.import' | 'flows.shipped' | 'flows.reset'

/** How Node-RED stands, and what was deployed there. What changes flows is on record, with who did it. */
export function flowCalls({ brain, flows }: Pick<ApiHouse, 'brain' | 'flows'>): Pick<Handlers, Calls> {
  function editorOf(who: Identity): FlowEditor {
    const permissions = editorRight(who)
    if (!permissions) throw new Problem('not-permitted', 'flows see every compound: they are for administrators of all of them')
    return { username: who.actor, permissions }
  }
  function there(): FlowsPort {
    if (!flows) throw new Problem('flows-unavailable', 'there are no flows here: FLOWS=off')
    return flows
  }
  const ask = async <Answer>(who: Identity, path: string): Promise<Answer> => await there().ask(editorOf(who), 'GET', path) as Answer
  /** On record before it is done: what happened and is not on record would be worse than the other way round. */
  async function change(who: Identity, deed: 'restore' | 'import' | 'reset' | 'restart', object: string | null, carryOut: (editor: FlowEditor) => Promise<unknown>): Promise<null> {
    const editor = editorOf(who)
    there()
    await perform(brain, who.actor, { name: 'flows.change', deed, object })
    await carryOut(editor)
    return null
  }
  return {
    async 'flows.state'({ who }) {
      editorOf(who)
      return await flows?.state() ?? { phase: 'off', safe: false, since: null, memory: null, restarts: 0, last: null }
    },
    'flows.restart': ({ who }) => change(who, 'restart', null, (editor) => there().restart(editor)),
    'flows.versions': async ({ who }) => ({ items: await ask<FlowsVersion[]>(who, '/versions'), next: null }),
    'flows.version': ({ who, params }) => ask<FlowsVersionDetail>(who, `/versions/${params.number}`),
    'flows.restore': ({ who, params: { number } }) => change(who, 'restore', number, (editor) => there().ask(editor, 'POST', `/versions/${number}/restore`)),
    'flows.export': ({ who }) => ask<Flows>(who, '/flows'),
    'flows.import': ({ who, body }) => change(who, 'import', null, (editor) => there().ask(editor, 'POST', '/flows', body)),
    'flows.shipped': async ({ who }) => ({ items: await ask<ShippedFlow[]>(who, '/shipped'), next: null }),
    'flows.reset': ({ who, params: { id } }) => change(who, 'reset', id, (editor) => there().ask(editor, 'POST', `/shipped/${encodeURIComponent(id)}/reset`))
  }
}
