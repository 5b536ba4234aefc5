/** Who may do what; sessions and API tokens. */
import Joi from 'joi'
import type { CompoundId, Millis } from '../names.ts'
import { compoundScope, line, millis } from './common.ts'
import { ROLES } from './permissions.ts'
import type { Role } from './permissions.ts'

export { mayDo } from './permissions.ts'
export type { Permission, Role } from './permissions.ts'

/** The cookie that carries a session's secret. */
export const SESSION_COOKIE = 'gatehouse_session'
/** By which a browser is known that somebody signed in with before. It opens nothing: failed log-ins of others do not slow it down. */
export const KNOWN_COOKIE = 'gatehouse_known'

export interface Login {
  readonly username: string
  readonly password: string
}
export const login = Joi.object<Login, true>({ username: line(64).required(), password: Joi.string().max(256).required() }).meta({ name: 'Login' })

/** Who is asking. */
export interface Me {
  readonly name: string
  readonly role: Role
  readonly compounds: readonly CompoundId[] | 'all'
  readonly expiresAt: Millis | null
}
export const me = Joi.object<Me, true>({
  name: Joi.string().required(),
  role: Joi.string().valid(...ROLES, 'flows').required(),
  compounds: compoundScope().required(),
  expiresAt: millis().allow(null).required()
}).meta({ name: 'Me' })

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly compounds: readonly CompoundId[] | 'all'
  /** Null: it holds until it is removed. */
  readonly expiresAt: Millis | null
}
export const newToken = Joi.object<NewToken, true>({
  name: line(64).required(),
  role: Joi.string().valid(...ROLES).required(),
  compounds: compoundScope().default('all'),
  expiresAt: millis().allow(null).default(null)
}).meta({ name: 'NewToken' })

export interface MadeToken {
  readonly id: string
  /** Shown once. */
  readonly token: string
}
export const madeToken = Joi.object<MadeToken, true>({ id: Joi.string().required(), token: Joi.string().required() }).meta({ name: 'MadeToken' })

export interface TokenView extends NewToken {
  readonly id: string
  readonly createdAt: Millis
  readonly createdBy: string
}
export const tokenView = Joi.object<TokenView, true>({
  id: Joi.string().required(),
  name: Joi.string().required(),
  role: Joi.string().valid(...ROLES, 'flows').required(),
  compounds: compoundScope().required(),
  expiresAt: millis().allow(null).required(),
  createdAt: millis().required(),
  createdBy: Joi.string().required()
}).meta({ name: 'Token' })
