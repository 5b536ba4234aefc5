import type { Response } from 'express'
import type { Problem as ProblemDocument } from '../../protocol/http/common.ts'
import { GatehouseError } from '../kernel/errors.ts'
import type { Fault } from '../kernel/errors.ts'
import type { Reply } from '../brain/outcome.ts'

/**
 * Every code that the API answers with: its HTTP status and its title. A code is declared once and never given another meaning.
 */
const PROBLEMS = {
  'bad-input': [400, 'Something in the request is not right'],
  'bad-json': [400, 'The body is not JSON'],
  'bad-cursor': [400, 'The cursor is not one that this list gave out'],
  'malformed-action': [400, 'The platform does not understand this action'],
  'unknown-compound': [400, 'There is no such compound'],
  'unknown-building': [400, 'There is no such building'],
  'unknown-gateway': [400, 'There is no such gateway'],
  'request-aborted': [400, 'The request ended before its body did'],
  'not-signed-in': [401, 'Sign in first'],
  'wrong-credentials': [401, 'The user name or the password is wrong'],
  'not-permitted': [403, 'Your role does not allow this'],
  'life-safety-right-missing': [403, 'Flows may do this only where an administrator gave them the right to it'],
  'beyond-own-rights': [403, 'Nobody can hand on more than they have'],
  'origin-missing': [403, 'A change with a session cookie needs an Origin header'],
  'origin-foreign': [403, 'A change with a session cookie must come from the site itself'],
  'not-found': [404, 'There is no such thing here'],
  'no-such-call': [404, 'There is no such call'],
  'method-not-allowed': [405, 'This address does not know that method'],
  'exists-already': [409, 'It exists already'],
  'not-allowed-in-this-state': [409, 'The alarm is in a state that does not allow this'],
  'nothing-held': [409, 'No door is held released there'],
  'flows-are-ours': [409, 'The platform itself gives the flows their token'],
  'too-many-waiting': [409, 'Too many commands wait for this device'],
  'has-children': [409, 'Other devices still depend on it'],
  'too-large': [413, 'The body is too large'],
  'wrong-content-type': [415, 'The body has a content type that this call does not take'],
  'too-many-attempts': [429, 'Too many attempts, wait a little'],
  'internal': [500, 'Something went wrong on our side'],
  'busy': [503, 'The platform is busy, try again shortly'],
  'not-stored': [503, 'The platform could not store this'],
  'flows-unavailable': [503, 'Flows are not running at the moment'],
  'not-ready': [503, 'The platform is still starting']
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof PROBLEMS

/** A request that is not answered as it wished. Thrown by handlers, turned into a problem document at the edge. */
export class Problem extends GatehouseError {
  override readonly code: ProblemCode
  readonly faults: readonly Fault[]
  /** Further headers, e.g. `Allow`, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, detail: string, more: { faults?: readonly Fault[]; headers?: Readonly<Record<string, string>>; cause?: unknown } = {}) {
    super(code, detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Problem'
    this.code = code
    this.faults = more.faults ?? []
    this.headers = more.headers ?? {}
  }

  get status(): number {
    return PROBLEMS[this.code][0]
  }

  toDocument(): ProblemDocument {
    return {
      type: 'about:blank',
      status: this.status,
      title: PROBLEMS[this.code][1],
      code: this.code,
      detail: this.message,
      ...(this.faults.length > 0 ? { faults: this.faults } : {})
    }
  }
}

/** The problem that says why the brain refused an action. A code that this table does not know is a mistake of ours: `internal`. */
export function refusal(reply: Extract<Reply, { ok: false }>): Problem {
  if (!isProblemCode(reply.code)) return new Problem('internal', 'The action was refused for a reason that the API does not know', { cause: reply })
  return new Problem(reply.code, reply.message, reply.faults ? { faults: reply.faults } : {})
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code)
}

export function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).set(problem.headers).set('Cache-Control', 'no-store').type('application/problem+json').send(JSON.stringify(problem.toDocument()))
}
