import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** Makes something else of what a platform answers to a path under `/api/v1`; what it gives back is told instead. */
export type Lie = (path: string, body: unknown) => unknown

/** Stands before the HTTP side of a platform, hands everything on, and lies about some of it. */
export class Liar {
  readonly #platform: string
  readonly #lie: Lie
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response))
  url = ''

  constructor(platform: string, lie: Lie) {
    this.#platform = platform
    this.#lie = lie
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    this.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = 'GET', url = '/', headers: { authorization, cookie, origin, 'content-type': type } } = request
    const headers = Object.entries({ authorization, cookie, origin: origin === undefined ? undefined : this.#platform, 'content-type': type }).filter((one): one is [string, string] => one[1] !== undefined)
    const answer = await fetch(new URL(url, this.#platform), { method, headers, ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}) })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true
    const told = isJson && text !== '' ? JSON.stringify(this.#lie(new URL(url, this.#platform).pathname.replace('/api/v1', ''), JSON.parse(text))) : text
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain', 'set-cookie': answer.headers.getSetCookie() }).end(answer.status === 204 ? undefined : told)
  }
}
