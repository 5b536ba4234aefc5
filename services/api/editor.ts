import type { ClientRequest, IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Request, RequestHandler, Response } from 'express'
import { createProxyServer } from 'http-proxy-3'
import type { FlowsState } from '../../protocol/http/flows.ts'
import type { Role } from '../../protocol/http/permissions.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/log.ts'
import { stillHolds } from '../registry/access.ts'
import type { Identity } from '../registry/access.ts'
import type { Directory } from '../registry/directory.ts'
import type { Identify } from './identity.ts'
import { demandOwnOrigin } from './origin.ts'
import { Problem } from './problem.ts'

/** Who sits in front of the editor: `*` edits, `read` looks. */
export interface FlowEditor {
  readonly username: string
  readonly permissions: '*' | 'read'
}

/** Node-RED as the API needs it. */
export interface FlowsPort {
  state(): Promise<FlowsState>
  /** Where requests go and with which headers; null while nobody answers there. */
  door(editor: FlowEditor): { readonly target: string; readonly headers: Readonly<Record<string, string>> } | null
  restart(editor: FlowEditor): Promise<void>
  /** Throws `flows-unavailable` or `not-found`. */
  ask(editor: FlowEditor, method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>
}

export interface EditorHouse {
  readonly directory: Directory
  readonly clock: Clock
  readonly log: Logger
  readonly identify: Identify
  /** Null: there are no flows here. */
  readonly flows: FlowsPort | null
  /** Somebody changed flows in the editor. */
  readonly onChanged: (who: Identity) => void
}

/** What each role may do with flows; they see every compound, and so must who works on them. */
const RIGHTS: Readonly<Record<Role, FlowEditor['permissions'] | null>> = {
  administrator: '*', manager: null, guard: null, viewer: null, auditor: null, flows: null
}

const ROOT = '/flows'
/** Where the editor opens its WebSocket. */
export const EDITOR_SOCKET = `${ROOT}/comms`
/** Where who may not come in, or finds nobody, is sent: the screen that says how flows stand, behind the log-in. */
const SCREEN = '/admin/flows'
/** How long Node-RED may think about a request, ms. */
const PATIENCE = 30_000
/** How often it is looked whether those at the editor's sockets may still be there, ms. */
const SWEEP = 5000

/**
 * The editor brings scripts in its page and compiles expressions; it is a page of its own at an address of its own, for administrators.
 * Everything else of the policy holds here too: nothing is loaded from elsewhere or sent there, nobody frames it.
 */
const POLICY = [
  "default-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:",
  "font-src 'self' data:", "connect-src 'self' ws: wss:", "worker-src 'self' blob:", "object-src 'none'", "base-uri 'self'", "form-action 'self'",
  "frame-ancestors 'none'"
].join(';')

export function editorRight({ role, scope }: Identity): FlowEditor['permissions'] | null {
  return scope === 'all' ? RIGHTS[role] : null
}

/** Node-RED's editor on the platform's own address, behind the platform's own log-in. */
export class EditorDoor {
  readonly #house: EditorHouse
  readonly #sockets = new Map<Duplex, Identity>()
  readonly #stops: (() => void)[] = []
  readonly #proxy = createProxyServer({ proxyTimeout: PATIENCE })

  /** The proxy ends what it opened when a browser goes, but not what it is still opening: that would stay for ever, here and in Node-RED. */
  readonly #onOpening = (opening: ClientRequest, _request: IncomingMessage, socket: Duplex): void => {
    socket.once('close', () => opening.destroy())
  }

  readonly #onTorn = (error: Error): void => this.#house.log.debug({ err: error }, 'a socket of the editor was torn down')

  constructor(house: EditorHouse) {
    this.#house = house
  }

  /** Serves `/flows` and what is below it, leaves everything else to `next`. */
  readonly serve: RequestHandler = (request, response, next) => {
    if (request.path !== ROOT && !request.path.startsWith(`${ROOT}/`)) {
      next()
      return
    }
    response.locals['call'] = 'flows.editor'
    // As the proxy reads it: dots that lead out of the editor lead nowhere.
    const path = URL.parse(request.url, 'http://here')?.pathname ?? ''
    if (path !== request.path) throw new Problem('no-such-call', 'the editor is addressed without dots and detours')
    const { identify, flows } = this.#house
    if (!flows) throw new Problem('no-such-call', 'there are no flows here: FLOWS=off')
    const who = identify.request(request.headers)
    const isPage = request.method === 'GET' && request.accepts(['html', 'json']) === 'html' && request.path === `${ROOT}/`
    if (!who) {
      if (!isPage && request.path !== ROOT) throw new Problem('not-signed-in', 'the editor needs a session of this site')
      response.set('Cache-Control', 'no-store').redirect(SCREEN)
      return
    }
    const permissions = editorRight(who)
    if (!permissions) throw new Problem('not-permitted', `the role ${who.role} may not open the flows`)
    demandOwnOrigin(identify, request, 'refused')
    const door = flows.door({ username: who.actor, permissions })
    if (door) this.#hand(request, response, who, door)
    else if (isPage) response.set('Cache-Control', 'no-store').redirect(SCREEN)
    else throw new Problem('flows-unavailable', 'Node-RED is not running at the moment')
  }

  /** Takes WebSockets of the editor on this server. */
  attach(server: Server): void {
    const { directory, clock } = this.#house
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (request.url?.split('?', 1)[0] === EDITOR_SOCKET) this.#connect(request, socket, head)
    }
    server.on('upgrade', upgrade)
    // A socket that a browser tears down is nothing special; without a listener the proxy would throw, and nobody would catch it.
    this.#proxy.on('error', this.#onTorn).on('proxyReqWs', this.#onOpening)
    this.#stops.push(
      () => server.off('upgrade', upgrade),
      () => this.#proxy.off('error', this.#onTorn).off('proxyReqWs', this.#onOpening),
      directory.onRemoved(({ type, id }) => this.#end(({ proof }) => proof.type === type && (proof.type === 'session' ? proof.hash : proof.id) === id)),
      clock.every(SWEEP, () => this.#end((who) => !stillHolds(directory, who, clock.now())))
    )
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#end(() => true)
    this.#proxy.close()
  }

  #hand(request: Request, response: Response, who: Identity, { target, headers }: NonNullable<ReturnType<FlowsPort['door']>>): void {
    const isChange = request.method !== 'GET' && request.method !== 'HEAD' && /^\/flows\/+flows?(\/|$)/i.test(request.path)
    response.set('Content-Security-Policy', POLICY)
    withoutProofs(request)
    // Not `finish`: who does not wait for the answer has changed them all the same.
    response.once('close', () => {
      if (isChange && response.statusCode < 400) this.#house.onChanged(who)
    })
    this.#proxy.web(request, response, { target, headers }, (error) => {
      this.#house.log.warn({ err: error, path: request.path }, 'the editor did not get an answer')
      if (response.headersSent) response.destroy()
      else response.status(503).set('Retry-After', '5').type('text').send('Node-RED does not answer; it is started again by itself.\n')
    })
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { identify, flows, log } = this.#house
    const who = identify.request(request.headers)
    const permissions = who && editorRight(who)
    const isOwn = request.headers.authorization !== undefined || identify.origin(request.headers) === 'own'
    const door = permissions && isOwn ? flows?.door({ username: who.actor, permissions }) : null
    if (!who || !door) {
      const status = !who ? '401 Unauthorized' : !permissions || !isOwn ? '403 Forbidden' : '503 Service Unavailable'
      // Closed as a whole: a stranger who does not close its own half would keep it.
      socket.on('error', () => undefined).end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
      return
    }
    this.#sockets.set(socket, who)
    socket.once('close', () => this.#sockets.delete(socket))
    withoutProofs(request)
    this.#proxy.ws(request, socket, head, { target: door.target, headers: { ...door.headers } }, (error) => {
      log.debug({ err: error }, 'a socket of the editor ended')
      socket.destroy()
    })
  }

  #end(meant: (who: Identity) => boolean): void {
    for (const [socket, who] of this.#sockets) if (meant(who)) socket.destroy()
  }
}

/** What opens the platform is none of Node-RED's business. */
function withoutProofs({ headers }: IncomingMessage): void {
  delete headers.cookie
  delete headers.authorization
}
