import type { Socket } from 'socket.io-client'
import type { AlarmEvent, DevicesEvent, SummaryEvent, WatchAnswer } from '../../../protocol/live.ts'
import { broken, hasGap, looksTheSame, nothing, takeEvent, takeSnapshot } from './state.ts'
import type { Link, LiveEvent, Watched } from './state.ts'

/** How long the platform may take to answer `watch` or `resync`, ms, before the link counts as broken. */
const ANSWER_WITHIN = 5000
/** Between a failed `watch` and the next, ms. */
const TRY_AGAIN_AFTER = 1000
/** Between two `resync`, ms, so that a stream of gaps does not become a stream of snapshots. */
const RESYNC_EVERY = 500

/** Between two tellings of those who show it, ms: the first of a burst is shown at once, what follows together. In an alarm storm each telling draws the screen. */
const TELL_EVERY = 100

export interface LiveState extends Watched {
  readonly link: Link
}

/**
 * One watch of the platform: what it shows follows the platform's events, a lost event is noticed and repaired, and a broken
 * connection comes back by itself with a fresh picture. Made idle; `start` connects. For `useSyncExternalStore`.
 */
export class LiveLink {
  readonly #compounds: readonly string[] | 'all'
  readonly #connect: () => Socket
  readonly #listeners = new Set<() => void>()
  #state: LiveState
  #socket: Socket | null = null
  #users = 0
  /** Number of the question that is under way; an answer to an older one is of no interest. */
  #asking: number | null = null
  #asked = 0
  /** When the platform was heard last, ms: what is shown is no newer than that. */
  #heard = 0
  #lastAsked = 0
  #retry: ReturnType<typeof setTimeout> | null = null
  /** When listeners were told last, ms by the page's own clock, and the telling that is to come. */
  #told = -TELL_EVERY
  #telling: ReturnType<typeof setTimeout> | null = null

  /** @param connect makes a connection of its own, which begins at once; `seq` counts the events of one socket's watch, so it cannot be shared. */
  constructor(compounds: readonly string[] | 'all', connect: () => Socket) {
    this.#compounds = compounds
    this.#connect = connect
    this.#state = this.#blank()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  readonly read = (): LiveState => this.#state

  /** Connects for as long as somebody uses it. Returns the function that ends this use. */
  readonly start = (): (() => void) => {
    this.#users += 1
    if (!this.#socket) this.#open()
    let used = true
    return () => {
      if (!used) return
      used = false
      this.#users -= 1
      if (this.#users === 0) this.#end()
    }
  }

  /** The watch of everything is for summaries and alarms; devices are followed where they are looked at. */
  #blank(): LiveState {
    return { ...nothing(this.#compounds !== 'all'), link: { state: 'connecting' } }
  }

  #open(): void {
    const socket = this.#connect()
    this.#socket = socket
    // Pings come every few seconds, also when nothing happens.
    socket.io.on('ping', () => this.#hear())
    socket.on('connect', () => void this.#ask('watch'))
    socket.on('disconnect', (reason) => {
      this.#lost()
      // Socket.io does not come back by itself when the platform closed the connection, e.g. while it restarts.
      if (reason === 'io server disconnect') socket.connect()
    })
    socket.on('connect_error', (error) => {
      this.#refuse(codeOf(error))
      if (!socket.active) this.#later(() => void socket.connect())
    })
    socket.on('summary', (body: SummaryEvent) => this.#take({ type: 'summary', body }))
    socket.on('devices', (body: DevicesEvent) => this.#take({ type: 'devices', body }))
    socket.on('alarm', (body: AlarmEvent) => this.#take({ type: 'alarm', body }))
  }

  /** Asks for everything anew, e.g. after the computer slept: a connection that died meanwhile is found out now and not by its next ping. */
  readonly check = (): void => {
    if (this.#state.link.state === 'live') void this.#ask('resync')
  }

  #end(): void {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#socket?.disconnect()
    this.#socket = null
    this.#asking = null
    this.#set(this.#blank())
  }

  async #ask(event: 'watch' | 'resync'): Promise<void> {
    const socket = this.#socket
    if (!socket || this.#asking !== null) return
    const question = ++this.#asked
    this.#asking = question
    this.#lastAsked = Date.now()
    if (event === 'watch') this.#set({ ...this.#state, seq: null, held: [] })
    try {
      const asking = socket.timeout(ANSWER_WITHIN)
      const answer = (event === 'watch'
        ? await asking.emitWithAck('watch', { compounds: this.#compounds, devices: this.#compounds !== 'all' })
        : await asking.emitWithAck('resync')) as WatchAnswer
      if (this.#asking !== question) return
      this.#asking = null
      this.#hear()
      if ('problem' in answer) this.#refuse(answer.problem.code)
      else this.#set({ ...takeSnapshot(this.#state, answer), link: { state: 'live' } })
    } catch {
      // No answer in time: the connection stands but nothing comes through it. Said as broken, tried again.
      if (this.#asking !== question) return
      this.#lost()
    }
    if (this.#state.link.state === 'broken' && socket.connected) this.#later(() => void this.#ask('watch'))
    else if (hasGap(this.#state)) this.#resyncSoon()
  }

  #hear(): void {
    this.#heard = Date.now()
  }

  #take(event: LiveEvent): void {
    this.#hear()
    const next = takeEvent(this.#state, event)
    if (next === this.#state) return
    this.#set({ ...next, link: this.#state.link })
    if (next.seq !== null && hasGap(next)) this.#resyncSoon()
  }

  #resyncSoon(): void {
    if (this.#asking !== null || this.#retry) return
    const wait = this.#lastAsked + RESYNC_EVERY - Date.now()
    if (wait <= 0) void this.#ask('resync')
    else this.#later(() => void this.#ask('resync'), wait)
  }

  #later(deed: () => void, wait = TRY_AGAIN_AFTER): void {
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      this.#retry = null
      deed()
    }, wait)
  }

  #refuse(code: string): void {
    if (code === 'not-signed-in') this.#set({ ...this.#state, link: { state: 'refused' } })
    else this.#lost()
  }

  #lost(): void {
    this.#asking = null
    this.#set({ ...this.#state, link: broken(this.#state.link, this.#heard) })
  }

  #set(state: LiveState): void {
    const before = this.#state
    this.#state = state
    if (before.link === state.link && looksTheSame(before, state)) return
    const wait = before.link === state.link ? this.#told + TELL_EVERY - performance.now() : 0
    if (wait <= 0) this.#tell()
    else this.#telling ??= setTimeout(() => this.#tell(), wait)
  }

  #tell(): void {
    if (this.#telling) clearTimeout(this.#telling)
    this.#telling = null
    this.#told = performance.now()
    for (const listener of this.#listeners) listener()
  }
}

function codeOf(error: Error & { data?: unknown }): string {
  const data = error.data
  return typeof data === 'object' && data !== null && 'code' in data && typeof data.code === 'string' ? data.code : error.message
}
