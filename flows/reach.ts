/** What Node's permission model leaves to a process that is held by it: others of the same user. */
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

/** A signal can end the platform, or open its debugger, through which everything can be done. */
const SIGNALS = ['kill', '_kill', '_debugProcess', '_debugEnd'] as const

/** Takes away what reaches other processes, before any flow runs: code that gets out of its node finds this process as it is. */
export function takeAwayReach(): void {
  const refuse = (): never => {
    throw Object.assign(new Error('flows do not reach other processes'), { code: 'ERR_ACCESS_DENIED' })
  }
  for (const name of SIGNALS) Object.defineProperty(process, name, { value: refuse, writable: false, configurable: false })
  Object.defineProperty(os, 'setPriority', { value: refuse, writable: false, configurable: false })
  syncBuiltinESMExports()
}
