/** A journal, the forwarder's thread behind it, and a proxy between that and a real server. */
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import type { CompoundId, DeviceId, Kind } from '../../../../protocol/names.ts'
import { systemClock } from '../../../../services/kernel/clock.ts'
import type { InfluxAddress } from '../../../../services/store/influx/address.ts'
import { InfluxHistory } from '../../../../services/store/influx/history.ts'
import type { Keeping } from '../../../../services/store/influx/server.ts'
import type { NewEntry } from '../../../../services/store/ports.ts'
import { SqliteJournal } from '../../../../services/store/sqlite/journal.ts'
import { eventually } from '../../../support/eventually.ts'
import { influxdIsHere } from '../../../support/influxd.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** Where there is no server to test against, the tests are skipped with the line that installs it, and fail where CI=true. */
export function needInfluxd(suite: Mocha.Context): void {
  if (influxdIsHere()) return
  const advice = 'influxd was not found: apt-get install influxdb'
  if (process.env['CI'] === 'true') throw new Error(advice)
  process.stderr.write(`${advice}; the tests of history in InfluxDB are skipped\n`)
  suite.skip()
}

/** The database at a server. */
export function addressOf(url: string, database: string, some: Partial<InfluxAddress> = {}): InfluxAddress {
  const { hostname, port } = new URL(url)
  return { protocol: 'http', host: hostname, port: Number(port), path: '', database, login: { type: 'none' }, insecure: false, ...some }
}

export function reading(device: string, body: Readonly<Record<string, unknown>> | readonly unknown[], channel = 'telemetry', kind: Kind = 'smoke'): NewEntry {
  const bytes = Buffer.from(JSON.stringify(body))
  return { type: 'message', device: device as DeviceId, compound: 'c07' as CompoundId, kind, channel, via: device as DeviceId, body: bytes, size: bytes.length }
}

/** A platform's journal and what forwards it; `restart` is a new start of the platform over the same folder. */
export class Rig {
  readonly folder = temporaryFolder()
  address: InfluxAddress
  readonly log: string[] = []
  readonly #deadline: number
  readonly #keeping: Keeping
  journal!: SqliteJournal
  history!: InfluxHistory

  constructor(address: InfluxAddress, deadline = 2_000, keeping: Keeping = { rawDays: 90, rollupDays: 1095 }) {
    this.address = address
    this.#keeping = keeping
    this.#deadline = deadline
  }

  async start(): Promise<this> {
    const fatal = (error: Error): void => {
      throw error
    }
    const log = pino({ level: 'debug' }, { write: (line: string) => void this.log.push(line) })
    this.journal = new SqliteJournal({ dataDir: this.folder.path, clock: systemClock, onFatal: fatal })
    await this.journal.open()
    this.history = new InfluxHistory({
      dataDir: this.folder.path, retentionDays: 14, address: this.address, keeping: this.#keeping, journal: this.journal,
      clock: systemClock, log, deadline: this.#deadline
    })
    await this.history.start()
    return this
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async stop(): Promise<void> {
    await this.history.stop()
    await this.journal.close()
  }

  async remove(): Promise<void> {
    await this.stop()
    this.folder.remove()
  }

  /** Resolves with the position when all of it is committed. */
  append(...entries: readonly NewEntry[]): Promise<number> {
    return new Promise((resolve, reject) => {
      let left = entries.length
      for (const entry of entries) {
        this.journal.append(entry, (error, position) => {
          left -= 1
          if (error) reject(error)
          else if (left === 0) resolve(position)
        })
      }
    })
  }

  /** Resolves when everything in the journal is forwarded. */
  async forwarded(deadline = 60_000): Promise<void> {
    await eventually('the forwarder has everything', () => this.history.behind === 0, deadline)
  }
}

type Trouble = (request: IncomingMessage, response: ServerResponse) => void

/** Passes requests on to a server, but for those that it is told to spoil. */
export class Proxy {
  readonly #target: string
  readonly #server: Server
  readonly seen: { path: string; authorization: string | undefined }[] = []
  #spoil: { trouble: Trouble; left: number } | null = null
  #refuses: (statement: string) => string | null = () => null

  constructor(target: string, make: (listener: RequestListener) => Server = createServer) {
    this.#target = target
    this.#server = make((incoming, response) => this.#handle(incoming, response))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** The next so many writes meet this. */
  spoil(writes: number, trouble: Trouble): void {
    this.#spoil = { trouble, left: writes }
  }

  /** Questions for which this finds words are answered with them as an error, as a server does that does not know the statement. */
  refuse(words: (statement: string) => string | null): void {
    this.#refuses = words
  }

  get spoiling(): boolean {
    return this.#spoil !== null
  }

  #handle(incoming: IncomingMessage, response: ServerResponse): void {
    const path = incoming.url ?? ''
    this.seen.push({ path, authorization: incoming.headers.authorization })
    if (this.#spoil && path.startsWith('/write')) {
      const { trouble } = this.#spoil
      this.#spoil.left -= 1
      if (this.#spoil.left === 0) this.#spoil = null
      trouble(incoming, response)
      return
    }
    if (path.startsWith('/query')) void this.#answer(incoming, response)
    else this.pass(incoming, response)
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming)
    const words = this.#refuses(new URLSearchParams(body).get('q') ?? '')
    if (words !== null) response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ results: [{ statement_id: 0, error: words }] }))
    else this.#request(incoming, response, (answer) => void answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers))).end(body)
  }

  /** Hands a request on; `deliver` decides what becomes of the answer. */
  pass(incoming: IncomingMessage, response: ServerResponse, deliver = (answer: IncomingMessage): void => void answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers))): void {
    incoming.pipe(this.#request(incoming, response, deliver))
  }

  #request(incoming: IncomingMessage, response: ServerResponse, deliver: (answer: IncomingMessage) => void): ClientRequest {
    const { host: _host, ...headers } = incoming.headers
    return request(this.#target + (incoming.url ?? ''), { method: incoming.method, headers }, deliver).on('error', () => response.destroy())
  }
}
