import { GatehouseError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/log.ts'
import { Thread } from '../kernel/thread.ts'
import type { Forgetting, Journal, OldRecords } from '../store/ports.ts'
import type { BrainLink, BrainSaid, DirectoryChanges } from './link.ts'
import type { CompoundSummary, Outcome, Reply } from './outcome.ts'
import type { Action, BrainPort } from './port.ts'

export interface BrainOptions {
  readonly dataDir: string
  readonly journal: Journal
  readonly log: Logger
  /** The brain's thread ended by itself: nothing is judged any more, the platform is to die loudly. */
  readonly onFatal: (error: Error) => void
}

const NOTHING = { put: [], remove: [] } as const

/** The brain as the main thread has it: tells it how far the journal is, hears what follows, and has actions judged. */
export class Brain implements BrainPort, Forgetting {
  readonly name = 'brain'
  readonly #options: BrainOptions
  readonly #thread: Thread<BrainLink>
  readonly #listeners = new Set<(outcome: Outcome) => void>()
  readonly #asked = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>()
  #presence: Outcome['presence'][number][] = []
  #judged = 0
  #position = 0
  #stalled: string | null = null
  #endNudges: (() => void) | null = null

  constructor(options: BrainOptions) {
    this.#options = options
    this.#thread = new Thread<BrainLink>({
      name: 'brain', file: new URL('brain-thread.ts', import.meta.url), data: { dataDir: options.dataDir },
      onSaid: (message) => this.#hear(message), onDeath: (error) => this.#died(error)
    })
  }

  /** Resolves when the brain has its last snapshot back; it judges the journal from there on by itself. Rejects with `journal-gap`, `journal-behind`, or the store's error. */
  async start(): Promise<void> {
    await this.#thread.start()
    this.#endNudges = this.#options.journal.onCommit((head) => this.#thread.tell(head))
    this.#thread.tell(this.#options.journal.head)
  }

  /** Asked once. Resolves with the numbers of all compounds when everything that is in the journal now is judged and committed. */
  async caughtUp(): Promise<readonly CompoundSummary[]> {
    const { position, summaries } = await this.#thread.ask('caughtUp', this.#options.journal.head)
    this.#position = Math.max(this.#position, position)
    this.#judged = Math.max(this.#judged, position)
    return summaries
  }

  get position(): number {
    return this.#position
  }

  /** The last judged position, committed or not. */
  get judged(): number {
    return this.#judged
  }

  /** Entries in the journal that are not judged yet: who takes in more should wait when they are too many. */
  get behind(): number {
    return Math.max(0, this.#options.journal.head - this.#judged)
  }

  /** Why the store does not take what is judged; null while it does. */
  get stalled(): string | null {
    return this.#stalled
  }

  act(actor: string, action: Action): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      this.#options.journal.append({ type: 'action', actor, action: { ...action } }, (error, position) => {
        if (error) reject(error)
        // The brain hears of a commit after this was called, so no reply can be earlier.
        else this.#asked.set(position, { resolve, reject })
      })
    })
  }

  /** In the brain's thread, which alone writes: alarms wait for as long as this takes. */
  removeOld(before: OldRecords, limit: number): Promise<number> {
    return this.#thread.ask('removeOld', { before, limit })
  }

  onOutcome(listener: (outcome: Outcome) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Lets it finish, commit and take a last snapshot. Whoever still waits for a reply is told that there is none. */
  async stop(): Promise<void> {
    this.#endNudges?.()
    try {
      await this.#thread.stop()
    } finally {
      this.#refuseAll(new GatehouseError('brain-stopped', 'the platform stops; whether this was done shows after its start'))
    }
  }

  #hear(message: BrainSaid): void {
    switch (message.type) {
      case 'judged': {
        const { position, transitions, rejections, dispatches, presence, summaries } = message
        this.#judged = position
        for (const record of presence) this.#presence.push(record)
        this.#tell({ changes: this.#changes({ position }), transitions, rejections, dispatches, presence, summaries, replies: [] })
        break
      }
      case 'committed': {
        const { changes, replies } = message
        this.#position = changes.position
        this.#judged = Math.max(this.#judged, changes.position)
        const presence = this.#presence
        this.#presence = []
        this.#tell({ changes: { ...this.#changes(changes), presence }, transitions: [], rejections: [], dispatches: [], presence: [], summaries: [], replies })
        for (const { position, reply } of replies) {
          this.#asked.get(position)?.resolve(reply)
          this.#asked.delete(position)
        }
        break
      }
      case 'stalled':
        this.#stalled = message.message
        if (message.message === null) this.#options.log.info('the store takes what the brain judged again')
        else this.#options.log.error({ reason: message.message }, 'the store does not take what the brain judged; alarms go on')
        break
      case 'fault':
        this.#options.log.error({ err: { message: message.message, stack: message.stack }, position: message.position, key: message.key }, 'an entry could not be judged')
        break
    }
  }

  #changes(given: Partial<DirectoryChanges> & { position: number }): Outcome['changes'] {
    return {
      compounds: NOTHING, devices: NOTHING, users: NOTHING, sessions: NOTHING, tokens: NOTHING,
      presence: [], connections: [], alarms: [], transitions: [], quarantine: [], commands: [], audit: [], ...given
    }
  }

  #tell(outcome: Outcome): void {
    for (const listener of this.#listeners) listener(outcome)
  }

  #died(error: Error): void {
    this.#refuseAll(error)
    this.#options.onFatal(error)
  }

  #refuseAll(error: Error): void {
    for (const asked of this.#asked.values()) asked.reject(error)
    this.#asked.clear()
  }
}
