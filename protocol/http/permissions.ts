/** What each role may do. Apart from the checks, so that screens can ask without bringing those along. */

export const ROLES = ['administrator', 'manager', 'guard', 'viewer', 'auditor'] as const
/** The roles that are given to people and API tokens, and `flows`, which the account of the flows alone has. */
export type Role = (typeof ROLES)[number] | 'flows'

/**
 * `anyone` needs no login; `read` looks; `respond` acknowledges, notes and closes alarms; `command` decides over them (shelve, reset,
 * confirm); `investigate` reads passages with a reason, and what was refused (it may hold credentials); `administer` enrols, removes and gives access.
 */
export type Permission = 'anyone' | 'read' | 'respond' | 'command' | 'investigate' | 'administer'

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: ['anyone', 'read', 'respond', 'command', 'investigate', 'administer'],
  manager: ['anyone', 'read', 'respond', 'command', 'investigate'],
  guard: ['anyone', 'read', 'respond'],
  viewer: ['anyone', 'read'],
  auditor: ['anyone', 'read', 'investigate'],
  // Beside this it is asked for each command and each deed whether flows have the right to it: `flow-rights.ts`.
  flows: ['anyone', 'read', 'respond', 'command']
}

export function mayDo(role: Role, permission: Permission): boolean {
  return PERMISSIONS[role].includes(permission)
}
