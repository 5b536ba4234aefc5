import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { KNOWN_COOKIE } from '../../protocol/http/access.ts'
import { cookieIn } from './identity.ts'

/**
 * A browser that a user signed in with is known by a cookie: a number and its HMAC with the user's password hash. So nothing has to be kept, it holds over restarts,
 * for this user alone, and no longer when the password changes. It opens nothing; it only keeps the browser's tries apart from those of strangers.
 */
export function knownBrowser(user: string, passwordHash: string): string {
  const number = randomBytes(12).toString('base64url')
  return `${number}.${seal(number, user, passwordHash)}`
}

/** The number of the browser; null where it is not known for this user. */
export function browserOf(headers: IncomingHttpHeaders, user: string, passwordHash: string): string | null {
  const [number = '', given = ''] = (cookieIn(headers, KNOWN_COOKIE) ?? '').split('.')
  const wanted = Buffer.from(seal(number, user, passwordHash))
  const shown = Buffer.from(given)
  return number.length === 16 && shown.length === wanted.length && timingSafeEqual(shown, wanted) ? number : null
}

function seal(number: string, user: string, passwordHash: string): string {
  return createHmac('sha256', passwordHash).update(`known browser ${number} ${user}`).digest('base64url')
}
