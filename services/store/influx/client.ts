/**
 * The `influx` package behind the few calls that the platform needs; what the server or the network does is a value, never an exception. Points go past the package, which
 * takes longer to write them down than all the rest of their way: docs/decisions/0007.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { InfluxDB } from 'influx'
import type { Millis } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'
import { asError } from '../../kernel/errors.ts'
import { shownAddress } from './address.ts'
import type { InfluxAddress } from './address.ts'
import { lineOf } from './point.ts'
import type { HistoryPoint } from './point.ts'

/** How long a call may take, ms: the package itself waits for ever for the rest of an answer that was cut. */
const DEADLINE = 15_000

export type WriteAnswer =
  | { readonly type: 'written' }
  /** Something in these points cannot be stored; the others may have been. `words` are the server's. */
  | { readonly type: 'refused'; readonly words: string }
  | { readonly type: 'too-large'; readonly words: string }
  /** The server or the way to it is at fault: the same points again, later; `retryAfter`: no sooner than so many ms, says the server; `late`: it was not through within the deadline. `words` are for a person. */
  | { readonly type: 'failed'; readonly words: string; readonly databaseMissing: boolean; readonly retryAfter?: Millis | undefined; readonly late?: boolean }

/** One table of an answer, as the server sends it. */
export interface Series {
  readonly name: string
  /** Of a question by tags. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly columns: readonly string[]
  readonly values: readonly (readonly unknown[])[]
}
export type QueryAnswer =
  | { readonly type: 'answered'; readonly series: readonly Series[] }
  /** `status`: of the HTTP answer; null when there was none. */
  | { readonly type: 'failed'; readonly words: string; readonly status: number | null }

interface Connection {
  readonly influx: InfluxDB
  readonly agent: HttpAgent
}

interface Failure {
  readonly status: number | null
  /** The server's own words, or what hindered the call. */
  readonly words: string
  readonly retryAfter?: Millis | undefined
}

/** The row is at fault and no other server would take it. Not the limits of series and values: those an administrator can raise. */
const ROW_AT_FAULT = /partial write|unable to parse|parsing failed|field type conflict|points beyond retention|invalid (?:field|tag|number|boolean|point)/i
const LIMIT = /max-(?:series|values)/i

export interface InfluxClientOptions {
  readonly address: InfluxAddress
  readonly clock: Clock
  /** ms; how long a call may take. */
  readonly deadline?: number | undefined
}

export class InfluxClient {
  readonly #address: InfluxAddress
  readonly #clock: Clock
  readonly #deadline: number
  #open: Connection | null = null

  constructor({ address, clock, deadline = DEADLINE }: InfluxClientOptions) {
    this.#address = address
    this.#clock = clock
    this.#deadline = deadline
  }

  /** Where it is, without what is secret. */
  get shown(): string {
    return shownAddress(this.#address)
  }

  get database(): string {
    return this.#address.database
  }

  /** Writes points into the default retention policy. Writing the same ones again changes nothing. */
  async write(points: readonly HistoryPoint[]): Promise<WriteAnswer> {
    const answer = await this.#call(({ agent }) => this.#post(agent, points.map(lineOf).join('\n')))
    if (!('failed' in answer)) return { type: 'written' }
    const { status, words } = answer.failed
    if (status === 413) return { type: 'too-large', words }
    if ((status === 400 || status === 422) && ROW_AT_FAULT.test(words) && !LIMIT.test(words)) return { type: 'refused', words }
    return { type: 'failed', words: this.#plain(answer.failed), databaseMissing: isDatabaseMissing(answer.failed), retryAfter: answer.failed.retryAfter, late: answer.late }
  }

  /** Asks in InfluxQL; times in the answer are ms. Statements are parted by `;`, and the series of all come in their order. */
  async query(text: string): Promise<QueryAnswer> {
    const answer = await this.#call(({ influx }) => influx.queryRaw(text, { precision: 'ms', method: 'POST' }))
    if ('failed' in answer) return { type: 'failed', words: this.#plain(answer.failed), status: answer.failed.status }
    return readAnswer(answer.done)
  }

  close(): void {
    this.#open?.agent.destroy()
    this.#open = null
  }

  async #call<Done>(run: (open: Connection) => Promise<Done>): Promise<{ readonly done: Done } | { readonly failed: Failure; readonly late: boolean }> {
    let callOff = (): void => undefined
    const tooLate = new Error(`no whole answer within ${this.#deadline / 1000} s`)
    const late = new Promise<never>((_, reject) => {
      callOff = this.#clock.after(this.#deadline, () => reject(tooLate))
    })
    const open = this.#connection()
    try {
      return { done: await Promise.race([run(open), late]) }
    } catch (thrown) {
      const failed = failureOf(thrown)
      // Whatever is left of a call that was given up goes with its connections.
      if (failed.status === null && this.#open === open) this.close()
      return { failed: { ...failed, words: this.#withoutSecrets(failed.words) }, late: thrown === tooLate }
    } finally {
      callOff()
    }
  }

  /** Writes lines. Rejects with what hindered it, or with a `Refusal`. */
  async #post(agent: HttpAgent, lines: string): Promise<void> {
    const { protocol, host, port, path, database, login } = this.#address
    const body = Buffer.from(lines)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (protocol === 'https' ? httpsRequest : httpRequest)({
        agent, host, port, method: 'POST', path: `${path}/write?${new URLSearchParams({ db: database, precision: 'n' }).toString()}`,
        headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length, ...authorization(login) }
      }, resolve)
      request.on('error', reject)
      request.end(body)
    })
    let text = ''
    for await (const part of answer.setEncoding('utf8')) text += String(part)
    const status = answer.statusCode ?? 0
    if (status >= 300) throw new Refusal(status, text === '' ? answer.statusMessage ?? '' : text, answer.headers['retry-after'])
  }

  #connection(): Connection {
    if (this.#open) return this.#open
    const { protocol, host, port, path, database, login, insecure } = this.#address
    const agent = protocol === 'https' ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: !insecure }) : new HttpAgent({ keepAlive: true })
    const headers = login.type === 'token' ? authorization(login) : {}
    const influx = new InfluxDB({
      database,
      hosts: [{ protocol, host: host.includes(':') ? `[${host}]` : host, port, path, options: { agent, headers } }],
      // Anything but text leaves the header alone; nothing given at all would mean root:root.
      ...(login.type === 'password' ? { username: login.user, password: login.password } : { username: null as unknown as string }),
      // When to try again is decided here: by itself it would repeat at once, and keep its host out of use by timers of its own.
      pool: { maxRetries: 0, requestTimeout: this.#deadline, backoff: NO_BACKOFF }
    })
    this.#open = { influx, agent }
    return this.#open
  }

  /** For a person who set INFLUX_URL: what is wrong, and what to do. */
  #plain(failure: Failure): string {
    const { status, words } = failure
    const where = this.shown
    const { login, database } = this.#address
    const who = login.type === 'password' ? `user ${login.user}` : login.type === 'token' ? 'the token' : 'nobody (INFLUX_URL has no user and no token)'
    if (status === 401) return `${where} does not let ${who} in: ${words}`
    if (status === 403) return `${where}: ${who} may not do this: ${words}`
    if (isDatabaseMissing(failure)) return `${where}: there is no database ${database}; it is made where rights allow it, else make it: ${words}`
    if (status !== null) return `${where} answered ${status}: ${words}`
    if (/ECONNREFUSED/.test(words)) return `nothing listens at ${where}; is InfluxDB running, is INFLUX_URL right? (${words})`
    if (/ENOTFOUND|EAI_AGAIN/.test(words)) return `the host of ${where} is not known; is INFLUX_URL right? (${words})`
    if (/wrong version number/i.test(words)) return `${where} does not speak TLS; is http:// meant in INFLUX_URL? (${words})`
    if (/certificate|self.signed|CERT_/i.test(words)) return `${where}: its certificate is not trusted (${words}); give its authority in NODE_EXTRA_CA_CERTS, or set INFLUX_TLS_INSECURE=on`
    return `${where}: ${words}`
  }

  #withoutSecrets(words: string): string {
    const { login } = this.#address
    const secret = login.type === 'password' ? login.password : login.type === 'token' ? login.token : ''
    return secret === '' ? words : words.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***')
  }
}

/** The server took the request and did not do it. */
class Refusal extends Error {
  readonly status: number
  /** ms; undefined where the server did not say it, or as a date. */
  readonly retryAfter: Millis | undefined

  constructor(status: number, text: string, retryAfter: string | undefined) {
    super(text)
    this.status = status
    this.retryAfter = retryAfter !== undefined && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined
  }
}

function authorization(login: InfluxAddress['login']): Record<string, string> {
  if (login.type === 'none') return {}
  return { Authorization: login.type === 'token' ? `Token ${login.token}` : `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` }
}

/** A delay of 0 keeps the host in use. */
const NO_BACKOFF = {
  getDelay: () => 0,
  next: () => NO_BACKOFF,
  reset: () => NO_BACKOFF
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Refusal) return { status: thrown.status, words: wordsOf(thrown.message), retryAfter: thrown.retryAfter }
  const error = asError(thrown)
  const response = 'res' in error ? (error.res as { statusCode?: number } | null) : null
  const status = response?.statusCode ?? null
  if (status !== null) return { status, words: wordsOf(error.message) }
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : ''
  if (error instanceof SyntaxError) return { status: null, words: 'its answer is not that of an InfluxDB' }
  // An answer of 500 and above reaches us as its reason alone.
  return { status: null, words: `${code}${error.message}`.trim() || 'it could not be reached' }
}

/** Of a 404: a reverse proxy has such an answer too. */
function isDatabaseMissing({ status, words }: Failure): boolean {
  return status === 404 && /database|bucket/i.test(words)
}

/** The text that stands in the JSON of a refusal, else the text as it came; at most 500 characters. */
function wordsOf(message: string): string {
  const text = message.replace(/^A \d{3} .*? error occurred: /, '').trim()
  try {
    const body = JSON.parse(text) as { error?: unknown; message?: unknown }
    const said = body.error ?? body.message
    if (typeof said === 'string') return said.slice(0, 500)
  } catch {
    // Not JSON: as it is.
  }
  return text.slice(0, 500)
}

function readAnswer(raw: unknown): QueryAnswer {
  const results = (raw as { results?: unknown } | null)?.results
  if (!Array.isArray(results)) return { type: 'failed', words: 'its answer is not that of an InfluxDB', status: null }
  const series: Series[] = []
  for (const result of results as { error?: string; series?: readonly Partial<Series>[] }[]) {
    if (result.error !== undefined) return { type: 'failed', words: result.error, status: 200 }
    for (const { name = '', tags, columns = [], values = [] } of result.series ?? []) series.push({ name, tags, columns, values })
  }
  return { type: 'answered', series }
}
