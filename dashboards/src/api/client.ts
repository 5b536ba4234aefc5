import { API_BASE } from './base.ts'
import type { Problem } from '../../../protocol/http/common.ts'

/** An answer that is not the one that was asked for. */
export class ApiError extends Error {
  /** HTTP status; 0 when the platform could not be reached at all. */
  readonly status: number
  /** The stable code of the problem document; `unreachable` when there was no answer, `unreadable` when it was not a problem document. */
  readonly code: string
  readonly faults: readonly { readonly path: string; readonly message: string }[]
  /** Seconds until another try makes sense; null when the platform did not say. */
  readonly retryAfter: number | null

  constructor(status: number, code: string, message: string, faults: ApiError['faults'] = [], retryAfter: number | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.faults = faults
    this.retryAfter = retryAfter
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

const signedOut = new Set<() => void>()
/** Called when the platform says that nobody is logged in (any more). Returns a function that ends it. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener)
  return () => void signedOut.delete(listener)
}

let clockOffset = 0
/** Now by the platform's clock: a control-room computer whose clock is wrong must not show wrong ages. */
export function platformNow(): number {
  return Date.now() + clockOffset
}

/** GET; throws ApiError. `undefined` values of the query are left out. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const pairs = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  const search = new URLSearchParams(pairs).toString()
  return call<T>('GET', search ? `${path}?${search}` : path, undefined, signal)
}

/** POST, PUT or DELETE; throws ApiError. Calls without an answer body (204) give undefined. */
export function send<T = undefined>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
  return call<T>(method, path, body)
}

/** What a call answered that does not speak JSON: NDJSON, the machine room's text. Throws ApiError, but for `alsoOk`, whose body is of use too. */
export async function text(method: 'GET' | 'POST', address: string, body?: { readonly type: string; readonly text: string }, alsoOk = 0): Promise<{ status: number; text: string }> {
  let response: Response
  try {
    response = await fetch(address, { method, credentials: 'same-origin', ...(body ? { headers: { 'content-type': body.type }, body: body.text } : {}) })
  } catch (error) {
    throw new ApiError(0, 'unreachable', error instanceof Error ? error.message : 'unreachable')
  }
  if (!response.ok && response.status !== alsoOk) throw await problemOf(response)
  return { status: response.status, text: await response.text() }
}

async function call<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const started = Date.now()
  let response: Response
  try {
    response = await fetch(API_BASE + path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {})
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'unreachable', error instanceof Error ? error.message : 'unreachable')
  }
  readClock(response, started)
  if (!response.ok) {
    const error = await problemOf(response)
    if (response.status === 401 && error.code !== 'wrong-credentials') for (const listener of signedOut) listener()
    throw error
  }
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch {
    throw new ApiError(response.status, 'unreadable', 'The answer is not JSON')
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after')) || null
  try {
    const problem = (await response.json()) as Partial<Problem>
    return new ApiError(response.status, problem.code ?? 'unreadable', problem.detail || problem.title || `HTTP ${response.status}`, problem.faults ?? [], retryAfter)
  } catch {
    return new ApiError(response.status, 'unreadable', `HTTP ${response.status}`, [], retryAfter)
  }
}

/** The `Date` header has whole seconds: what is within three of ours is the same time. */
function readClock(response: Response, started: number): void {
  const theirs = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return
  const difference = theirs + 500 - (started + Date.now()) / 2
  clockOffset = Math.abs(difference) < 3000 ? 0 : difference
}
