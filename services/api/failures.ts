import { randomUUID } from 'node:crypto'
import type { ErrorRequestHandler } from 'express'
import { asError, GatehouseError, InputError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { isProblemCode, Problem, sendProblem } from './problem.ts'
import type { ProblemCode } from './problem.ts'

/** What body-parser calls its errors (`error.type`), and what we call them. */
const BODY_ERRORS: Readonly<Record<string, (error: Error) => Problem>> = {
  'entity.parse.failed': (error) => new Problem('bad-json', error.message),
  'entity.too.large': (error) => new Problem('too-large', `at most ${String((error as { limit?: unknown }).limit)} bytes are taken`),
  'encoding.unsupported': () => new Problem('wrong-content-type', 'the body must not be compressed'),
  'charset.unsupported': () => new Problem('wrong-content-type', 'the body must be UTF-8'),
  'request.aborted': () => new Problem('request-aborted', 'the connection ended within the body'),
  'request.size.invalid': () => new Problem('request-aborted', 'the body is not as long as its Content-Length says')
}

/** The problem behind an error that is the asker's; null when it is ours. */
export function toProblem(thrown: unknown): Problem | null {
  if (thrown instanceof Problem) return thrown
  const error = asError(thrown)
  if (error instanceof InputError && isProblemCode(error.code)) return new Problem(error.code, error.message, { faults: error.faults })
  if (error instanceof GatehouseError && isProblemCode(error.code)) return new Problem(error.code, error.message)
  const { type } = error as { type?: unknown }
  if (typeof type === 'string' && Object.hasOwn(BODY_ERRORS, type)) return BODY_ERRORS[type]?.(error) ?? null
  if (error instanceof URIError) return new Problem('bad-input', 'the address is not well-formed', { faults: [{ path: '', message: 'a percent sign is not followed by the code of a character' }] })
  return null
}

/** What somebody has to look into; the other answers beyond 500 are said on purpose. */
const OURS = new Set<ProblemCode>(['internal', 'not-stored'])

/** Turns whatever a handler threw into a problem document. What is ours goes to the log under an id that the answer names; nothing of it goes out. */
export function answerFailures(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    let problem = toProblem(thrown)
    if (!problem || OURS.has(problem.code)) {
      const id = randomUUID()
      log.error({ id, method: request.method, path: request.path, err: asError(thrown), cause: asError(thrown).cause }, 'a request failed')
      problem = new Problem(problem?.code ?? 'internal', `${problem ? `${problem.message}; ` : ''}the log says more under ${id}`)
    }
    // With half an answer out, cutting it off is the only way to say that it is not whole.
    if (response.headersSent) response.destroy()
    else sendProblem(response, problem)
  }
}
