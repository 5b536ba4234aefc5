import type { IncomingHttpHeaders } from 'node:http'
import { SESSION_COOKIE } from '../../protocol/http/access.ts'
import type { Clock } from '../kernel/clock.ts'
import { identifySession, identifyToken } from '../registry/access.ts'
import type { Identity } from '../registry/access.ts'
import type { Directory } from '../registry/directory.ts'

/** Tells who is asking, from what came with the request. */
export interface Identify {
  /** An `Authorization` header counts alone: whoever shows a wrong token is not let in by a cookie that came along. */
  request(headers: IncomingHttpHeaders): Identity | null
  /** For the live link: a token in `auth`, else the cookie; a cookie only from a page of this site. */
  handshake(handshake: { readonly headers: IncomingHttpHeaders; readonly token: unknown }): Identity | null
  /** Whether the request comes from a page of this site; `missing` where the client does not say. */
  origin(headers: IncomingHttpHeaders): 'own' | 'foreign' | 'missing'
}

/** `trustProxy`: whether `X-Forwarded-Host` is believed. */
export function createIdentify(house: { readonly directory: Directory; readonly clock: Clock; readonly trustProxy: boolean }): Identify {
  const { directory, clock } = house

  function byCookie(headers: IncomingHttpHeaders): Identity | null {
    const secret = sessionSecret(headers)
    return secret === null ? null : identifySession(directory, secret, clock.now())
  }

  function origin(headers: IncomingHttpHeaders): 'own' | 'foreign' | 'missing' {
    if (headers.origin === undefined) return 'missing'
    const forwarded = house.trustProxy ? headers['x-forwarded-host'] : undefined
    const host = (typeof forwarded === 'string' ? forwarded.split(',')[0]?.trim() : undefined) ?? headers.host
    // Host and port alone: behind a proxy that ends TLS the scheme of the page is not the scheme of this connection.
    return host !== undefined && URL.canParse(headers.origin) && sameHost(new URL(headers.origin), host) ? 'own' : 'foreign'
  }

  return {
    origin,
    request(headers) {
      const { authorization } = headers
      if (authorization === undefined) return byCookie(headers)
      const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,200})$/i.exec(authorization)?.[1]
      return token === undefined ? null : identifyToken(directory, token, clock.now())
    },
    handshake({ headers, token }) {
      if (token !== undefined) return typeof token === 'string' && token.length <= 200 ? identifyToken(directory, token, clock.now()) : null
      return origin(headers) === 'foreign' ? null : byCookie(headers)
    }
  }
}

/** The secret in the session cookie; null when there is none. */
export function sessionSecret(headers: IncomingHttpHeaders): string | null {
  return cookieIn(headers, SESSION_COOKIE)
}

/** The value of a cookie; null when there is none. */
export function cookieIn(headers: IncomingHttpHeaders, wanted: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === wanted && value !== undefined && value !== '') return value
  }
  return null
}

function sameHost(origin: URL, host: string): boolean {
  const own = `${origin.protocol}//${host}`
  return (origin.protocol === 'http:' || origin.protocol === 'https:') && URL.canParse(own) && new URL(own).host === origin.host
}
