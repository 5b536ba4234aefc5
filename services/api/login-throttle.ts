import { rateLimit, ipKeyGenerator } from 'express-rate-limit'
import type { RateLimitRequestHandler } from 'express-rate-limit'
import type { Request, Response } from 'express'
import { Problem } from './problem.ts'

/** Failed logins a minute: of one user from one address, and of all together. No address is banned: a whole compound may sit behind one. */
const PER_PAIR = 5
const IN_TOTAL = 300
const WINDOW = 60_000

/** Slows down whoever tries passwords; logins that succeed are not counted. */
export type LoginThrottle = (request: Request, response: Response) => Promise<void>

export function createLoginThrottle(): LoginThrottle {
  const limiters = [
    limiter(IN_TOTAL, () => 'all'),
    limiter(PER_PAIR, (request) => `${ipKeyGenerator(request.ip ?? '')} ${username(request)}`)
  ]
  return async (request, response) => {
    for (const limit of limiters) await pass(limit, request, response)
  }
}

function limiter(limit: number, keyGenerator: (request: Request) => string): RateLimitRequestHandler {
  return rateLimit({
    windowMs: WINDOW, limit, keyGenerator, skipSuccessfulRequests: true, standardHeaders: false, legacyHeaders: false, validate: false,
    handler: (_request, response, next) => {
      const seconds = String(Math.ceil(WINDOW / 1000))
      response.set('Retry-After', seconds)
      next(new Problem('too-many-attempts', `too many logins failed; try again in ${seconds} s`, { headers: { 'Retry-After': seconds } }))
    }
  })
}

function pass(limit: RateLimitRequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void limit(request, response, (failure?: unknown) => {
      if (failure === undefined) resolve()
      else reject(failure instanceof Error ? failure : new Problem('internal', 'the login could not be counted'))
    })
  })
}

function username(request: Request): string {
  const { username } = request.body as { username: string }
  return username
}
