import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Agent } from 'node:https'
import type { PlatformAccess } from '../../messages.ts'
import { FlowFault } from './fault.ts'
import { trusting } from './trust.ts'

/** A call that is not answered by then has failed, ms. */
const DEADLINE = 15_000
/** The most that is read of a list, so that no flow fills the memory with a whole city. */
const MOST_ITEMS = 20_000
const PAGE = 1000

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** The platform's HTTP API with the token of the flows. */
export class PlatformApi {
  readonly #access: PlatformAccess
  readonly #agent: Agent | null

  constructor(access: PlatformAccess) {
    this.#access = access
    this.#agent = trusting(access.certificate)
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.#call('GET', path) as Promise<Answer>
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#call('POST', path, body) as Promise<Answer>
  }

  /** All pages of a list, as long as `goOn` says so of the last item. */
  async list<Item>(path: string, query: Readonly<Record<string, string>> = {}, goOn: (last: Item) => boolean = () => true): Promise<Item[]> {
    const items: Item[] = []
    for (let cursor: string | null = ''; cursor !== null && items.length < MOST_ITEMS;) {
      const params = new URLSearchParams({ ...query, limit: String(PAGE), ...cursor !== '' && { cursor } })
      const page: Page<Item> = await this.get(`${path}?${params.toString()}`)
      items.push(...page.items)
      const last = items.at(-1)
      cursor = last !== undefined && goOn(last) ? page.next : null
    }
    return items
  }

  /** Throws a `FlowFault`: the code of the problem document, or `platform-unreachable`. */
  async #call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const { url, token } = this.#access
    const target = new URL(`${url}/api/v1${path}`)
    const text = body === undefined ? null : JSON.stringify(body)
    const headers = { authorization: `Bearer ${token}`, ...text !== null && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }
    // Not `fetch`: it cannot be told which certificate to believe.
    const open = target.protocol === 'https:' ? requestHttps : requestHttp
    const { status, answer } = await new Promise<{ status: number; answer: string }>((done, failed) => {
      const request = open(target, { method, headers, timeout: DEADLINE, ...this.#agent !== null && { agent: this.#agent } }, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part)).once('error', failed)
        response.once('end', () => done({ status: response.statusCode ?? 0, answer: Buffer.concat(parts).toString() }))
      })
      request.once('timeout', () => request.destroy(new Error(`no answer within ${DEADLINE / 1000} s`)))
      request.once('error', (cause) => failed(new FlowFault('platform-unreachable', `the platform at ${url} cannot be reached: ${cause.message}`, { cause })))
      request.end(text ?? undefined)
    })
    return readAnswer(status, answer)
  }
}

function readAnswer(status: number, text: string): unknown {
  const body: unknown = text === '' ? null : JSON.parse(text)
  if (status >= 200 && status < 300) return body
  const { code = `http-${status}`, title = '', detail = '' } = (body ?? {}) as { code?: string; title?: string; detail?: string }
  throw new FlowFault(code, `${title}: ${detail}`)
}
