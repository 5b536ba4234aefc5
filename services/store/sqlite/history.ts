import type { CompoundId } from '../../../protocol/names.ts'
import { Thread } from '../../kernel/thread.ts'
import type { LatestChange, Projection } from '../ports.ts'
import type { HistoryLink } from './history-link.ts'
import type { DropDays } from './history-projection.ts'

export interface HistoryOptions {
  readonly dataDir: string
  /** How many days raw readings are kept; what is older by its `ts` is stored under its time of receipt. */
  readonly retentionDays: number
  readonly onFatal: (error: Error) => void
}

/** History as the main thread has it; it reads the journal and writes its files in a thread of its own. */
export class SqliteHistory implements Projection {
  readonly #thread: Thread<HistoryLink>
  readonly #progress = new Set<(position: number) => void>()
  readonly #latest = new Set<(changes: readonly LatestChange[]) => void>()
  readonly #stalls = new Set<(reason: string | null) => void>()
  #position = 0
  #stalled: string | null = null

  constructor({ dataDir, retentionDays, onFatal }: HistoryOptions) {
    this.#thread = new Thread<HistoryLink>({
      name: 'history', file: new URL('history-writer.ts', import.meta.url), data: { dataDir, retentionDays },
      onSaid: (said) => this.#heard(said), onDeath: onFatal
    })
  }

  async open(): Promise<void> {
    await this.#thread.start()
    this.#position = await this.#thread.ask('cursor', null)
  }

  get position(): number {
    return this.#position
  }

  /** Why it does not go on at the moment (disk full, damaged file): it tries again by itself and skips nothing. Null: it does. */
  get stalled(): string | null {
    return this.#stalled
  }

  onProgress(listener: (position: number) => void): () => void {
    this.#progress.add(listener)
    return () => void this.#progress.delete(listener)
  }

  /** Called for each batch with what changed in the watched compounds, once a device. Returns a function that ends it. */
  onLatest(listener: (changes: readonly LatestChange[]) => void): () => void {
    this.#latest.add(listener)
    return () => void this.#latest.delete(listener)
  }

  /** Called when it stalls (with the reason, at each try), and with null when it goes on. Returns a function that ends it. */
  onStalled(listener: (reason: string | null) => void): () => void {
    this.#stalls.add(listener)
    return () => void this.#stalls.delete(listener)
  }

  /** Compounds whose changes are wanted; replaces what was wanted before. */
  watch(compounds: readonly CompoundId[] | 'all'): void {
    this.#thread.tell({ type: 'watch', compounds })
  }

  /** The journal's committed head: what there is to do. */
  advance(head: number): void {
    this.#thread.tell({ type: 'head', head })
  }

  /** Removes the days before `readings`, but for passages: those of the days before `passages`. Answers the days whose readings went. */
  dropDaysBefore(days: DropDays): Promise<string[]> {
    return this.#thread.ask('drop', days)
  }

  close(): Promise<void> {
    return this.#thread.stop()
  }

  #heard(said: HistoryLink['said']): void {
    if (said.type === 'stalled') {
      this.#stalled = said.reason
      for (const listener of this.#stalls) listener(said.reason)
      return
    }
    this.#position = said.position
    if (said.changes.length > 0) for (const listener of this.#latest) listener(said.changes)
    for (const listener of this.#progress) listener(said.position)
  }
}
