import { isUtf8 } from 'node:buffer'
import express from 'express'
import type { Request, Response, Router } from 'express'
import Joi from 'joi'
import { checkQuery, checkWith } from '../../protocol/http/check.ts'
import type { Checked } from '../../protocol/http/check.ts'
import { mayDo } from '../../protocol/http/access.ts'
import { NDJSON, ROUTES } from '../../protocol/routes.ts'
import type { AnswerOf, RequestOf, Route, RouteId } from '../../protocol/routes.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Identity } from '../registry/access.ts'
import { toProblem } from './failures.ts'
import type { Identify } from './identity.ts'
import { sessionSecret } from './identity.ts'
import { demandOwnOrigin } from './origin.ts'
import { Problem } from './problem.ts'

/** The largest JSON body, bytes: a compound with its thousand buildings has 150 KB. */
const MAX_BODY_BYTES = 1024 * 1024

/** One checked request of a call. */
export type Asked<Id extends RouteId> = RequestOf<Id> & {
  readonly who: Identity
  readonly request: Request
  readonly response: Response
}
/** Answers are sent and not changed any more, so what is read-only will do. */
type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T
export type Handler<Id extends RouteId> = (asked: Asked<Id>) => Frozen<AnswerOf<Id>> | Promise<Frozen<AnswerOf<Id>>>
/** The import reads its lines and writes its answers itself. */
type StreamHandler<Id extends RouteId> = (asked: Asked<Id>) => Promise<void>
/** A handler for each call of the contract; the compiler names what is missing. */
export type Handlers = { readonly [Id in RouteId]: Id extends 'devices.import' ? StreamHandler<Id> : Handler<Id> }

type AnyRoute = Route<unknown, unknown, unknown, unknown>
type AnyHandler = (asked: { params: unknown; query: unknown; body: unknown; who: Identity; request: Request; response: Response }) => unknown

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const

/** Mounts every call of the contract; a method that an address does not know is answered 405 with `Allow`. */
export function mountCalls(router: Router, identify: Identify, handlers: Handlers): void {
  const allowed = new Map<string, string[]>()
  for (const id of Object.keys(ROUTES) as RouteId[]) {
    const route = ROUTES[id] as AnyRoute
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    const serve = call(route, identify, handlers[id] as AnyHandler)
    router[METHODS[route.method]](path, async (request, response) => {
      response.locals['call'] = id
      await serve(request, response)
    })
    allowed.set(path, [...(allowed.get(path) ?? []), ...(route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])])
  }
  for (const [path, methods] of allowed) {
    router.all(path, (request) => {
      const Allow = methods.join(', ')
      throw new Problem('method-not-allowed', `${request.method} is not served here, but ${Allow} is`, { headers: { Allow } })
    })
  }
}

function call(route: AnyRoute, identify: Identify, handler: AnyHandler): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store')
    const who = identify.request(request.headers)
    demandLogin(route, who)
    // Logging in anew rests on the password and not on the cookie that came along.
    const byCookie = sessionSecret(request.headers) !== null && route !== (ROUTES['session.open'] as AnyRoute)
    demandOwnOrigin(identify, request, byCookie ? 'refused' : 'let-through')
    if (who && !mayDo(who.role, route.permission)) throw new Problem('not-permitted', `the role ${who.role} may not do this`)
    const streamed = route.bodyType === NDJSON
    if (streamed) demandType(request, NDJSON)
    const body = route.body !== null && !streamed ? await readJson(request, response) : null
    const input = checkAll(route, request, streamed ? null : body)
    const answer = await handler({ ...input, who: who ?? NOBODY, request, response })
    if (streamed) return
    send(route, response, answer)
  }
}

/** Stands where nobody needs to be known; sees nothing and may do nothing. */
const NOBODY: Identity = { actor: '', role: 'viewer', scope: [], proof: { type: 'session', hash: '' }, expiresAt: 0 }

function demandLogin(route: AnyRoute, who: Identity | null): void {
  if (who || route.permission === 'anyone') return
  throw new Problem('not-signed-in', 'give the session cookie of POST /session, or `Authorization: Bearer` with an API token that still holds', {
    headers: { 'WWW-Authenticate': 'Bearer realm="Gatehouse"' }
  })
}

const parseJson = express.json({ limit: MAX_BODY_BYTES, inflate: false, strict: false, type: () => true, verify: demandUtf8 })

/** Decoding would put U+FFFD for what is no UTF-8, and a name would be stored that nobody gave. */
function demandUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  // body-parser changes what is thrown here, so it is told in its own words.
  if (!isUtf8(body)) throw Object.assign(new Error('the body is not UTF-8'), { type: 'entity.parse.failed' })
}

/** The body as JSON; `{}` where none was sent, so that the faults name the fields that are missing. */
async function readJson(request: Request, response: Response): Promise<unknown> {
  const { headers } = request
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return {}
  demandType(request, 'application/json')
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (failure?: unknown) => {
      if (failure === undefined) resolve()
      else reject(toProblem(failure) ?? new Problem('internal', 'the body could not be read', { cause: failure }))
    })
  })
  return request.body as unknown
}

function demandType(request: Request, type: string): void {
  const given = request.headers['content-type']
  if (given?.split(';')[0]?.trim().toLowerCase() === type) return
  throw new Problem('wrong-content-type', `this call takes ${type}, ${given === undefined ? 'and none was named' : `not ${given}`}`)
}

const NOTHING = Joi.object({})

/** Path, query and body at once, so that all faults come in one answer. */
function checkAll(route: AnyRoute, request: Request, body: unknown): { params: unknown; query: unknown; body: unknown } {
  const faults: Fault[] = []
  function take(checked: Checked<unknown>): unknown {
    if (checked.ok) return checked.value
    faults.push(...checked.faults)
    return null
  }
  const query: Record<string, unknown> = { ...request.query }
  for (const [name, value] of Object.entries(query)) {
    if (!Array.isArray(value)) continue
    faults.push({ path: name, message: `${name} is given more than once` })
    query[name] = value[0]
  }
  const input = {
    params: route.params === null ? null : take(checkWith(route.params, { ...request.params })),
    query: take(checkQuery(route.query ?? NOTHING, query)),
    body: route.body === null || route.bodyType === NDJSON ? null : take(checkWith(route.body, body))
  }
  if (faults.length > 0) throw new Problem('bad-input', faults.map((fault) => fault.message).join('; ').slice(0, 1000), { faults })
  return { ...input, query: route.query === null ? null : input.query }
}

function send(route: AnyRoute, response: Response, answer: unknown): void {
  const { status, type, body } = route.success
  response.status(status)
  if (body === null) response.end()
  else if (type !== undefined) response.type(type).send(answer)
  else response.json(answer)
}
