import type { Clock } from '../../kernel/clock.ts'
import { asError } from '../../kernel/errors.ts'
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import { DAY_MILLIS } from '../sqlite/day.ts'
import type { WriteAnswer } from './client.ts'
import { lineOf } from './point.ts'
import type { HistoryPoint } from './point.ts'
import type { Mark, ProgressFile, Refused, RefusedRecord } from './progress.ts'
import { part as partRefused } from './refusal.ts'
import { BATCH } from './source.ts'
import type { Batch, PointSource } from './source.ts'

/** What is not worth a request of its own waits so long for more, ms. */
const PAUSE = 1000
const FIRST_RETRY = 500
const LONGEST_RETRY = 30_000
const MOST_ASKED = 300_000
/** The server works on one request, the next one is there already, and one is being made or on its way. */
const MOST_UNDER_WAY = 3
/** Where the way is slow, requests have fewer points, but not fewer than so many; and so many more each time that one is through. */
const FEWEST = 100

export interface ForwarderParts {
  readonly source: Pick<PointSource, 'after' | 'close'>
  readonly progress: ProgressFile
  /** Where it begins, also when the server lost what it had. */
  readonly origin: Mark
  /** Writes points; never throws. */
  readonly write: (points: readonly HistoryPoint[]) => Promise<WriteAnswer>
  /** Makes what the server needs (database, policies); called before the first points, and again while the database is missing. Answers whether the database was made just now. Never throws. */
  readonly prepare: () => Promise<boolean>
  readonly clock: Clock
  readonly listener: {
    /** Everything up to the mark is in InfluxDB, or refused. `points`: how many were written since the last call. It moves back where the server lost what it had. */
    moved(mark: Mark, points: number): void
    /** Rows that the server does not take; told again after a restart until they are noted. */
    refused(records: readonly RefusedRecord[]): void
    /** Why it does not go on, at each try; null: it does again. */
    stalled(words: string | null): void
  }
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number
}

interface Sent {
  readonly batch: Batch
  readonly answer: Promise<WriteAnswer>
}

/** The journal is the queue: points go out in its order, a batch a request, a few requests at a time; the mark moves over them in that order when the server has them. */
export class Forwarder {
  readonly #parts: ForwarderParts
  #head = 0
  #mark: Mark
  #stopping = false
  #stalled = false
  /** A database that is missing, or was made just now, has nothing of what was forwarded before. */
  #isLost = false
  #sentAt = -Infinity
  /** Points of a request, as far as the way takes them in time. */
  #most = BATCH
  /** What was sent, in its order, the oldest first. */
  readonly #underWay: Sent[] = []
  #wake: (() => void) | null = null
  #running: Promise<void> | null = null

  constructor(parts: ForwarderParts) {
    this.#parts = parts
    this.#mark = parts.origin
  }

  get mark(): Mark {
    return this.#mark
  }

  /** Reads how far it was. `head`: of the journal. */
  open(head: number): void {
    const mark = this.#parts.progress.mark()
    this.#head = head
    // Another journal than the one that was forwarded: all of it is new.
    this.#mark = mark.position > head ? { ...mark, position: 0 } : mark
  }

  /** The journal grew. */
  advance(head: number): void {
    this.#head = Math.max(this.#head, head)
    if (this.#head > this.#mark.position) this.#wake?.()
  }

  /** A refused row is on record in the journal. */
  noted(id: number): void {
    this.#parts.progress.forgetRefused(id)
  }

  start(): void {
    const records = this.#parts.progress.refused()
    if (records.length > 0) this.#parts.listener.refused(records)
    this.#running = this.#run()
  }

  /** Ends; what was sent and not answered is sent again at the next start. Whoever calls it also ends the calls to the server. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake?.()
    await this.#running
  }

  async #run(): Promise<void> {
    this.#isLost = await this.#parts.prepare()
    for (let attempt = 0; !this.#stopping;) {
      try {
        if (this.#isLost) this.#beginAnew()
        await this.#sendMore()
        const oldest = this.#underWay.shift()
        if (oldest) await this.#settle(oldest)
        else await this.#idle()
        attempt = 0
      } catch (thrown) {
        // Its own files or the journal's: nothing is skipped, the same again later.
        await this.#callBack()
        this.#parts.source.close()
        await this.#retryAfter(asError(thrown).message, attempt)
        attempt += 1
      }
    }
    await this.#callBack()
  }

  /** Sends what follows on what is under way, as long as there is enough for a request of its own. */
  async #sendMore(): Promise<void> {
    const { source, clock, write } = this.#parts
    while (this.#underWay.length < MOST_UNDER_WAY && !this.#stopping) {
      const last = this.#underWay.at(-1)?.batch
      if (last && last.points.length < BATCH) return
      const made = attempt(() => source.after(last?.mark ?? this.#mark, this.#most))
      if ('error' in made) {
        if (!last) throw made.error
        // What is under way is settled first; then the error comes again.
        return
      }
      const batch = made.value
      if (!batch) return
      this.#sentAt = clock.elapsed()
      this.#underWay.push({ batch, answer: batch.points.length > 0 ? write(batch.points) : Promise.resolve({ type: 'written' }) })
      // A turn for the request to leave before this thread is busy again.
      await new Promise((done) => setImmediate(done))
    }
  }

  /** The mark moves over a batch when the server has all of it, or said what it does not take. */
  async #settle({ batch, answer }: Sent): Promise<void> {
    const { progress, listener } = this.#parts
    const refused = await this.#deliver(batch.points, await answer)
    if (refused === null) return
    const before = this.#mark
    progress.moveTo(batch.mark, refused, batch.hours)
    for (const device of batch.removed) progress.forgetPlace(device)
    if (dayNumber(batch.mark.at) !== dayNumber(before.at)) progress.suspects.forget(batch.mark.at - 2 * DAY_MILLIS)
    this.#mark = batch.mark
    this.#most = Math.min(BATCH, this.#most + FEWEST)
    this.#goesOn()
    listener.moved(batch.mark, batch.points.length - refused.length)
    if (refused.length > 0) listener.refused(progress.refused())
  }

  /** Forgets what is under way, once it is answered; it is sent again, over itself, when its turn comes. */
  async #callBack(): Promise<void> {
    await Promise.all(this.#underWay.splice(0).map(({ answer }) => answer))
  }

  #beginAnew(): void {
    const { progress, listener, origin } = this.#parts
    progress.moveTo(origin, [])
    this.#mark = origin
    this.#isLost = false
    listener.moved(origin, 0)
  }

  /** Parts what is refused until the bad rows are alone. `first`: what the server said to all of them. Answers the bad ones; null when it was stopped before all was delivered. */
  async #deliver(points: readonly HistoryPoint[], first: WriteAnswer): Promise<Refused[] | null> {
    const refused: Refused[] = []
    const parts = [points]
    for (let part = parts.pop(); part; part = parts.pop()) {
      const answer = await this.#write(part, part === points ? first : null)
      if (answer === null) return null
      if (answer.type === 'written') continue
      const parted = partRefused(part, answer.type === 'too-large' ? '' : answer.words)
      if (parted.type === 'parts') parts.push(...parted.parts.toReversed())
      else for (const point of part) refused.push(refusalOf(point, answer.words))
    }
    return refused
  }

  /** Until the server takes or refuses them; null when it is stopped first. `given`: the answer to the first try, where that was made. */
  async #write(points: readonly HistoryPoint[], given: WriteAnswer | null): Promise<Exclude<WriteAnswer, { type: 'failed' }> | null> {
    if (!given && this.#stopping) return null
    let answer = given ?? await this.#parts.write(points)
    for (let attempt = 0; answer.type === 'failed'; attempt += 1) {
      // One request at a time until it goes again: a server in trouble is not helped by more.
      await this.#callBack()
      await this.#retryAfter(answer.words, attempt, answer.retryAfter)
      if (this.#stopping) return null
      // Alone, and again not through in time: the way or the server is too slow for so many.
      if (answer.late === true && attempt > 0 && points.length > FEWEST) {
        this.#most = Math.max(FEWEST, points.length >> 1)
        return { type: 'too-large', words: answer.words }
      }
      if (answer.databaseMissing) {
        await this.#parts.prepare()
        this.#isLost = this.#mark.since !== null
        if (this.#isLost) return null
      }
      answer = await this.#parts.write(points)
    }
    return answer
  }

  /** `least`: ms that the server asked for; a server that asks for more than `MOST_ASKED` is asked again then. */
  async #retryAfter(words: string, attempt: number, least = 0): Promise<void> {
    if (this.#stopping) return
    this.#stalled = true
    this.#parts.listener.stalled(words)
    const most = Math.min(FIRST_RETRY * 2 ** Math.min(attempt, 16), LONGEST_RETRY)
    // From half to the whole of it: many that lost the same server do not come back at once.
    await this.#sleep(Math.min(least, MOST_ASKED) + most / 2 + this.#parts.random() * most / 2)
  }

  #goesOn(): void {
    if (this.#stalled) this.#parts.listener.stalled(null)
    this.#stalled = false
  }

  /** Until there is something, and it has waited for more. */
  async #idle(): Promise<void> {
    const { clock } = this.#parts
    if (this.#head <= this.#mark.position) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (this.#stopping) resolve()
      })
      this.#wake = null
    }
    const rest = this.#sentAt + PAUSE - clock.elapsed()
    if (rest > 0 && this.#head - this.#mark.position < BATCH) await this.#sleep(rest)
  }

  async #sleep(delay: number): Promise<void> {
    if (this.#stopping) return
    await new Promise<void>((resolve) => {
      const callOff = this.#parts.clock.after(delay, resolve)
      this.#wake = () => {
        // News is no reason to hurry; the end is.
        if (!this.#stopping) return
        callOff()
        resolve()
      }
    })
    this.#wake = null
  }
}

function attempt<Value>(run: () => Value): { readonly value: Value } | { readonly error: Error } {
  try {
    return { value: run() }
  } catch (thrown) {
    return { error: asError(thrown) }
  }
}

function refusalOf(point: HistoryPoint, words: string): Refused {
  const compound = point.compound ?? '' as CompoundId
  return { device: point.device ?? compound as string as DeviceId, compound, words, row: lineOf(point) }
}

function dayNumber(at: number): number {
  return Math.floor(at / DAY_MILLIS)
}
