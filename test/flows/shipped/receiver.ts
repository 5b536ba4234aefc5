import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
  readonly at: number
}

/** Somebody's webhook: keeps what comes, and answers as the test wants. */
export class Receiver {
  readonly received: Received[] = []
  /** Answers to come, oldest first; 200 where there is none. */
  readonly answers: number[] = []
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        const { url: path = '', headers } = request
        this.received.push({ path, headers, body: JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>, at: Date.now() })
        response.writeHead(this.answers.shift() ?? 200).end('{"receipt":"R-7"}')
      })
    })
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => void this.#server.listen(0, '127.0.0.1', done))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  of(path: string): Received[] {
    return this.received.filter((one) => one.path === path)
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
