import { GatehouseError } from '../../../services/kernel/errors.ts'
import { serveThread } from '../../../services/kernel/thread.ts'

export interface FixtureLink {
  readonly data: { readonly greeting: string; readonly refuse?: boolean; readonly badStop?: boolean }
  readonly calls: {
    readonly greet: { readonly given: string; readonly answer: string }
    readonly fail: { readonly given: 'coded' | 'plain'; readonly answer: null }
    readonly never: { readonly given: null; readonly answer: null }
  }
  readonly told: { readonly say: string } | { readonly die: 'throw' | 'exit' }
  readonly said: string
}

await serveThread<FixtureLink>(({ greeting, refuse, badStop }, say) => {
  if (refuse) throw new GatehouseError('refused', 'it did not want to')
  return {
    calls: {
      greet: async (name) => `${greeting}, ${name}`,
      fail: (how) => {
        throw how === 'coded' ? new GatehouseError('went-wrong', 'with a code') : new Error('without one')
      },
      never: () => new Promise<null>(() => undefined)
    },
    told: (message) => {
      if ('say' in message) say(message.say)
      else if (message.die === 'exit') process.exit(3)
      else throw new Error('broke')
    },
    stop: () => {
      if (badStop) throw new Error('could not close')
    }
  }
})
