/** The embedded store: everything in SQLite files (and pictures) under DATA_DIR. */
import type { CompoundId } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Lifecycle } from '../../kernel/lifecycle.ts'
import type { Logger } from '../../kernel/log.ts'
import type { Journal, LatestChange, Pictures, Projection, Queries } from '../ports.ts'
import type { DropDays } from './history-projection.ts'
import { SqliteHistory } from './history.ts'
import { SqliteJournal } from './journal.ts'
import { FilePictures } from './pictures.ts'
import { SqliteQueries } from './queries.ts'

export interface StoreOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Logger
  /** How many days raw readings are kept. */
  readonly retentionDays: number
  /** Up to where something else that is fed from the journal has read it; what is behind it is not dropped. */
  readonly passed?: (() => number) | undefined
  /** A thread of the store ended by itself. */
  readonly onFatal: (error: Error) => void
}

/** History as the live view and the health page see it. */
export interface History extends Projection {
  /** Why it does not go on at the moment; null: it does. */
  readonly stalled: string | null
  /** Called when it stalls, with the reason, and with null when it goes on. Returns a function that ends it. */
  onStalled(listener: (reason: string | null) => void): () => void
  /** Compounds whose changes are wanted; replaces what was wanted before. */
  watch(compounds: readonly CompoundId[] | 'all'): void
  onLatest(listener: (changes: readonly LatestChange[]) => void): () => void
}

export interface Store {
  readonly journal: Journal
  readonly history: History
  readonly queries: Queries
  readonly pictures: Pictures
  /** Takes DATA_DIR (`data-dir-in-use` when another process has it) and starts the threads. */
  start(): Promise<void>
  /** Commits what was appended and closes everything. */
  stop(): Promise<void>
  /**
   * Removes what is from before these UTC days (`YYYY-MM-DD`): journal and history by `readings`, but passages by `passages`; pictures by `pictures`.
   * What the brain, history, or anybody else who reads it have not passed stays in the journal.
   */
  dropBefore(days: DropDays & { readonly pictures: string }): Promise<void>
}

export function createStore({ dataDir, clock, log, retentionDays, passed: passedElsewhere, onFatal }: StoreOptions): Store {
  const journal = new SqliteJournal({ dataDir, clock, onFatal })
  const history = new SqliteHistory({ dataDir, retentionDays, onFatal })
  const queries = new SqliteQueries({ dataDir, onFatal })
  const pictures = new FilePictures({ dataDir, clock, onFatal })
  const lifecycle = new Lifecycle(log)
  const parts = { journal, history, queries, pictures }
  history.onStalled((reason) => {
    if (reason === null) log.info('history goes on')
    else log.error({ reason }, 'history is stalled; it tries again')
  })
  return {
    ...parts,
    async start() {
      // The journal first: it takes DATA_DIR.
      for (const [name, part] of Object.entries(parts)) {
        await lifecycle.start({ name, start: () => part.open(), stop: () => part.close() })
      }
      journal.onCommit((head) => history.advance(head))
      history.advance(journal.head)
    },
    stop: () => lifecycle.stop(),
    async dropBefore({ readings, passages, pictures: picturesDay }) {
      const passed = Math.min(history.position, await queries.passed(), passedElsewhere?.() ?? Infinity)
      const dropped = {
        journal: await journal.dropDaysBefore(readings, passed),
        history: await history.dropDaysBefore({ readings, passages }),
        pictures: await pictures.dropDaysBefore(picturesDay)
      }
      if (Object.values(dropped).some((days) => days.length > 0)) log.info({ dropped }, 'old days removed')
    }
  }
}
