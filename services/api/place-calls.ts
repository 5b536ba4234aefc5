import type { CompoundView } from '../../protocol/http/places.ts'
import { sees } from '../registry/access.ts'
import type { CompoundRecord } from '../store/ports.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { pageOf } from './paging.ts'
import { Problem } from './problem.ts'

type Calls = 'site.show' | 'compounds.list' | 'compounds.create' | 'compounds.show'

const NO_ALARMS = { critical: 0, high: 0, medium: 0, low: 0 }

/** The site and its compounds. */
export function placeCalls(house: ApiHouse): Pick<Handlers, Calls> {
  const { directory, brain } = house

  function view({ id, name, district, homes, buildings, location }: CompoundRecord): CompoundView {
    const summary = house.summaries.get(id)
    const { devices = { total: 0, online: 0 }, alarms = NO_ALARMS } = summary ?? {}
    return { id, name, district, homes, buildings, location, devices, alarms }
  }

  return {
    'site.show': () => house.site(),

    'compounds.list'({ who, query }) {
      const seen = [...directory.compounds.values()].filter((compound) => sees(who.scope, compound.id))
      const page = pageOf(seen, (compound) => compound.id, query)
      return { items: page.items.map(view), next: page.next }
    },

    async 'compounds.create'({ who, body }) {
      if (who.scope !== 'all') throw new Problem('beyond-own-rights', 'who sees some compounds only cannot add another')
      return view((await perform(brain, who.actor, { name: 'compound.create', compound: body })) as CompoundRecord)
    },

    'compounds.show'({ who, params }) {
      const compound = directory.compounds.get(params.id)
      if (!compound || !sees(who.scope, params.id)) throw new Problem('not-found', `there is no compound ${params.id}`)
      return view(compound)
    }
  }
}
