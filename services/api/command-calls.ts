import type { IssuedCommand } from '../../protocol/command.ts'
import { sees } from '../registry/access.ts'
import { findDevice } from './device-calls.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { Problem } from './problem.ts'

type Calls = 'devices.command' | 'devices.commands' | 'commands.show' | 'buildings.restore'

/** What devices are told to do. The brain judges it; how far it is comes from the store. */
export function commandCalls(house: ApiHouse): Pick<Handlers, Calls> {
  const { brain, directory, queries } = house
  return {
    async 'devices.command'({ who, params, body: { name, args } }) {
      findDevice(house, who, params.id)
      const issued = (await perform(brain, who.actor, { name: 'command.issue', device: params.id, command: name, args })) as IssuedCommand
      return { id: issued.id }
    },

    async 'devices.commands'({ who, params, query: { limit, cursor } }) {
      findDevice(house, who, params.id)
      return await queries.commands(params.id, { limit, cursor })
    },

    async 'commands.show'({ who, params }) {
      const found = await queries.command(params.id)
      if (!found || !sees(who.scope, found.compound)) throw new Problem('not-found', `there is no command ${params.id}`)
      return found
    },

    async 'buildings.restore'({ who, params: { id: compound, building } }) {
      if (!directory.compounds.has(compound) || !sees(who.scope, compound)) throw new Problem('not-found', `there is no compound ${compound}`)
      return { commands: (await perform(brain, who.actor, { name: 'building.restore', compound, building })) as string[] }
    }
  }
}
