import type { CommandState, IssuedCommand } from '../../../protocol/command.ts'
import type { Field } from '../../../protocol/kinds/definition.ts'
import type { Kind, Millis } from '../../../protocol/names.ts'

/** Commands that are asked about before they are given: they open a way in, take it away from people inside, or silence what warns them. */
const WEIGHTY = {
  door: ['unlock', 'release', 'restore'], smoke: ['silence'], camera: ['reboot'], gateway: []
} as const satisfies Record<Kind, readonly string[]>

export type WeightyCommand = (typeof WEIGHTY)[Kind][number]

/** The command as one that is asked about first; null for one that may be given by a single press. */
export function weighty(kind: Kind, name: string): WeightyCommand | null {
  return (WEIGHTY[kind] as readonly WeightyCommand[]).find((one) => one === name) ?? null
}

/** Something may still come of it. A command that holds is under way until the device has it. */
export function isUnderWay({ state }: Pick<IssuedCommand, 'state'>): boolean {
  return state === 'queued' || state === 'sent' || state === 'accepted'
}

export interface CommandStep {
  readonly state: CommandState
  readonly at: Millis
}

const TIMES = {
  queued: 'queuedAt', sent: 'sentAt', accepted: 'acceptedAt', done: 'doneAt', failed: 'failedAt', expired: 'expiredAt'
} as const satisfies Record<CommandState, keyof IssuedCommand>
const ORDER: readonly CommandState[] = ['queued', 'sent', 'accepted', 'done', 'failed', 'expired']

/**
 * What it went through since it was last told, in the order of time. One that holds goes through its states again on each connection: times
 * of an earlier round are left out.
 */
export function stepsOf(command: IssuedCommand): CommandStep[] {
  return ORDER.flatMap((state) => {
    const at = command[TIMES[state]]
    return at === null || at < command.queuedAt ? [] : [{ state, at }]
  }).sort((a, b) => a.at - b.at)
}

/** Why it came to nothing, as far as the platform says it; null where the device's own words (or none) are all there is. */
export type CommandEnd = { readonly why: 'not-connected' | 'not-answered' | 'nothing-more' } | { readonly why: 'replaced'; readonly by: string }

const REPLACED = /^replaced by (k\d+)$/
const NOTHING_MORE = 'accepted, and nothing more was heard'

export function endOf(command: IssuedCommand): CommandEnd | null {
  const by = REPLACED.exec(command.message ?? '')?.[1]
  if (by !== undefined) return { why: 'replaced', by }
  if (command.state === 'expired') return { why: command.sentAt === null ? 'not-connected' : 'not-answered' }
  return command.state === 'failed' && command.message === NOTHING_MORE ? { why: 'nothing-more' } : null
}

/** What was typed as the value of an argument; undefined where it is none. The platform has the last word (400 with faults by path). */
export function argumentOf(field: Field, text: string): string | number | boolean | undefined {
  switch (field.type) {
    case 'boolean': return text === 'true' ? true : text === 'false' ? false : undefined
    case 'enum': return field.values.includes(text) ? text : undefined
    case 'text': {
      const { length } = Array.from(text.trim())
      return length >= (field.minCharacters ?? 1) && length <= field.maxCharacters ? text.trim() : undefined
    }
    case 'number': break
  }
  const value = Number(text)
  const isRight = text.trim() !== '' && value >= field.min && value <= field.max && (field.whole !== true || Number.isInteger(value))
  return isRight ? value : undefined
}

/** The further arguments of a command that takes them, as JSON; null where it is no object. Nothing typed is none. */
export function furtherArguments(text: string): Readonly<Record<string, unknown>> | null {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null
  } catch {
    return null
  }
}
