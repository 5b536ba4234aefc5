import type { AlarmAction } from '../alarms/actions.ts'
import type { CommandAction } from './command-actions.ts'
import type { RegistryAction } from '../registry/actions.ts'
import type { Outcome, Reply } from './outcome.ts'
import type { SelfAction } from './self.ts'

export type Action = AlarmAction | RegistryAction | CommandAction | SelfAction

/** The brain as the main thread sees it. */
export interface BrainPort {
  /** The last judged and committed position. */
  readonly position: number
  /** Appends the action to the journal and answers when the brain has judged and committed it. Rejects when the journal does not take it. */
  act(actor: string, action: Action): Promise<Reply>
  /** Called for each run of judged entries, in order. Returns a function that ends it. */
  onOutcome(listener: (outcome: Outcome) => void): () => void
}
