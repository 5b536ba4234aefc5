/** What Node's permission model leaves to a process that is held by it: others of the same user, by signals and by sockets in the file system. */
import { syncBuiltinESMExports } from 'node:module'
import type { Socket } from 'node:net'
import os from 'node:os'

/** A signal can end the platform, or open its debugger, through which everything can be done. */
const SIGNALS = ['kill', '_kill', '_debugProcess', '_debugEnd'] as const

/** Through a socket in the file system (or a pipe of Windows) others start programs on request: Docker, the system's own services. */
const BY_PATH = ['connect', 'connect2', 'bind', 'bind2'] as const

/**
 * Takes away what reaches other processes, before any flow runs: code that gets out of its node finds this process as it is.
 * @param pipe any socket that is no network connection: of the same kind as those in the file system.
 */
export function takeAwayReach(pipe: Socket): void {
  const refuse = (): never => {
    throw Object.assign(new Error('flows do not reach other processes'), { code: 'ERR_ACCESS_DENIED' })
  }
  for (const name of SIGNALS) Object.defineProperty(process, name, { value: refuse, writable: false, configurable: false })
  Object.defineProperty(os, 'setPriority', { value: refuse, writable: false, configurable: false })
  const { prototype } = (pipe as unknown as { readonly _handle: { readonly constructor: { readonly prototype: object } } })._handle.constructor
  for (const name of BY_PATH) {
    // As the system would answer: who asked hears of it as of any other failure.
    if (name in prototype) Object.defineProperty(prototype, name, { value: () => -os.constants.errno.EACCES, writable: false, configurable: false })
  }
  syncBuiltinESMExports()
}
