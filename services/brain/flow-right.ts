import { rightForAlarm, rightForCommand } from '../../protocol/flow-rights.ts'
import type { LifeSafetyRight } from '../../protocol/flow-rights.ts'
import type { Records } from '../registry/records.ts'
import type { Book } from '../alarms/book.ts'
import { DEED } from '../alarms/deeds.ts'
import type { Action } from './port.ts'

/**
 * The right of life safety that this action takes of flows, and that its account was not given; null: it may. Asked here and not at a door, so that
 * what was refused is judged once, in order, and stands in the audit.
 */
export function missingRight(parts: { readonly records: Records; readonly book: Book }, actor: string, action: Action): LifeSafetyRight | null {
  const account = parts.records.tokens.get(actor)
  if (account?.role !== 'flows') return null
  const right = rightFor(parts, action)
  return right === null || (account.grants ?? []).includes(right) ? null : right
}

function rightFor({ records, book }: { readonly records: Records; readonly book: Book }, action: Action): LifeSafetyRight | null {
  if (action.name === 'building.restore') return 'door.restore'
  if (action.name === 'command.issue') {
    const kind = records.devices.get(action.device)?.kind
    return kind === undefined ? null : rightForCommand(kind, action.command)
  }
  if (!Object.hasOwn(DEED, action.name)) return null
  const { name, alarm } = action as Extract<Action, { alarm: string }>
  const severity = book.get(alarm)?.severity
  return severity === undefined ? null : rightForAlarm(DEED[name], severity)
}
