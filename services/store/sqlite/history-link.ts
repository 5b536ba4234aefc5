import type { LatestChange } from '../ports.ts'
import type { DropDays } from './history-projection.ts'

/** Between history as the main thread has it and its thread. */
export interface HistoryLink {
  readonly data: { readonly dataDir: string; readonly retentionDays: number }
  readonly calls: {
    readonly cursor: { readonly given: null; readonly answer: number }
    readonly drop: { readonly given: DropDays; readonly answer: string[] }
  }
  readonly told:
    | { readonly type: 'head'; readonly head: number }
    | { readonly type: 'watch'; readonly compounds: readonly string[] | 'all' }
  readonly said:
    | { readonly type: 'progress'; readonly position: number; readonly changes: readonly LatestChange[] }
    /** Null: it goes on again. */
    | { readonly type: 'stalled'; readonly reason: string | null }
}
