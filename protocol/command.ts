/** What the platform tells devices to do, and how far that is. */
import type { InputFault } from './http/check.ts'
import { fieldCheck, fieldRule, foundValue } from './fields.ts'
import { KIND_DEFINITIONS } from './kinds/index.ts'
import type { CompoundId, DeviceId, Kind, Millis } from './names.ts'

export const COMMAND_STATES = ['queued', 'sent', 'accepted', 'done', 'failed', 'expired'] as const
/**
 * `queued`: not handed to a connection yet. `sent`: handed over. `accepted`, `done`, `failed`: what the device said of it (`failed` also when it said
 * nothing more). `expired`: nobody took it in time.
 */
export type CommandState = (typeof COMMAND_STATES)[number]

/** A command as the API shows it. */
export interface IssuedCommand {
  /** `k1`, `k2`, … */
  readonly id: string
  readonly device: DeviceId
  readonly compound: CompoundId
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  /** A user name, an API token's id, or `system`. */
  readonly by: string
  readonly state: CommandState
  /** What the device said with its last result, or why the platform ended it; null where there is nothing to say. */
  readonly message: string | null
  /** True while it holds: it is sent again on each connection of the device, and does not expire. */
  readonly holding: boolean
  /** When it expires if nobody takes it; null for one that holds. */
  readonly expiresAt: Millis | null
  /** When it last came into each state; null: never. A command that holds goes through them again on each connection. */
  readonly queuedAt: Millis
  readonly sentAt: Millis | null
  readonly acceptedAt: Millis | null
  readonly doneAt: Millis | null
  readonly failedAt: Millis | null
  readonly expiredAt: Millis | null
}

/** Bytes of the arguments as JSON: they travel in one message of at most 64 KiB. */
const MAX_ARGS_BYTES = 32 * 1024
/** Unknown arguments that are named one by one. */
const MAX_FAULTS = 50

/** Everything that is wrong with a command for this kind of device; `path` is `name`, `args` or `args.text`. */
export function commandFaults(kind: Kind, name: string, args: Readonly<Record<string, unknown>>): InputFault[] {
  const { commands } = KIND_DEFINITIONS[kind]
  const definition = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!definition) return [{ path: 'name', message: `name must be one of ${Object.keys(commands).join(', ')} for a ${kind}, was ${foundValue(null, name)}` }]
  const faults: InputFault[] = []
  for (const [key, field] of Object.entries(definition.args)) {
    const path = `args.${key}`
    if (!Object.hasOwn(args, key)) faults.push({ path, message: `${path} is missing: it must be ${fieldRule(field)}` })
    else if (!fieldCheck(field)(args[key])) faults.push({ path, message: `${path} must be ${fieldRule(field)}, was ${foundValue(field, args[key])}` })
  }
  if (definition.closed) {
    const unknown = Object.keys(args).filter((key) => !Object.hasOwn(definition.args, key)).slice(0, MAX_FAULTS)
    for (const path of unknown.map((key) => `args.${key.slice(0, 64)}`)) faults.push({ path, message: `${path} is not known to ${name}` })
  }
  const bytes = new TextEncoder().encode(JSON.stringify(args)).byteLength
  if (bytes > MAX_ARGS_BYTES) faults.push({ path: 'args', message: `args may have at most ${MAX_ARGS_BYTES} bytes as JSON, had ${bytes}` })
  return faults
}

/** How long a command holds; null for one that happens once or not at all. */
export function holdOf(kind: Kind, name: string): 'until-replaced' | 'until-done' | null {
  const { commands } = KIND_DEFINITIONS[kind]
  return (Object.hasOwn(commands, name) ? commands[name]?.holds : undefined) ?? null
}
