import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import type { QuarantineView } from '../../../protocol/http/quarantine.ts'

/** The few calls of the platform that a simulator makes, on plain maps. */
export class TinySite {
  readonly compounds = new Map<string, { readonly id: string }>()
  readonly devices = new Map<string, { readonly id: string; readonly token: string; readonly compound: string }>()
  readonly asked: string[] = []
  /** Newest first. */
  alarms: Alarm[] = []
  quarantine: QuarantineView[] = []
  mqttPort = 0
  /** What it shows on its metrics page; null: it has none. */
  metrics: string | null = null
  token = 'secret'
  /** By how much its clock is ahead, ms. */
  ahead = 0
  port = 0
  #renewed = 0
  readonly #server: Server = createServer((request, response) => void this.#serve(request, response))

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async open(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    const address = this.#server.address()
    this.port = typeof address === 'object' && address ? address.port : 0
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const what = `${request.method} ${pathname}`
    this.asked.push(what)
    response.setHeader('date', new Date(Date.now() + this.ahead).toUTCString())
    const say = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname === '/metrics' && this.metrics !== null) response.writeHead(200).end(this.metrics)
    else if (request.headers.authorization !== `Bearer ${this.token}`) say(401, { code: 'not-logged-in', detail: 'who are you?' })
    else if (what === 'GET /api/v1/site') say(200, { name: 'tiny', timeZone: 'Asia/Shanghai', mqtt: { host: '127.0.0.1', port: this.mqttPort, tls: null, websocket: '/mqtt' }, version: '1' })
    else if (what === 'POST /api/v1/compounds') {
      const compound = JSON.parse(text) as { id: string }
      const known = this.compounds.has(compound.id)
      this.compounds.set(compound.id, compound)
      say(known ? 409 : 201, known ? { code: 'exists-already' } : compound)
    } else if (what.startsWith('GET /api/v1/compounds/')) {
      const id = pathname.split('/').at(-1)
      say(200, { devices: { total: [...this.devices.values()].filter((one) => one.compound === id).length } })
    } else if (what === 'POST /api/v1/devices/import') response.writeHead(200).end(this.#import(text))
    else if (request.method === 'POST' && pathname.endsWith('/token')) {
      const id = pathname.split('/').at(-2) ?? ''
      const device = this.devices.get(id)
      if (device) this.devices.set(id, { ...device, token: `renewed-${++this.#renewed}` })
      say(device ? 201 : 404, device ? { token: this.devices.get(id)?.token } : { code: 'not-found' })
    } else if (what === 'GET /api/v1/alarms') {
      const open = searchParams.get('state') === 'open'
      say(200, { items: this.alarms.filter((one) => !open || one.state !== 'closed'), next: null })
    } else if (what.startsWith('GET /api/v1/alarms/')) {
      const id = pathname.split('/').at(-1) ?? ''
      const alarm = this.alarms.find((one) => one.id === id)
      const raised: Transition = { n: 1, name: 'raised', at: alarm?.receivedAt ?? 0, who: 'system', note: null, occurrences: 1 }
      say(alarm ? 200 : 404, alarm ? { ...alarm, timeline: [raised] } : { code: 'not-found' })
    } else if (what === 'GET /api/v1/quarantine') say(200, { items: this.quarantine, next: null })
    else if (what.startsWith('GET /api/v1/devices/')) say(200, { latest: {} })
    else say(404, { code: 'not-found' })
  }

  #import(text: string): string {
    return text.trim().split('\n').map((line) => {
      const device = JSON.parse(line) as { id: string; compound: string }
      if (this.devices.has(device.id)) return JSON.stringify({ id: device.id, line: 1, error: { code: 'exists-already', message: 'exists', path: 'id' } })
      this.devices.set(device.id, { ...device, token: `token-${device.id}` })
      return JSON.stringify({ id: device.id, token: `token-${device.id}` })
    }).join('\n')
  }
}
