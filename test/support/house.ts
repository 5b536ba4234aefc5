import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CompoundId, DeviceId, Kind } from '../../protocol/names.ts'
import type { Role } from '../../protocol/http/access.ts'
import { createApi } from '../../services/api/api.ts'
import { EditorDoor } from '../../services/api/editor.ts'
import type { FlowsPort } from '../../services/api/editor.ts'
import { createFirstAdmin } from '../../services/api/first-admin.ts'
import { createIdentify } from '../../services/api/identity.ts'
import { Metrics } from '../../services/api/metrics.ts'
import { Passwords } from '../../services/api/password.ts'
import { Problem } from '../../services/api/problem.ts'
import { Fold } from '../../services/brain/fold.ts'
import type { Outcome, Reply } from '../../services/brain/outcome.ts'
import type { Action, BrainPort } from '../../services/brain/port.ts'
import { systemClock } from '../../services/kernel/clock.ts'
import type { Clock } from '../../services/kernel/clock.ts'
import { createLog } from '../../services/kernel/log.ts'
import { Board } from '../../services/live/board.ts'
import { DEFAULT_SETTINGS } from '../../services/rules/settings.ts'
import { createLive } from '../../services/live/live.ts'
import type { Live } from '../../services/live/live.ts'
import { Directory } from '../../services/registry/directory.ts'
import { hashSecret } from '../../services/registry/secret.ts'
import type { Judgement } from '../../services/rules/judgement.ts'
import type { Signal } from '../../services/rules/signal.ts'
import type { EventView, NewEntry } from '../../services/store/ports.ts'
import { MemoryQueries } from './memory-queries.ts'

export const ADMIN_PASSWORD = 'correct horse battery'

/** What the test wants a device's message to lead to; handed to the real fold as what the rules said. */
type Said = Partial<Pick<Judgement, 'signals' | 'presence' | 'connection' | 'quarantine'>>

/** The real fold in this thread, over a journal in memory: everything is judged and committed when `act` answers. */
export class InProcessBrain implements BrainPort {
  readonly journal: NewEntry[] = []
  readonly #clock: Clock
  readonly #listeners = new Set<(outcome: Outcome) => void>()
  #said: Said = {}
  readonly #fold = new Fold({
    judge: (_device, state, input) => ({
      state, signals: [], due: null, presence: null, connection: null, children: null, quarantine: [], rejections: [], ...(input.type === 'message' ? this.#said : {})
    }),
    onFault: (error) => {
      throw error
    }
  })
  /** Set to make the journal refuse. */
  failure: Error | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get position(): number {
    return this.#fold.position
  }

  act(actor: string, action: Action): Promise<Reply> {
    if (this.failure) return Promise.reject(this.failure)
    const reply = this.append({ type: 'action', actor, action: { ...action } }).replies[0]?.reply
    return reply ? Promise.resolve(reply) : Promise.reject(new Error('no reply'))
  }

  onOutcome(listener: (outcome: Outcome) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  append(entry: NewEntry): Outcome {
    this.journal.push(entry)
    this.#fold.apply({ ...entry, position: this.journal.length, at: this.#clock.now() })
    const outcome = this.#fold.take()
    for (const listener of this.#listeners) listener(outcome)
    return outcome
  }

  /** A message of this device that leads to this. */
  say(device: string, said: Said): Outcome {
    const [compound, kind] = device.split('-') as [CompoundId, Kind]
    this.#said = said
    return this.append({ type: 'message', device: device as DeviceId, compound, kind, channel: 'event', via: device as DeviceId, body: new Uint8Array(), size: 0 })
  }
}

export interface House {
  readonly url: string
  readonly server: Server
  readonly brain: InProcessBrain
  readonly directory: Directory
  readonly queries: MemoryQueries
  readonly live: Live
  readonly board: Board
  /** What `onWatched` said, in order. */
  readonly watched: (readonly CompoundId[] | 'all')[]
  ready: boolean
  call(method: string, path: string, options?: CallOptions): Promise<Called>
  /** Makes an API token and answers its secret. */
  token(role: Role, compounds: readonly string[] | 'all'): Promise<string>
  stop(): Promise<void>
}
export interface CallOptions {
  readonly token?: string
  readonly cookie?: string
  readonly origin?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}
export interface Called {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; an empty object when it is none. */
  readonly body: Record<string, unknown>
}

/** API and live link on a real port, with the real directory and the real fold behind them. */
export async function startHouse({ clock = systemClock, screens = '/nonexistent', flows = null, onFlowsChanged = () => undefined }: {
  clock?: Clock; screens?: string; flows?: FlowsPort | null; onFlowsChanged?: () => void
} = {}): Promise<House> {
  const directory = new Directory()
  const brain = new InProcessBrain(clock)
  const queries = new MemoryQueries(directory)
  const board = new Board()
  const metrics = new Metrics()
  const log = createLog('silent')
  const identify = createIdentify({ directory, clock, trustProxy: false })
  const passwords = new Passwords()
  const watched: House['watched'] = []
  const live = createLive({
    directory, board, clock, log, metrics: metrics.registry, identify: (handshake) => identify.handshake(handshake),
    problem: (code, detail, faults) => new Problem(code, detail, faults ? { faults } : {}).toDocument(), onWatched: (compounds) => void watched.push(compounds)
  })
  brain.onOutcome((outcome) => {
    directory.apply(outcome.changes)
    queries.apply(outcome.changes)
    live.outcome(outcome)
  })
  brain.append({ type: 'started', settings: {} })
  await createFirstAdmin({ directory, brain, passwords, given: ADMIN_PASSWORD, reset: false })
  const state = { ready: true }
  const app = createApi({
    directory, brain, queries, clock, log, identify, passwords, screens, rules: DEFAULT_SETTINGS, trustProxy: false, metrics: metrics.registry,
    site: () => ({ name: '门房', timeZone: 'Asia/Shanghai', mqtt: { host: '127.0.0.1', port: 1883, tls: null, websocket: '/mqtt' }, version: '0.1.0' }),
    flows, editor: new EditorDoor({ directory, clock, log, identify, flows, onChanged: onFlowsChanged }),
    summaries: board.summaries, openAlarms: board.openAlarms, health: () => ({ ready: state.ready, parts: { brain: 'judging' } })
  })
  const server = createServer((request, response) => void app(request, response))
  live.attach(server)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let tokens = 0

  return {
    url, server, brain, directory, queries, live, board, watched,
    set ready(ready: boolean) {
      state.ready = ready
    },
    async call(method, path, { token, cookie, origin, body, headers = {} } = {}) {
      const sent = body === undefined ? null : typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const init: RequestInit = {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(cookie === undefined ? {} : { cookie }),
          ...(origin === undefined ? {} : { origin }), ...(sent === null ? {} : { 'content-type': 'application/json' }), ...headers
        }
      }
      if (sent !== null) init.body = sent as RequestInit['body'] & {}
      const response = await fetch(url + path, init)
      const type = response.headers.get('content-type') ?? ''
      const text = await response.text()
      return { status: response.status, type, headers: response.headers, text, body: /json(;|$)/.test(type) && !type.includes('ndjson') ? (JSON.parse(text) as Record<string, unknown>) : {} }
    },
    async token(role, compounds) {
      tokens += 1
      const secret = `token-${role}-${tokens}`
      await brain.act('admin', { name: 'token.create', id: `t-${tokens}`, label: role, role, compounds: compounds as 'all', hash: hashSecret(secret), expiresAt: null })
      return secret
    },
    async stop() {
      await live.stop()
      metrics.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** Compounds, each with a gateway and two detectors, a door and a camera; ids as in `c07-door-01`. */
export async function furnish(house: Pick<House, 'brain'>, ...compounds: readonly string[]): Promise<void> {
  for (const id of compounds as readonly CompoundId[]) {
    await house.brain.act('system', {
      name: 'compound.create',
      compound: { id, name: `小区 ${id}`, district: '城关', homes: 2, buildings: [{ id: 'b01', name: '1号楼', units: 1, floors: 6 }], location: null }
    })
    const device = (kind: Kind, n: string, gateway: string | null): Parameters<typeof one>[0] => ({ kind, n, gateway })
    const one = ({ kind, n, gateway }: { kind: Kind; n: string; gateway: string | null }) => ({
      id: `${id}-${kind}-${n}` as DeviceId, kind, compound: id, gateway: gateway as DeviceId | null, location: { building: 'b01', unit: '1', floor: 1, home: '101' },
      model: 'test', tokenHash: hashSecret(`${id}-${kind}-${n}`)
    })
    const gateway = `${id}-gateway-01`
    await house.brain.act('system', {
      name: 'device.enrol',
      devices: [device('gateway', '01', null), device('smoke', '0001', gateway), device('smoke', '0002', gateway), device('door', '01', null), device('camera', '001', null)].map(one)
    })
  }
}

export function raise(device: string, more: Partial<Signal> = {}): Signal {
  return {
    rule: 'smoke.alarm', subject: device, change: 'raise', ts: 1_700_000_000_000, severity: 'critical', latches: true, compound: device.split('-')[0] as CompoundId,
    building: 'b01', device: device as DeviceId, location: { building: 'b01', home: '101' }, message: { zh: '烟感报警', en: 'Smoke alarm' }, ...more
  }
}

export function passage(device: string, n: number): EventView {
  return {
    id: `e${n}`, device: device as DeviceId, ts: 1_700_000_000_000 + n, receivedAt: 1_700_000_000_000 + n, type: 'granted', historical: false, clockSuspect: false,
    sequenceReused: false, fields: { method: 'card', credential: 'secret-card', direction: 'in' }
  }
}
