import { asyncApi } from '../../protocol/asyncapi.ts'
import { openApi } from '../../protocol/openapi.ts'
import type { Handlers } from './exchange.ts'

type Document = Readonly<Record<string, unknown>>

/** The contract itself, generated; it changes with the code and not while it runs. */
export function contractCalls(): Pick<Handlers, 'contract.openapi' | 'contract.asyncapi'> {
  let openapi: Document | null = null
  let asyncapi: Document | null = null
  return {
    'contract.openapi': () => (openapi ??= openApi() as Document),
    'contract.asyncapi': () => (asyncapi ??= asyncApi() as Document)
  }
}
