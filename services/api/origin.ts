import type { Request } from 'express'
import type { Identify } from './identity.ts'
import { Problem } from './problem.ts'

/**
 * Refuses a change that comes from a page elsewhere, which may make a browser send its cookie and cannot make it lie about where it comes from; an `Authorization` header no
 * browser sends by itself. `silent`: whether a client that does not say where it comes from is let through.
 */
export function demandOwnOrigin(identify: Identify, request: Request, silent: 'let-through' | 'refused'): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.headers.authorization !== undefined) return
  const origin = identify.origin(request.headers)
  if (origin === 'foreign') throw new Problem('origin-foreign', `this comes from ${request.headers.origin}, the site is ${request.headers.host}`)
  if (origin === 'missing' && silent === 'refused') throw new Problem('origin-missing', 'browsers send it by themselves; programs are better off with an API token')
}
