import type { Role } from '../../protocol/http/access.ts'
import type { CompoundId, Millis } from '../../protocol/names.ts'
import type { Scope } from '../store/ports.ts'
import type { Directory } from './directory.ts'
import { hashSecret } from './secret.ts'

/** How somebody proved who they are; names the thing that ends their access when it is removed. */
export type Proof =
  | { readonly type: 'session'; readonly hash: string }
  | { readonly type: 'token'; readonly id: string }

/** Who is asking. */
export interface Identity {
  /** A user name, or an API token's id: the `actor` of what is done. */
  readonly actor: string
  readonly role: Role
  readonly scope: Scope
  readonly proof: Proof
  /** Null: an API token without an end. */
  readonly expiresAt: Millis | null
}

/** Who the holder of a session cookie is; null when it is unknown, ended or past its time at `now`. */
export function identifySession(directory: Directory, secret: string, now: Millis): Identity | null {
  const session = directory.sessions.get(hashSecret(secret))
  if (!session || session.expiresAt <= now) return null
  const user = directory.users.get(session.user)
  if (!user) return null
  return { actor: user.name, role: user.role, scope: user.compounds, proof: { type: 'session', hash: session.hash }, expiresAt: session.expiresAt }
}

/** Who the holder of an API token is; null when it is unknown, removed or past its time at `now`. */
export function identifyToken(directory: Directory, secret: string, now: Millis): Identity | null {
  const token = directory.tokensByHash.get(hashSecret(secret))
  if (!token || (token.expiresAt !== null && token.expiresAt <= now)) return null
  return { actor: token.id, role: token.role, scope: token.compounds, proof: { type: 'token', id: token.id }, expiresAt: token.expiresAt }
}

/** True while the proof still holds: not removed, its user still there, not past its time. */
export function stillHolds(directory: Directory, identity: Identity, now: Millis): boolean {
  if (identity.expiresAt !== null && identity.expiresAt <= now) return false
  if (identity.proof.type === 'token') return directory.tokens.has(identity.proof.id)
  return directory.sessions.has(identity.proof.hash) && directory.users.has(identity.actor)
}

/** True for who looks after the platform itself: an administrator, and not of some compounds alone. */
export function minds({ role, scope }: Pick<Identity, 'role' | 'scope'>): boolean {
  return role === 'administrator' && scope === 'all'
}

/** Whether an alarm of this compound is for them; null: of the platform itself. */
export function seesAlarm(who: Pick<Identity, 'role' | 'scope'>, compound: CompoundId | null): boolean {
  return compound === null ? minds(who) : sees(who.scope, compound)
}

export function sees(scope: Scope, compound: CompoundId): boolean {
  return scope === 'all' || scope.includes(compound)
}

/** True when everything in `inner` is in `outer`: nobody hands on more than they have. */
export function within(inner: Scope, outer: Scope): boolean {
  if (outer === 'all') return true
  return inner !== 'all' && inner.every((compound) => outer.includes(compound))
}
