import type { CompoundId, DeviceId } from '../../protocol/names.ts'

/** What can be done about commands. The API checks the form; the brain decides and answers with a `Reply`. */
export type CommandAction =
  /** Replies the IssuedCommand; `not-found`, `bad-input` with every fault of name and arguments, `too-many-waiting`. */
  | { readonly name: 'command.issue'; readonly device: DeviceId; readonly command: string; readonly args: Readonly<Record<string, unknown>> }
  /** The platform handed it to a connection; by `system` alone, and not audited. Replies null. */
  | { readonly name: 'command.sent'; readonly command: string }
  /** `restore` to each door of the building that is held released. Replies the ids of the commands; `not-found`, `nothing-held`. */
  | { readonly name: 'building.restore'; readonly compound: CompoundId; readonly building: string }

const NAMES: ReadonlySet<string> = new Set<CommandAction['name']>(['command.issue', 'command.sent', 'building.restore'])

export function isCommandAction(action: { readonly name: string }): action is CommandAction {
  return NAMES.has(action.name)
}
