import type { Millis } from '../../../protocol/names.ts'
import type { Clock } from '../../kernel/clock.ts'
import { asError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/log.ts'
import { Thread } from '../../kernel/thread.ts'
import type { Journal, Queries, ReadingSteps } from '../ports.ts'
import type { InfluxAddress } from './address.ts'
import { shownAddress } from './address.ts'
import { InfluxClient } from './client.ts'
import { DiskWatch, freeBytes } from './disk.ts'
import type { ForwarderLink } from './link.ts'
import { NOWHERE } from './progress.ts'
import type { Mark, RefusedRecord } from './progress.ts'
import { InfluxReadings } from './readings.ts'
import type { RollupPlace } from './rollup-queries.ts'
import type { Keeping } from './server.ts'

/** Behind by more than this is said, and seen (contract: `platform.history-lag`), ms. */
const LAG_LIMIT = 60_000
/** Points travel for a second or two; a chart that ends now is not behind because of that, ms. */
const ON_THE_WAY = 5_000
/** A thread that ended by itself is started again after this, ms. */
const RELAUNCH = 30_000
const DAY = 86_400_000

export interface InfluxHistoryOptions {
  readonly dataDir: string
  /** Days that the embedded store keeps. */
  readonly retentionDays: number
  readonly address: InfluxAddress
  readonly keeping: Keeping
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Logger
  /** ms; how long a call to the server may take. */
  readonly deadline?: number | undefined
}

/** History in InfluxDB as the main thread has it: behind the journal, and free to fail. Nothing here ever stops the platform. */
export class InfluxHistory {
  readonly name = 'influx'
  readonly #options: InfluxHistoryOptions
  readonly #client: InfluxClient
  readonly #readings: InfluxReadings
  readonly #disk: DiskWatch
  readonly #noting = new Set<number>()
  #notes: ReadonlySet<string> = new Set()
  #thread: Thread<ForwarderLink> | null = null
  #mark: Mark = NOWHERE
  #startedAt: Millis = 0
  #stalled: string | null = 'not started yet'
  #place: RollupPlace = 'policies'
  #rollupsWaiting = 0
  #rollupsFail: string | null = null
  #ends: (() => void)[] = []
  #callOffLaunch: (() => void) | null = null
  #stopping = false
  /** Numbers since the start. */
  readonly counters = { points: 0, refused: 0, failures: 0 }

  constructor(options: InfluxHistoryOptions) {
    const { address, clock, deadline, dataDir, keeping } = options
    this.#options = options
    this.#client = new InfluxClient({ address, clock, deadline })
    this.#readings = new InfluxReadings(this.#client, keeping.rawDays, () => this.#place)
    this.#disk = new DiskWatch(() => freeBytes(dataDir), clock)
  }

  /** All of the journal up to here is in InfluxDB, or refused and in quarantine. */
  get position(): number {
    return this.#mark.position
  }

  /** Entries of the journal that are not forwarded yet. */
  get behind(): number {
    return Math.max(0, this.#options.journal.head - this.#mark.position)
  }

  /** How old the oldest entry is that is not forwarded, ms, about; 0 when there is none. */
  get lag(): number {
    return this.behind === 0 ? 0 : Math.max(0, this.#options.clock.now() - (this.#mark.at || this.#startedAt))
  }

  /** Why it does not go on at the moment: in plain words, with the server's; null: it does. */
  get stalled(): string | null {
    return this.#stalled
  }

  /** Hours and days (of a kind and compound) whose hourly and daily values are to be written yet. */
  get rollupsWaiting(): number {
    return this.#rollupsWaiting
  }

  /** When the disk is full if it goes on like this; null: it does not fill, or that is not known. */
  get diskFullAt(): Millis | null {
    return this.#disk.fullAt
  }

  /** Never rejects: what hinders it is logged, and tried again. */
  async start(): Promise<void> {
    const { journal, log, clock, address } = this.#options
    this.#startedAt = clock.now()
    log.info({ influx: shownAddress(address) }, 'history also goes to InfluxDB')
    this.#ends = [journal.onCommit((head) => this.#thread?.tell({ type: 'head', head })), clock.every(LAG_LIMIT / 4, () => this.#watch())]
    await this.#launch()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const end of this.#ends) end()
    this.#callOffLaunch?.()
    this.#disk.end()
    this.#client.close()
    await this.#thread?.stop()
  }

  /** The same questions, with readings from InfluxDB where it has them. */
  async readings(embedded: Queries, ...given: Parameters<Queries['readings']>): Promise<ReadingSteps> {
    const [device, field, from, to, points] = given
    const now = this.#options.clock.now()
    if (!this.#covers(from, to, now)) return await embedded.readings(...given)
    const steps = await this.#readings.steps(device, field, { from, to, points, now })
    if (typeof steps !== 'string') return { source: 'influx', points: steps }
    this.counters.failures += 1
    this.#options.log.warn({ reason: steps }, 'readings come from the embedded store: InfluxDB did not answer')
    return await embedded.readings(...given)
  }

  /** Whether it has all that was received up to `to`, and began before `from`; of what the embedded store does not keep any more, whatever it has. */
  #covers(from: Millis, to: Millis, now: Millis): boolean {
    const { at, since } = this.#mark
    if (since === null || this.#stalled !== null) return false
    if (this.behind > 0 && at < Math.min(to, now) - ON_THE_WAY) return false
    return from >= since || from < now - this.#options.retentionDays * DAY
  }

  async #launch(): Promise<void> {
    const { dataDir, retentionDays, address, keeping, deadline, journal } = this.#options
    const thread = new Thread<ForwarderLink>({
      name: 'influx', file: new URL('forwarder-thread.ts', import.meta.url), data: { dataDir, retentionDays, address, keeping, deadline },
      onSaid: (said) => this.#heard(said), onDeath: (error) => this.#launchLater(error)
    })
    this.#thread = thread
    try {
      await thread.start()
      this.#mark = await thread.ask('start', journal.head)
      thread.tell({ type: 'head', head: journal.head })
      this.#stalled = null
    } catch (thrown) {
      this.#launchLater(asError(thrown))
    }
  }

  #launchLater(error: Error): void {
    this.#thread = null
    if (this.#stopping) return
    this.#stalled = error.message
    this.#options.log.error({ reason: error.message }, 'history cannot be forwarded to InfluxDB; it is tried again')
    this.#callOffLaunch = this.#options.clock.after(RELAUNCH, () => void this.#launch())
  }

  #heard(said: ForwarderLink['said']): void {
    const { log } = this.#options
    switch (said.type) {
      case 'moved':
        if (said.mark.position < this.#mark.position) log.warn('InfluxDB has lost its database: all that the journal holds is forwarded anew')
        this.#mark = said.mark
        this.counters.points += said.points
        if (this.lag < LAG_LIMIT) this.#disk.end()
        break
      case 'stalled':
        if (said.words === null) log.info({ behind: this.behind }, 'history goes to InfluxDB again')
        // Each new reason once, and not each try.
        else if (said.words !== this.#stalled) log.warn({ reason: said.words, behind: this.behind }, 'InfluxDB does not take history; the journal keeps it, and it is tried again')
        if (said.words !== null) this.counters.failures += 1
        this.#stalled = said.words
        break
      case 'prepared':
        for (const note of said.notes) if (!this.#notes.has(note)) log.warn({ note }, 'InfluxDB is not set up as it should be')
        this.#notes = new Set(said.notes)
        this.#place = said.place ?? this.#place
        break
      case 'rolled':
        this.#rollupsWaiting = said.waiting
        if (said.words !== null && said.words !== this.#rollupsFail) log.warn({ reason: said.words, waiting: said.waiting }, 'hourly and daily values cannot be written; it is tried again')
        this.#rollupsFail = said.words
        break
      case 'refused':
        for (const record of said.records) this.#note(record)
        break
    }
  }

  /** Into quarantine by way of the journal, like everything that was refused. */
  #note(record: RefusedRecord): void {
    const { id, device, words, row } = record
    if (this.#noting.has(id)) return
    this.#noting.add(id)
    this.counters.refused += 1
    const detail = `InfluxDB does not take this row: ${words}; ${row}`
    this.#options.journal.append({ type: 'violation', device, code: 'history-refused', detail: detail.slice(0, 2000) }, (error) => {
      this.#noting.delete(id)
      if (!error) this.#thread?.tell({ type: 'noted', id })
    })
  }

  #watch(): void {
    if (this.lag < LAG_LIMIT) return
    this.#disk.begin(() => {
      const { diskFullAt } = this
      this.#options.log.warn({
        behind: this.behind, lagSeconds: Math.round(this.lag / 1000), diskLastsUntil: diskFullAt === null ? null : new Date(diskFullAt).toISOString(), reason: this.#stalled
      }, 'InfluxDB is behind; no day of the journal is dropped before it has it')
    })
  }
}
