import type { IncomingHttpHeaders, Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import { Server } from 'socket.io'
import type { ExtendedError, Socket } from 'socket.io'
import { checkWith } from '../../protocol/http/check.ts'
import type { Problem } from '../../protocol/http/common.ts'
import type { ClientToServer, ServerToClient, WatchAnswer } from '../../protocol/live.ts'
import { watch as watchSchema } from '../../protocol/live.ts'
import type { CompoundId } from '../../protocol/names.ts'
import type { Outcome } from '../brain/outcome.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { minds, sees, stillHolds } from '../registry/access.ts'
import type { Identity } from '../registry/access.ts'
import type { Directory, Removed } from '../registry/directory.ts'
import type { LatestChange } from '../store/ports.ts'
import type { Board } from './board.ts'
import { Feed } from './feed.ts'
import { lineOf } from './line.ts'
import { Watch } from './watch.ts'
import type { Wanted } from './watch.ts'

/**
 * The server pings every 2 s; a client that hears nothing for 2 + 5 s says that the link is broken, and so does the server of a
 * client. Five of them because a phone may need that long to take its first picture before it can answer a ping.
 */
const PING_INTERVAL = 2000
const PING_TIMEOUT = 5000
/** A connection that does not say who it is within this is closed, ms. */
const CONNECT_TIMEOUT = 5000
/** No request of a client is larger, bytes: 10,000 compound ids fit. */
const MAX_REQUEST_BYTES = 512 * 1024
/** How often it is looked whether sessions and tokens have run out, ms. */
const EXPIRY_PERIOD = 5000
/** Pictures that one socket may ask for within `PICTURE_PERIOD` ms: one costs as much as a thousand events. */
const PICTURES = 10
const PICTURE_PERIOD = 1000

/** Where clients of Socket.io look by themselves. */
export const LIVE_PATH = '/socket.io/'

export interface LiveHouse {
  readonly directory: Directory
  readonly board: Board
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Registry
  /** Who opens this connection; null refuses it. `token` is what stood in `auth`, unchecked. */
  readonly identify: (handshake: { readonly headers: IncomingHttpHeaders; readonly token: unknown }) => Identity | null
  /** A problem document for a code of the API. */
  readonly problem: (code: 'bad-input' | 'not-found' | 'not-signed-in' | 'busy' | 'too-many-attempts', detail: string, faults?: readonly Fault[]) => Problem
  /** Called whenever it changes of which compounds anybody follows the devices. */
  readonly onWatched: (compounds: readonly CompoundId[] | 'all') => void
}

/** The live link as the rest of the house sees it. */
export interface Live {
  /** Serves Socket.io on this server, from now on. */
  attach(server: HttpServer | HttpsServer): void
  /** Everything that the brain says, in order. */
  outcome(outcome: Outcome): void
  /** What changed in the latest values. */
  latest(changes: readonly LatestChange[]): void
  /** Disconnects everybody; the HTTP server itself is left alone. */
  stop(): Promise<void>
}

type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, { identity: Identity }>

/** Makes the live link; nothing runs before `attach`. */
export function createLive(house: LiveHouse): Live {
  const { directory, clock, log } = house
  const told = new Counter({
    name: 'gatehouse_live_events_total', help: 'Events for watching sockets; missed: the client was too slow and has to resync',
    labelNames: ['event', 'result'], registers: [house.metrics]
  })
  const feed = new Feed({
    directory, board: house.board, clock, onWatched: house.onWatched,
    onTold: (event, result) => told.inc({ event, result })
  })
  const sockets = new Set<LiveSocket>()
  const connected = new Gauge({ name: 'gatehouse_live_sockets', help: 'Screens and programs on the live link', registers: [house.metrics] })
  let io: Server<ClientToServer, ServerToClient, Record<string, never>, { identity: Identity }> | null = null
  const stops: (() => void)[] = []

  function disconnect(socket: LiveSocket, why: string): void {
    log.info({ actor: socket.data.identity.actor, why }, 'live link ended')
    socket.disconnect(true)
  }

  function removed({ type, id }: Removed): void {
    for (const socket of sockets) {
      const { proof } = socket.data.identity
      if (proof.type === type && (proof.type === 'session' ? proof.hash : proof.id) === id) disconnect(socket, `${type} ended`)
    }
  }

  function sweep(): void {
    for (const socket of sockets) if (!stillHolds(directory, socket.data.identity, clock.now())) disconnect(socket, 'expired')
  }

  function welcome(socket: LiveSocket): void {
    sockets.add(socket)
    connected.set(sockets.size)
    const { identity } = socket.data
    const line = lineOf(socket)
    const watch = new Watch(line)
    line.onDrain(() => watch.drained())
    let pictures = 0
    let since = clock.elapsed()

    function tooMany(): WatchAnswer | null {
      if (line.congested) return { problem: house.problem('busy', 'what was sent before is still under way; ask again when it is there') }
      if (clock.elapsed() - since >= PICTURE_PERIOD) {
        pictures = 0
        since = clock.elapsed()
      }
      pictures += 1
      return pictures > PICTURES ? { problem: house.problem('too-many-attempts', `at most ${PICTURES} a second`) } : null
    }

    socket.on('watch', (...given: unknown[]) => {
      const { answer, said } = acknowledged(given)
      if (answer === null) return
      const asked = wanted(said, identity)
      answer('problem' in asked ? asked : (tooMany() ?? feed.watch(watch, asked)))
    })
    socket.on('resync', (...given: unknown[]) => acknowledged(given).answer?.(tooMany() ?? feed.picture(watch)))
    socket.on('disconnect', () => {
      sockets.delete(socket)
      connected.set(sockets.size)
      feed.end(watch)
    })
  }

  function wanted(request: unknown, identity: Identity): Wanted | { problem: Problem } {
    const isObject = typeof request === 'object' && request !== null && !Array.isArray(request)
    const checked = checkWith(watchSchema, isObject ? request : {})
    if (!checked.ok) return { problem: house.problem('bad-input', '`watch` takes an object: {"compounds": "all" or a list of compound ids}', checked.faults) }
    const { compounds, devices } = checked.value
    if (compounds === 'all') return { compounds: identity.scope, devices, platform: minds(identity) }
    const faults: Fault[] = []
    for (const [index, id] of compounds.entries()) {
      // A compound that one may not see is not there: its existence is nobody's business.
      if (!sees(identity.scope, id) || !directory.compounds.has(id)) faults.push({ path: `compounds[${index}]`, message: `there is no compound ${id}` })
    }
    if (faults.length > 0) return { problem: house.problem('not-found', 'some of these compounds do not exist', faults) }
    return { compounds, devices, platform: false }
  }

  return {
    attach(server) {
      io = new Server(server, {
        // Sockets on other addresses are others' business.
        path: LIVE_PATH, destroyUpgrade: false, serveClient: false, pingInterval: PING_INTERVAL, pingTimeout: PING_TIMEOUT, connectTimeout: CONNECT_TIMEOUT, maxHttpBufferSize: MAX_REQUEST_BYTES
      })
      io.use((socket, next) => {
        const { headers, auth } = socket.handshake
        const identity = house.identify({ headers, token: (auth as Record<string, unknown>)['token'] })
        if (identity) {
          socket.data.identity = identity
          next()
          return
        }
        const refusal: ExtendedError = new Error('not-signed-in')
        refusal.data = house.problem('not-signed-in', 'the live link needs a session of this site or an API token in `auth`')
        next(refusal)
      })
      io.on('connection', welcome)
      stops.push(directory.onRemoved(removed), clock.every(EXPIRY_PERIOD, sweep))
    },
    outcome: (outcome) => feed.outcome(outcome),
    latest: (changes) => feed.latest(changes),
    async stop() {
      for (const stop of stops.splice(0)) stop()
      feed.stop()
      for (const socket of sockets) socket.disconnect(true)
      // Socket.io closes the HTTP server that it is attached to; it is not ours to close, and detaching the engine is enough.
      io?.engine.close()
      io = null
      await Promise.resolve()
    }
  }
}

/** What a client said, and how it is to be answered: the acknowledgement stands last, whatever came or did not come before it. Null: it wants no answer. */
function acknowledged(given: readonly unknown[]): { readonly said: unknown; readonly answer: ((answer: WatchAnswer) => void) | null } {
  const last = given.at(-1)
  return typeof last === 'function' ? { said: given.length > 1 ? given[0] : undefined, answer: last as (answer: WatchAnswer) => void } : { said: given[0], answer: null }
}
