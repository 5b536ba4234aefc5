import { randomBytes } from 'node:crypto'
import { ipKeyGenerator } from 'express-rate-limit'
import type { Response } from 'express'
import { hashSecret, makeSecret } from '../registry/secret.ts'
import { sees, within } from '../registry/access.ts'
import type { TokenRecord } from '../store/ports.ts'
import type { Fault } from '../kernel/errors.ts'
import { KNOWN_COOKIE, SESSION_COOKIE } from '../../protocol/http/access.ts'
import type { TokenView } from '../../protocol/http/access.ts'
import type { Handlers } from './exchange.ts'
import { perform } from './house.ts'
import type { ApiHouse } from './house.ts'
import { sessionSecret } from './identity.ts'
import { browserOf, knownBrowser } from './known-browser.ts'
import { LoginThrottle } from './login-throttle.ts'
import type { Refusal } from './login-throttle.ts'
import { pageOf } from './paging.ts'
import { Problem } from './problem.ts'

/** A session holds for a shift of twelve hours. */
const SESSION_MS = 12 * 3600 * 1000
/** A browser is known for so long after it was signed in with. */
const KNOWN_MS = 180 * 24 * 3600 * 1000

type Calls = 'session.open' | 'session.close' | 'session.show' | 'tokens.list' | 'tokens.create' | 'tokens.remove'

/** Logging in and out, and API tokens. */
export function accessCalls(house: ApiHouse): Pick<Handlers, Calls> {
  const { directory, brain, clock, passwords } = house
  const throttle = new LoginThrottle(clock)

  return {
    async 'session.open'({ body, request, response }) {
      const user = directory.users.get(body.username)
      const browser = user ? browserOf(request.headers, user.name, user.passwordHash) : null
      const attempt = throttle.begin({ address: ipKeyGenerator(request.ip ?? ''), user: body.username, browser })
      if (!attempt.ok) throw slowedDown(attempt)
      const verdict = await passwords.verify(body.password, user?.passwordHash ?? null, attempt.known)
      if (verdict === 'busy') {
        attempt.undone()
        throw new Problem('busy', 'many people are signing in right now', { headers: { 'Retry-After': '5' } })
      }
      if (verdict === 'wrong' || !user) throw new Problem('wrong-credentials', 'check both; capitals count')
      attempt.succeeded()
      const secret = makeSecret()
      await perform(brain, user.name, { name: 'session.open', user: user.name, hash: hashSecret(secret), expiresAt: clock.now() + SESSION_MS })
      setCookie(response, request.secure, secret, SESSION_MS)
      if (browser === null) {
        response.cookie(KNOWN_COOKIE, knownBrowser(user.name, user.passwordHash), { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/api/v1/session', maxAge: KNOWN_MS })
      }
      return null
    },

    async 'session.close'({ who, request, response }) {
      if (sessionSecret(request.headers) !== null) setCookie(response, request.secure, '', 0)
      // `anyone` may call this: for whoever has no session there is nothing to end.
      if (who.proof.type === 'session' && who.actor !== '') await perform(brain, who.actor, { name: 'session.close', hash: who.proof.hash })
      return null
    },

    'session.show': ({ who }) => ({ name: who.actor, role: who.role, compounds: who.scope, expiresAt: who.expiresAt }),

    'tokens.list'({ who, query }) {
      const seen = [...directory.tokens.values()].filter((token) => within(token.compounds, who.scope))
      const page = pageOf(seen, (token) => token.id, query)
      return { items: page.items.map(view), next: page.next }
    },

    async 'tokens.create'({ who, body }) {
      const faults: Fault[] = []
      if (body.expiresAt !== null && body.expiresAt <= clock.now()) faults.push({ path: 'expiresAt', message: 'expiresAt is in the past' })
      for (const [index, id] of (body.compounds === 'all' ? [] : body.compounds).entries()) {
        // One that they may not see is not there: its existence is nobody's business.
        if (!directory.compounds.has(id) || !sees(who.scope, id)) faults.push({ path: `compounds[${index}]`, message: `there is no compound ${id}` })
      }
      if (faults.length > 0) throw new Problem('bad-input', faults.map((fault) => fault.message).join('; '), { faults })
      if (!within(body.compounds, who.scope)) throw new Problem('beyond-own-rights', 'a token sees no compound that you do not see')
      // A token that could make itself a longer one would never end.
      if (who.proof.type === 'token' && who.expiresAt !== null && (body.expiresAt === null || body.expiresAt > who.expiresAt)) {
        throw new Problem('beyond-own-rights', 'a token makes no token that outlives it')
      }
      const id = `t-${randomBytes(6).toString('hex')}`
      const token = makeSecret()
      await perform(brain, who.actor, {
        name: 'token.create', id, label: body.name, role: body.role, compounds: body.compounds, hash: hashSecret(token), expiresAt: body.expiresAt
      })
      return { id, token }
    },

    async 'tokens.remove'({ who, params }) {
      const token = directory.tokens.get(params.id)
      if (!token || !within(token.compounds, who.scope)) throw new Problem('not-found', `there is no token ${params.id}`)
      await perform(brain, who.actor, { name: 'token.remove', id: params.id })
      return null
    }
  }
}

function slowedDown({ wait, all }: Refusal): Problem {
  const seconds = String(Math.ceil(wait / 1000))
  const headers = { 'Retry-After': seconds }
  return all ? new Problem('busy', 'many people are trying to sign in right now', { headers }) : new Problem('too-many-attempts', `too many logins failed; try again in ${seconds} s`, { headers })
}

function setCookie(response: Response, secure: boolean, secret: string, maxAge: number): void {
  response.cookie(SESSION_COOKIE, secret, { httpOnly: true, sameSite: 'strict', secure, path: '/', maxAge })
}

function view({ id, name, role, compounds, expiresAt, createdAt, createdBy }: TokenRecord): TokenView {
  return { id, name, role, compounds, expiresAt, createdAt, createdBy }
}
