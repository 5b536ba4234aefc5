import type { InfluxAddress } from './address.ts'
import type { Mark, RefusedRecord } from './progress.ts'
import type { RollupPlace } from './rollup-queries.ts'
import type { Keeping } from './server.ts'

/** Between the history in InfluxDB as the main thread has it and the forwarder's thread. */
export interface ForwarderLink {
  readonly data: {
    readonly dataDir: string
    readonly retentionDays: number
    readonly address: InfluxAddress
    readonly keeping: Keeping
    /** ms; how long a call may take. */
    readonly deadline: number | undefined
  }
  readonly calls: {
    /** Begins; `given` is the journal's head. */
    readonly start: { readonly given: number; readonly answer: Mark }
  }
  readonly told:
    | { readonly type: 'head'; readonly head: number }
    /** A refused row is in the journal's quarantine. */
    | { readonly type: 'noted'; readonly id: number }
  readonly said:
    | { readonly type: 'moved'; readonly mark: Mark; readonly points: number }
    | { readonly type: 'refused'; readonly records: readonly RefusedRecord[] }
    | { readonly type: 'stalled'; readonly words: string | null }
    | { readonly type: 'prepared'; readonly notes: readonly string[]; readonly place: RollupPlace | null }
    /** How many hours and days wait for their roll-up, and why they cannot be written. */
    | { readonly type: 'rolled'; readonly waiting: number; readonly words: string | null }
}
