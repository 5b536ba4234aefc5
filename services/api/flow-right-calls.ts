import { FLOWS_ACCOUNT, LIFE_SAFETY_RIGHTS, RIGHT_LABELS } from '../../protocol/flow-rights.ts'
import type { FlowRights } from '../../protocol/http/flow-rights.ts'
import type { Identity } from '../registry/access.ts'
import { hashSecret, makeSecret } from '../registry/secret.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { Problem } from './problem.ts'

type Calls = 'flows.rights' | 'flows.grant' | 'flows.token'

/** The account of the flows: what of life safety it may do, and its secret. */
export function flowRightCalls({ directory, brain, flows }: Pick<ApiHouse, 'directory' | 'brain' | 'flows'>): Pick<Handlers, Calls> {
  const view = (): FlowRights => ({
    granted: directory.tokens.get(FLOWS_ACCOUNT)?.grants ?? [],
    rights: LIFE_SAFETY_RIGHTS.map((id) => ({ id, label: RIGHT_LABELS[id] }))
  })

  return {
    'flows.rights': ({ who }) => {
      demandAll(who)
      return view()
    },

    async 'flows.grant'({ who, body }) {
      demandAll(who)
      await perform(brain, who.actor, { name: 'flows.rights', granted: body.granted })
      return view()
    },

    async 'flows.token'({ who }) {
      demandAll(who)
      if (flows) throw new Problem('flows-are-ours', 'another token would shut out the Node-RED of this platform; with FLOWS=off one that runs elsewhere can have it')
      const token = makeSecret()
      await perform(brain, who.actor, { name: 'flows.account', hash: hashSecret(token) })
      return { id: FLOWS_ACCOUNT, token }
    }
  }
}

/** The account sees all compounds: what it may do is for those to say who see them all. */
function demandAll(who: Identity): void {
  if (who.scope !== 'all') throw new Problem('beyond-own-rights', 'flows work in all compounds, and you see some only')
}
