import type { Alarm } from '../protocol/alarm.ts'
import type { AlarmWithTimeline } from '../protocol/http/alarms.ts'
import type { QuarantineView } from '../protocol/http/quarantine.ts'
import type { RulesView } from '../protocol/http/rules.ts'
import type { Site } from '../protocol/http/places.ts'
import { textOf, UserFault } from './faults.ts'

/** What proves to the platform who asks; can be handed to another simulator on this machine. */
export type Access = Readonly<Record<string, string>>

/** An answer of the platform: its status and its body, a problem document when something is wrong. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

const PATIENCE_MS = 60_000
/** A platform that was there may be away for so long: it was killed and is on its way back. */
const RETURN_MS = 120_000
const RETRY_MS = 500
/** The most that a page of a list may have. */
const PAGE = 500
/** Files that a platform has open besides its connections. */
const OWN_FILES = 100

/** The platform's HTTP interface, as much of it as a simulator needs. */
export class Platform {
  readonly url: URL
  #access: Access = {}
  #known = false
  #ahead: number | null = null

  /** @param url e.g. `http://127.0.0.1:3000` */
  constructor(url: URL) {
    this.url = url
  }

  /** By how much its clock is ahead of this machine's, ms, to about a second; negative: behind; null: it has not told yet. */
  get ahead(): number | null {
    return this.#ahead
  }

  get access(): Access {
    return this.#access
  }
  useAccess(access: Access): void {
    this.#access = access
  }
  useToken(token: string): void {
    this.#access = { authorization: `Bearer ${token}` }
  }

  /** Logs in; throws UserFault when the platform does not know them. */
  async logIn(username: string, password: string): Promise<void> {
    const response = await this.#fetch('POST', '/session', { origin: this.url.origin, 'content-type': 'application/json' }, JSON.stringify({ username, password }))
    if (!response.ok) throw new UserFault(`${this.url.origin} refuses user "${username}": ${problemText(response.status, await bodyOf(response))}`)
    await response.arrayBuffer()
    const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
    this.#access = { cookie, origin: this.url.origin }
  }

  /** The rules and their numbers; null when it does not say. */
  async rules(): Promise<RulesView | null> {
    const { status, body } = await this.call('GET', '/rules')
    return status === 200 ? (body as RulesView) : null
  }

  /** @throws UserFault when what answers there is something else */
  async site(): Promise<Site> {
    const site = (await this.#expect('GET', '/site')) as { mqtt?: { port?: unknown } } | null
    if (typeof site?.mqtt?.port !== 'number') throw new UserFault(`what answers at ${this.url.origin} is no Gatehouse platform: its /api/v1/site does not say where MQTT is. Name the platform with --url.`)
    return site as Site
  }

  /** Any call; the caller judges the status. */
  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.#fetch(
      method, path, body === undefined ? this.#access : { ...this.#access, 'content-type': 'application/json' },
      body === undefined ? undefined : JSON.stringify(body)
    )
    return { status: response.status, body: await bodyOf(response) }
  }

  /** Sends lines, gives lines. */
  async importDevices(lines: readonly unknown[]): Promise<readonly unknown[]> {
    const text = lines.map((line) => JSON.stringify(line)).join('\n')
    const response = await this.#fetch('POST', '/devices/import', { ...this.#access, 'content-type': 'application/x-ndjson' }, `${text}\n`)
    if (!response.ok) throw new UserFault(`POST /devices/import: ${problemText(response.status, await bodyOf(response))}`)
    return (await response.text()).split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown)
  }

  /** All alarms that are open. */
  async openAlarms(): Promise<Alarm[]> {
    return await this.#list<Alarm>('/alarms?state=open', () => true)
  }

  /** Alarms in whatever state, the newest first, as long as they are wanted. @param atATime a page of the list */
  async latestAlarms(wanted: (alarm: Alarm) => boolean, atATime = PAGE): Promise<Alarm[]> {
    return await this.#list('/alarms?state=all', wanted, atATime)
  }

  /** What was refused, or in part not used, the newest first, as long as it is wanted. */
  async latestQuarantine(wanted: (one: QuarantineView) => boolean): Promise<QuarantineView[]> {
    return await this.#list('/quarantine', wanted)
  }

  async alarm(id: string): Promise<AlarmWithTimeline> {
    return (await this.#expect('GET', `/alarms/${encodeURIComponent(id)}`)) as AlarmWithTimeline
  }

  /** Whatever is at a path of the API; throws UserFault when it is not there. */
  async get(path: string): Promise<unknown> {
    return await this.#expect('GET', path)
  }

  /** CPU seconds and resident bytes of the platform; null when it does not show them. */
  async cost(): Promise<{ readonly cpu: number; readonly memory: number } | null> {
    const value = await this.#metrics()
    const [cpu, memory] = [value('process_cpu_seconds_total'), value('process_resident_memory_bytes')]
    return cpu === null || memory === null ? null : { cpu, memory }
  }

  /** How many files (and so connections) its process has open, about, and may have; null when it does not say. */
  async files(): Promise<{ readonly open: number; readonly limit: number } | null> {
    const value = await this.#metrics()
    const limit = value('process_max_fds')
    return limit === null ? null : { open: value('process_open_fds') ?? (value('mqtt_connections') ?? 0) + OWN_FILES, limit }
  }

  /** Its metrics page: the number of a name; null for what it does not show. */
  async #metrics(): Promise<(name: string) => number | null> {
    const response = await fetch(new URL('/metrics', this.url), { headers: this.#access, signal: AbortSignal.timeout(5_000) }).catch(() => null)
    const text = response?.ok ? await response.text().catch(() => '') : ''
    return (name) => {
      const found = new RegExp(`^(?:gatehouse_)?${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]
      return found === undefined || !Number.isFinite(Number(found)) ? null : Number(found)
    }
  }

  /** Those of a list that are wanted, page by page, as long as the last one of a page is (newest come first). */
  async #list<T>(path: string, wanted: (item: T) => boolean, page = PAGE): Promise<T[]> {
    const all: T[] = []
    const first = `${path}${path.includes('?') ? '&' : '?'}limit=${page}`
    for (let cursor: string | null = ''; cursor !== null; ) {
      const part = (await this.#expect('GET', cursor ? `${first}&cursor=${encodeURIComponent(cursor)}` : first)) as { items: T[]; next: string | null }
      all.push(...part.items.filter(wanted))
      const last = part.items.at(-1)
      cursor = last && wanted(last) ? part.next : null
    }
    return all
  }

  async #expect(method: string, path: string): Promise<unknown> {
    const { status, body } = await this.call(method, path)
    if (status >= 300) throw new UserFault(`${method} ${path}: ${problemText(status, body)}`)
    return body
  }

  async #fetch(method: string, path: string, headers: Access, body?: string): Promise<Response> {
    for (const end = performance.now() + RETURN_MS; ; ) {
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS)
        const response = await fetch(new URL(`/api/v1${path}`, this.url), { method, headers, signal, ...(body === undefined ? {} : { body }) })
        this.#known = true
        const told = Date.parse(response.headers.get('date') ?? '')
        if (Number.isFinite(told)) this.#ahead = told - Date.now()
        return response
      } catch (thrown) {
        if (!this.#known || performance.now() > end) {
          throw new UserFault(`cannot reach the platform at ${this.url.origin} (${textOf(thrown)}). Is it running? Start it with "npm start", or name another with --url.`, {
            cause: thrown
          })
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
}

/** What a problem document says, in one line. */
export function problemText(status: number, body: unknown): string {
  if (typeof body !== 'object' || body === null) return `HTTP ${status}`
  const { code, title, detail } = body as { code?: unknown; title?: unknown; detail?: unknown }
  const words = [code, detail ?? title].filter((one) => typeof one === 'string').join(', ')
  const hint = status === 401 || status === 403 ? ' (give --token, or --user and --password, of somebody who may enrol devices)' : ''
  return `HTTP ${status}${words ? `: ${words}` : ''}${hint}`
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
