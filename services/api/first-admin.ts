import { randomBytes } from 'node:crypto'
import type { BrainPort } from '../brain/port.ts'
import { GatehouseError } from '../kernel/errors.ts'
import type { Directory } from '../registry/directory.ts'
import type { Passwords } from './password.ts'

export const FIRST_ADMIN = 'admin'

/**
 * Makes the first user, `admin`, where there is none yet; an `admin` that exists is left as it is, or with `reset` gets the password anew, which
 * ends whatever was opened with the old one. A given password that it has already changes nothing.
 * Answers the password that was made up here, to be printed once; null when it was given, or nothing was done.
 * Throws `admin-not-made` when the brain refuses.
 */
export async function createFirstAdmin(house: {
  readonly directory: Directory
  readonly brain: BrainPort
  readonly passwords: Passwords
  /** ADMIN_PASSWORD. */
  readonly given: string | null
  /** ADMIN_PASSWORD_RESET: for whoever lost it. */
  readonly reset: boolean
}): Promise<string | null> {
  const before = house.directory.users.get(FIRST_ADMIN)
  if (before && !house.reset) return null
  if (before && house.given !== null && await house.passwords.verify(house.given, before.passwordHash) === 'right') return null
  // 120 bits: nobody guesses it, and it can still be typed.
  const made = house.given === null ? randomBytes(15).toString('base64url') : null
  const passwordHash = await house.passwords.hash(house.given ?? made ?? '')
  const reply = await house.brain.act('system', { name: 'user.password', user: FIRST_ADMIN, passwordHash })
  if (!reply.ok) throw new GatehouseError('admin-not-made', `the first user could not be made: ${reply.message}`)
  return made
}
