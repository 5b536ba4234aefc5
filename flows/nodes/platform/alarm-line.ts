import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { Alarm } from '../../../protocol/alarm.ts'
import type { ClientToServer, ServerToClient, WatchAnswer } from '../../../protocol/live.ts'
import type { PlatformAccess } from '../../messages.ts'
import { AlarmStream, seen } from './alarm-stream.ts'
import type { ToldAlarm } from './alarm-stream.ts'
import type { PlatformApi } from './api.ts'
import { StateBoard } from './state.ts'
import { trusting } from './trust.ts'

/** Socket.io gives up where it was refused; the token may be good again after a restart of the platform, ms. */
const AGAIN = 5000

/** The live link: one connection for all nodes that hear alarms, opened with the first of them. */
export class AlarmLine {
  readonly state = new StateBoard()
  readonly #access: PlatformAccess
  readonly #api: PlatformApi
  readonly #listeners = new Set<(told: ToldAlarm) => void>()
  readonly #stream = new AlarmStream()
  #socket: Socket<ServerToClient, ClientToServer> | null = null
  #again: NodeJS.Timeout | null = null
  #seq: number | null = null

  constructor(access: PlatformAccess, api: PlatformApi) {
    this.#access = access
    this.#api = api
  }

  /** Hears each alarm from now on, those that are open first. Returns a function that ends it. */
  on(listener: (told: ToldAlarm) => void): () => void {
    this.#listeners.add(listener)
    // After this turn: while a tab is built, the nodes that a message should go to are not there yet.
    setImmediate(() => {
      if (this.#listeners.has(listener)) for (const told of this.#stream.open()) listener(told)
    })
    if (this.#socket === null) this.#open()
    return () => void this.#listeners.delete(listener)
  }

  stop(): void {
    if (this.#again) clearTimeout(this.#again)
    this.#socket?.disconnect()
    this.#socket = null
  }

  #open(): void {
    const { url, token, certificate } = this.#access
    const agent = trusting(certificate)
    const socket: Socket<ServerToClient, ClientToServer> = io(url, {
      auth: { token }, transports: ['websocket'], forceNew: true, reconnectionDelay: 500, reconnectionDelayMax: AGAIN,
      // An agent of Node, which its types do not know.
      ...agent !== null && { agent: agent as unknown as boolean }
    })
    this.#socket = socket
    socket.on('connect', () => socket.emit('watch', { compounds: 'all', devices: false }, (answer) => this.#picture(answer)))
    socket.on('connect_error', (error) => {
      this.state.set('disconnected', error.message)
      if (!socket.active) this.#later(socket)
    })
    socket.on('disconnect', () => {
      this.#seq = null
      this.state.set('disconnected')
      if (!socket.active) this.#later(socket)
    })
    socket.on('summary', ({ seq }) => this.#follows(seq))
    socket.on('alarm', ({ seq, alarm, transition }) => {
      if (this.#follows(seq)) this.#tell(this.#stream.event(alarm, transition))
    })
  }

  #later(socket: Socket<ServerToClient, ClientToServer>): void {
    if (this.#again) clearTimeout(this.#again)
    this.#again = setTimeout(() => void (this.#socket === socket && socket.connect()), AGAIN)
  }

  /** False when something was missed: then the next picture says it. */
  #follows(seq: number): boolean {
    if (this.#seq === null) return false
    const follows = seq === this.#seq + 1
    this.#seq = follows ? seq : null
    if (!follows) this.#socket?.emit('resync', (answer) => this.#picture(answer))
    return follows
  }

  #picture(answer: WatchAnswer): void {
    if ('problem' in answer) {
      this.state.set('disconnected', answer.problem.code)
      if (this.#again) clearTimeout(this.#again)
      this.#again = setTimeout(() => this.#socket?.emit('resync', (anew) => this.#picture(anew)), AGAIN)
      return
    }
    this.#seq = answer.seq
    this.state.set('connected')
    const { told, gone } = this.#stream.picture(answer.alarms)
    this.#tell(told)
    for (const alarm of gone) void this.#closed(alarm)
  }

  /** How it ended is asked; if that cannot be had, it is told as far as it is known. */
  async #closed(alarm: Alarm): Promise<void> {
    const now = await this.#api.get<Alarm>(`/alarms/${alarm.id}`).catch((): Alarm => ({ ...alarm, state: 'closed' }))
    this.#tell([seen(now, 'closed')])
  }

  #tell(told: readonly ToldAlarm[]): void {
    for (const one of told) for (const listener of this.#listeners) listener(one)
  }
}
