import { PASSWORD } from './platform.ts'
import type { Platform } from './platform.ts'

export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** The HTTP API as a browser or a script uses it. */
export class ApiClient {
  readonly #url: string
  #cookie: string | null = null
  readonly #token: string | null

  constructor(url: string, token: string | null = null) {
    this.#url = url
    this.#token = token
  }

  static async admin(platform: Platform): Promise<ApiClient> {
    const client = new ApiClient(platform.url)
    const answer = await client.call('POST', '/api/v1/session', { username: 'admin', password: PASSWORD })
    if (answer.status !== 204) throw new Error(`log-in answered ${answer.status}`)
    return client
  }

  get cookie(): string {
    return this.#cookie ?? ''
  }

  async call<Body = unknown>(method: string, path: string, body?: unknown, contentType = 'application/json', more: Readonly<Record<string, string>> = {}): Promise<Answer<Body>> {
    const headers: Record<string, string> = { origin: this.#url, ...more }
    if (this.#cookie !== null) headers['cookie'] = this.#cookie
    if (this.#token !== null) headers['authorization'] = `Bearer ${this.#token}`
    if (body !== undefined) headers['content-type'] = contentType
    const init: RequestInit = { method, headers }
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(this.#url + path, init)
    const cookie = response.headers.getSetCookie()[0]
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] ?? null
    const text = await response.text()
    const json = (response.headers.get('content-type') ?? '').includes('json') && !(response.headers.get('content-type') ?? '').includes('ndjson')
    return { status: response.status, headers: response.headers, body: (json && text !== '' ? JSON.parse(text) : text) as Body }
  }

  /** The body of a GET that must answer 200. */
  async get<Body>(path: string): Promise<Body> {
    const answer = await this.call<Body>('GET', path)
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** The body of a POST that must answer 2xx. */
  async post<Body>(path: string, body: unknown): Promise<Body> {
    const answer = await this.call<Body>('POST', path, body)
    if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}

/** One compound with a building, a gateway with two detectors, a door and a camera; answers their tokens. */
export async function enrolSmallCompound(api: ApiClient, compound = 'c07'): Promise<Record<'gateway' | 'smoke1' | 'smoke2' | 'door' | 'camera', { id: string; token: string }>> {
  await api.post('/api/v1/compounds', {
    id: compound, name: '测试小区', district: '城关', homes: 2, buildings: [{ id: 'b01', name: '1号楼', units: 1, floors: 6 }]
  })
  const enrol = async (id: string, kind: string, gateway: string | null, location: object): Promise<{ id: string; token: string }> => {
    const answer = await api.post<{ token: string }>('/api/v1/devices', { id, kind, compound, gateway, location: { building: 'b01', ...location }, model: 'test' })
    return { id, token: answer.token }
  }
  const gateway = await enrol(`${compound}-gateway-01`, 'gateway', null, {})
  return {
    gateway,
    smoke1: await enrol(`${compound}-smoke-0001`, 'smoke', gateway.id, { unit: '1', floor: 1, home: '101' }),
    smoke2: await enrol(`${compound}-smoke-0002`, 'smoke', gateway.id, { unit: '1', floor: 2, home: '201' }),
    door: await enrol(`${compound}-door-01`, 'door', null, { unit: '1' }),
    camera: await enrol(`${compound}-camera-001`, 'camera', null, {})
  }
}
