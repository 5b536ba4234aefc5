import type { Registry } from 'prom-client'
import type { Site } from '../../protocol/http/places.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import type { CompoundId } from '../../protocol/names.ts'
import type { CompoundSummary, Reply } from '../brain/outcome.ts'
import type { Action, BrainPort } from '../brain/port.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/log.ts'
import type { Directory } from '../registry/directory.ts'
import type { RuleSettings } from '../rules/settings.ts'
import type { Queries } from '../store/ports.ts'
import type { EditorDoor, FlowsPort } from './editor.ts'
import type { Identify } from './identity.ts'
import type { Passwords } from './password.ts'
import { Problem, refusal } from './problem.ts'

/** How the parts of the platform are; `parts` says what a person at `/readyz` wants to know, e.g. `{ brain: 'catching up' }`. */
export interface Health {
  readonly ready: boolean
  readonly parts: Readonly<Record<string, string | number | boolean>>
}

/** What the API needs of the rest of the house. */
export interface ApiHouse {
  readonly directory: Directory
  readonly brain: BrainPort
  readonly queries: Queries
  readonly clock: Clock
  readonly log: Logger
  readonly identify: Identify
  readonly passwords: Passwords
  /** Asked at each request: ports that were 0 are known once they listen. */
  readonly site: () => Site
  /** By compound; one without a line has nothing enrolled yet. */
  readonly summaries: ReadonlyMap<CompoundId, CompoundSummary>
  /** What is open now, by id; ahead of the store by a commit. */
  readonly openAlarms: ReadonlyMap<string, Alarm>
  /** The numbers of the rules that hold since the start. */
  readonly rules: RuleSettings
  readonly health: () => Health
  readonly metrics: Registry
  /** Null: there are none here. */
  readonly flows: FlowsPort | null
  readonly editor: Pick<EditorDoor, 'serve'>
  /** Folder of the built screens. */
  readonly screens: string
  /** As Express takes it: false, a number of hops, or addresses. */
  readonly trustProxy: boolean | number | string
}

/** Has the brain do it. Throws the problem that says why it was refused, or that the journal did not take it. */
export async function perform(brain: BrainPort, actor: string, action: Action): Promise<unknown> {
  let reply: Reply
  try {
    reply = await brain.act(actor, action)
  } catch (cause) {
    throw new Problem('not-stored', 'nothing was changed; try again shortly', { cause })
  }
  if (!reply.ok) throw refusal(reply)
  return reply.value
}
