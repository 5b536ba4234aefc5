/** What an action does to the registry: a pure function of the records before it. */
import { FLOWS_ACCOUNT, LIFE_SAFETY_RIGHTS } from '../../protocol/flow-rights.ts'
import type { Millis } from '../../protocol/names.ts'
import type { DeviceRecord, TokenRecord } from '../store/ports.ts'
import type { RegistryAction } from './actions.ts'
import { enrol } from './enrolment.ts'
import type { Records, RegistryRows } from './records.ts'

/** The answer, the rows to write, and what the audit log is told. */
export interface Effect {
  readonly reply: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: string; readonly message: string }
  readonly rows: RegistryRows
  /** What it was done to. */
  readonly object: string | null
  /** The code under which it was refused, null when it was carried out. */
  readonly refused: string | null
  readonly detail: string
}

/** The records as reducers see them. */
export type Known = Pick<Records, 'compounds' | 'devices' | 'users' | 'sessions' | 'tokens' | 'hasChildren'>

/** The first user has all rights: there is one until people and roles come. */
const NEW_USER = { role: 'administrator', compounds: 'all' } as const
/** Refused ids of an import that the audit log names; the answer names all. */
const NAMED_IN_AUDIT = 20

/**
 * Judges one action. Refusals are values (`exists-already`, `not-found`, `has-children`, `unknown-user`); see `RegistryAction` for who answers what.
 * @param at time of the journal entry, ms.
 * @param actor who did it: a user name, an API token's id, or `system`.
 */
export function reduce(known: Known, action: RegistryAction, at: Millis, actor: string): Effect {
  switch (action.name) {
    case 'compound.create': {
      const { compound } = action
      if (known.compounds.has(compound.id)) return refused(compound.id, 'exists-already', `There is a compound ${compound.id} already.`)
      return done(compound.id, compound, { compounds: put(compound) }, compound.name)
    }
    case 'device.enrol':
      return enrolled(known, action, at)
    case 'device.remove': {
      const device = known.devices.get(action.id)
      if (!device) return noDevice(action.id)
      if (known.hasChildren(action.id)) return refused(action.id, 'has-children', `${action.id} still speaks for devices: remove them first.`)
      return done(action.id, null, { devices: { put: [], remove: [action.id] } }, describe(device))
    }
    case 'device.token': {
      const device = known.devices.get(action.id)
      if (!device) return noDevice(action.id)
      return done(action.id, null, { devices: put({ ...device, tokenHash: action.tokenHash }) }, 'new token')
    }
    case 'user.password':
      return password(known, action)
    case 'session.open': {
      if (!known.users.has(action.user)) return refused(action.user, 'unknown-user', `There is no user ${action.user}.`)
      const session = { hash: action.hash, user: action.user, createdAt: at, expiresAt: action.expiresAt }
      return done(action.user, null, { sessions: put(session) }, 'logged in')
    }
    case 'session.close': {
      const session = known.sessions.get(action.hash)
      return done(session?.user ?? null, null, session ? { sessions: { put: [], remove: [action.hash] } } : {}, 'logged out')
    }
    case 'token.create': {
      if (known.tokens.has(action.id)) return refused(action.id, 'exists-already', `There is a token ${action.id} already.`)
      const token = {
        id: action.id, name: action.label, role: action.role, compounds: action.compounds, hash: action.hash,
        createdAt: at, createdBy: actor, expiresAt: action.expiresAt
      }
      const scope = action.compounds === 'all' ? 'all compounds' : action.compounds.join(', ')
      return done(action.id, null, { tokens: put(token) }, `${action.label}: ${action.role} of ${scope}`)
    }
    case 'token.remove': {
      const token = known.tokens.get(action.id)
      if (!token) return refused(action.id, 'not-found', `There is no token ${action.id}.`)
      return done(action.id, null, { tokens: { put: [], remove: [action.id] } }, token.name)
    }
    case 'flows.account':
      return done(FLOWS_ACCOUNT, null, { tokens: put({ ...flowsAccount(known, at, actor), hash: action.hash }) }, 'new secret')
    case 'flows.rights': {
      const grants = LIFE_SAFETY_RIGHTS.filter((right) => action.granted.includes(right))
      const before = known.tokens.get(FLOWS_ACCOUNT)?.grants ?? []
      return done(FLOWS_ACCOUNT, null, { tokens: put({ ...flowsAccount(known, at, actor), grants }) }, `${before.join(', ') || 'none'} → ${grants.join(', ') || 'none'}`)
    }
    case 'flows.change':
      return done(action.object, null, {}, action.deed)
    case 'passages.read':
      break
  }
  if (!known.devices.has(action.device)) return noDevice(action.device)
  return done(action.device, null, {}, action.reason)
}

/** The account as it is; new, it has a hash that no secret has. */
function flowsAccount(known: Known, at: Millis, actor: string): TokenRecord {
  return known.tokens.get(FLOWS_ACCOUNT) ??
    { id: FLOWS_ACCOUNT, name: FLOWS_ACCOUNT, role: 'flows', compounds: 'all', hash: '', createdAt: at, createdBy: actor, expiresAt: null }
}

function enrolled(known: Known, action: Extract<RegistryAction, { name: 'device.enrol' }>, at: Millis): Effect {
  const { results, put } = enrol(known, action.devices, at)
  const failed = results.filter((result) => !result.ok)
  const only = action.devices.length === 1 ? action.devices[0] : undefined
  const names = failed.slice(0, NAMED_IN_AUDIT).map((result) => `${result.id}: ${result.code}`)
  const more = failed.length > NAMED_IN_AUDIT ? [`and ${failed.length - NAMED_IN_AUDIT} more`] : []
  return {
    reply: { ok: true, value: results },
    rows: put.length > 0 ? { devices: { put, remove: [] } } : {},
    object: only?.id ?? null,
    refused: put.length === 0 ? failed[0]?.code ?? null : null,
    detail: [`${put.length} enrolled, ${failed.length} refused`, ...names, ...more].join('; ')
  }
}

/** With the old password go the sessions that were opened with it. */
function password(known: Known, action: Extract<RegistryAction, { name: 'user.password' }>): Effect {
  const before = known.users.get(action.user)
  const user = { ...NEW_USER, ...before, name: action.user, passwordHash: action.passwordHash }
  const ended = [...known.sessions.values()].filter((session) => session.user === action.user).map((session) => session.hash).sort()
  const rows = { users: put(user), ...ended.length > 0 && { sessions: { put: [], remove: ended } } }
  return done(action.user, null, rows, before ? 'password changed' : 'user made')
}

function put<Row>(row: Row): { put: Row[]; remove: never[] } {
  return { put: [row], remove: [] }
}

function done(object: string | null, value: unknown, rows: RegistryRows, detail: string): Effect {
  return { reply: { ok: true, value }, rows, object, refused: null, detail }
}

function refused(object: string, code: string, message: string): Effect {
  return { reply: { ok: false, code, message }, rows: {}, object, refused: code, detail: message }
}

function noDevice(id: string): Effect {
  return refused(id, 'not-found', `There is no device ${id}.`)
}

function describe(device: DeviceRecord): string {
  return `${device.kind} in ${device.compound}, ${Object.values(device.location).join(' ')}`
}
