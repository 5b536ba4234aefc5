import type { Changes, OldRecords } from '../store/ports.ts'
import type { CompoundSummary, Outcome } from './outcome.ts'

/** What the directory of the main thread follows; the rest of the changes stays in the brain's thread. Presence went ahead with `judged`. */
export type DirectoryChanges = Pick<Changes, 'position' | 'compounds' | 'devices' | 'users' | 'sessions' | 'tokens'>

/** What comes from the brain's thread. */
export type BrainSaid =
  | ({ readonly type: 'judged'; readonly position: number } & Pick<Outcome, 'transitions' | 'rejections' | 'dispatches' | 'presence' | 'summaries'>)
  | { readonly type: 'committed'; readonly changes: DirectoryChanges; readonly replies: Outcome['replies'] }
  | { readonly type: 'stalled'; readonly message: string | null }
  | { readonly type: 'fault'; readonly position: number; readonly key: string | null; readonly message: string; readonly stack: string | undefined }

/** Between the main thread and the brain's. */
export interface BrainLink {
  readonly data: { readonly dataDir: string }
  readonly calls: {
    /** Asked once. Answered when everything up to this position of the journal is judged and committed: how far that is, and how each compound stands. */
    readonly caughtUp: { readonly given: number; readonly answer: { readonly position: number; readonly summaries: CompoundSummary[] } }
    /** Removes a slice of what is past its time, between two looks at the journal: how many records. */
    readonly removeOld: { readonly given: { readonly before: OldRecords; readonly limit: number }; readonly answer: number }
  }
  /** The journal's head. */
  readonly told: number
  readonly said: BrainSaid
}
