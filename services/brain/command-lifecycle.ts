/** The life of one command as pure steps: what becomes of it when it is handed over, answered, replaced, or too late. */
import type { IssuedCommand } from '../../protocol/command.ts'
import type { CommandResult } from '../../protocol/decoded.ts'
import type { Millis } from '../../protocol/names.ts'

const NEVER_SENT = 'never sent: the device was not connected'
const NOT_ANSWERED = 'sent, and not answered in time'
const NOTHING_MORE = 'accepted, and nothing more was heard'

const TIME_OF = { accepted: 'acceptedAt', done: 'doneAt', failed: 'failedAt' } as const satisfies Record<CommandResult['state'], keyof IssuedCommand>

/** Nothing more is to come of it, unless it holds. */
export function isOver({ state }: IssuedCommand): boolean {
  return state === 'done' || state === 'failed' || state === 'expired'
}

/** It has not been taken by the device yet, so it may be sent (again). */
export function isWaiting({ state }: IssuedCommand): boolean {
  return state === 'queued' || state === 'sent'
}

/** A connection has it. The device may have answered before that was on record: then only the time is kept. */
export function handedOver(command: IssuedCommand, at: Millis): IssuedCommand {
  if (command.state === 'queued') return { ...command, state: 'sent', sentAt: at }
  if (command.sentAt !== null && command.state !== 'sent') return command
  return { ...command, sentAt: at, message: command.state === 'expired' && command.message === NEVER_SENT ? NOT_ANSWERED : command.message }
}

/** It holds, and the device is told anew: what it answered before says nothing about now. */
export function toldAnew(command: IssuedCommand, at: Millis): IssuedCommand {
  return command.state === 'queued' ? command : { ...command, state: 'queued', queuedAt: at, message: null }
}

/**
 * What the device said. The same command comes back for what was said before, and for what a later word has overtaken; null when it
 * contradicts how the command ended.
 */
export function answered(command: IssuedCommand, { state, message }: CommandResult, at: Millis): IssuedCommand | null {
  if (state === command.state) return command
  if (isOver(command)) {
    if (state === 'accepted' && command.state !== 'expired') return command
    if (!command.holding) return null
  }
  const said = message === '' ? null : message
  return { ...command, state, message: said, [TIME_OF[state]]: at }
}

/** Its time is over. One that was accepted is known to have reached the device: it failed, it did not expire. */
export function tooLate(command: IssuedCommand, at: Millis): IssuedCommand {
  if (command.state === 'accepted') return { ...command, state: 'failed', failedAt: at, message: NOTHING_MORE }
  return { ...command, state: 'expired', expiredAt: at, message: command.sentAt === null ? NEVER_SENT : NOT_ANSWERED }
}

/** It holds no longer, for this reason. Where it was not done it never will be. */
export function ended(command: IssuedCommand, why: string, at: Millis): IssuedCommand {
  if (isOver(command)) return { ...command, holding: false }
  return { ...command, holding: false, state: 'expired', expiredAt: at, message: why }
}
