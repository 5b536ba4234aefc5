import type { CompoundView } from '../../protocol/http/places.ts'
import type { RulesView } from '../../protocol/http/rules.ts'
import { rightForCommand } from '../../protocol/flow-rights.ts'
import { KIND_DEFINITIONS } from '../../protocol/kinds/index.ts'
import { KINDS, SEVERITIES } from '../../protocol/names.ts'
import type { Bilingual } from '../../protocol/names.ts'
import { TRANSITIONS } from '../../protocol/alarm.ts'
import { addressOf } from './platform/address.ts'
import { PlatformApi } from './platform/api.ts'
import { asFault } from './platform/fault.ts'
import { PlatformLink } from './platform/link.ts'
import type { GatehouseNode } from './platform/link.ts'
import type { Red } from './platform/red.ts'

/** The configuration node: where the platform is. All that is left empty comes from the platform that runs Node-RED. */
export function gatehouse(red: Red): void {
  red.nodes.registerType('gatehouse', function gatehouseNode(definition) {
    red.nodes.createNode(this, definition)
    const link = new PlatformLink(addressOf(red.settings, definition, this.credentials?.['token'], process.env))
    Object.assign(this, { link })
    this.on('close', (done: () => void) => void link.stop().finally(done))
  }, { credentials: { token: { type: 'password' } } })

  // What the editor's lists offer. One that is not deployed yet goes by what the platform said.
  red.httpAdmin.get('/gatehouse/choices', red.auth.needsPermission('flows.read'), (request, answer) => {
    const { link } = (red.nodes.getNode(request.query['gatehouse']) ?? {}) as Partial<GatehouseNode>
    const api = link?.api ?? new PlatformApi(addressOf(red.settings, null, undefined, process.env))
    choices(api).then((found) => answer.json(found), (thrown: unknown) => answer.status(502).json({ message: asFault(thrown).message }))
  })
}

interface Choice {
  readonly id: string
  readonly zh: string
  readonly en: string
}

async function choices(api: PlatformApi): Promise<object> {
  const [compounds, { rules }] = await Promise.all([api.list<CompoundView>('/compounds'), api.get<RulesView>('/rules')])
  return {
    compounds: compounds.map(({ id, name }) => ({ id, zh: name, en: name })),
    rules: rules.map(({ id, title: { zh, en } }) => ({ id, zh, en })),
    severities: SEVERITIES,
    transitions: [...TRANSITIONS, 'open'],
    kinds: KINDS.map((id) => {
      const { label: { zh, en }, telemetry, events, commands } = KIND_DEFINITIONS[id]
      return { id, zh, en, fields: named(telemetry), events: named(events), commands: named(commands), rights: Object.keys(commands).filter((command) => rightForCommand(id, command) !== null) }
    })
  }
}

function named(entries: Readonly<Record<string, { readonly label: Bilingual }>>): Choice[] {
  return Object.entries(entries).map(([id, { label: { zh, en } }]) => ({ id, zh, en }))
}
