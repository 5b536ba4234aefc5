import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { LiveLink } from '../../dashboards/src/live/link.ts'
import type { LiveState } from '../../dashboards/src/live/link.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import type { ClientToServer, ServerToClient, WatchAnswer } from '../../protocol/live.ts'
import { aTransition, anAlarm } from './samples.ts'

/** A platform of which the test says what it answers. */
class Platform {
  readonly #http = createServer()
  readonly io = new Server<ClientToServer, ServerToClient>(this.#http)
  readonly asked: string[] = []
  readonly links: { readonly link: LiveLink; readonly stop: () => void }[] = []
  answer: () => WatchAnswer = () => ({ seq: 0, compounds: [], alarms: [] })

  async start(): Promise<void> {
    this.io.on('connection', (socket) => {
      socket.on('watch', (_request, reply) => this.#say('watch', reply))
      socket.on('resync', (reply) => this.#say('resync', reply))
    })
    await new Promise<void>((resolve) => void this.#http.listen(0, '127.0.0.1', resolve))
  }

  #say(name: string, reply: (answer: WatchAnswer) => void): void {
    this.asked.push(name)
    reply(this.answer())
  }

  watch(): LiveLink {
    const { port } = this.#http.address() as AddressInfo
    const link = new LiveLink('all', () => io(`http://127.0.0.1:${port}`, { forceNew: true, transports: ['websocket'], reconnectionDelay: 20, reconnectionDelayMax: 50 }))
    this.links.push({ link, stop: link.start() })
    return link
  }

  raise(seq: number, alarm: Alarm): void {
    this.io.emit('alarm', { seq, alarm, transition: aTransition('raised') })
  }

  async stop(): Promise<void> {
    for (const { stop } of this.links) stop()
    await this.io.close()
  }
}

/** Waits until the link shows what is asked for. */
function until(link: LiveLink, holds: (state: LiveState) => boolean): Promise<LiveState> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`never so: ${JSON.stringify(link.read().link)}`)), 20_000)
    const look = () => {
      if (!holds(link.read())) return
      clearTimeout(deadline)
      stop()
      resolve(link.read())
    }
    const stop = link.subscribe(look)
    look()
  })
}

const isLive = (state: LiveState) => state.link.state === 'live'

describe('the live link', () => {
  let platform: Platform
  beforeEach(async () => {
    platform = new Platform()
    await platform.start()
  })
  afterEach(() => platform.stop())

  it('shows the snapshot and then each alarm as it comes', async () => {
    platform.answer = () => ({ seq: 3, compounds: [], alarms: [anAlarm('a1')] })
    const link = platform.watch()
    expect((await until(link, isLive)).alarms.size).to.equal(1)
    platform.raise(4, anAlarm('a2'))
    await until(link, (state) => state.alarms.has('a2'))
    expect(platform.asked).to.deep.equal(['watch'])
  })

  it('tells of the first alarm of a storm at once and of what follows together, and of the last', async () => {
    const link = platform.watch()
    await until(link, isLive)
    let told = 0
    const started = performance.now()
    const stop = link.subscribe(() => (told += 1))
    for (let n = 1; n <= 300; n += 1) platform.raise(n, anAlarm(`a${n}`))
    await until(link, ({ alarms }) => alarms.size === 300)
    stop()
    // Ten a second at most, so a slow machine changes nothing.
    expect(told).to.be.within(1, (performance.now() - started) / 100 + 2)
  })

  it('asks for a resync when an event is missing, and shows what it missed', async () => {
    const link = platform.watch()
    await until(link, isLive)
    platform.answer = () => ({ seq: 5, compounds: [], alarms: [anAlarm('missed'), anAlarm('seen')] })
    platform.raise(5, anAlarm('seen'))
    const state = await until(link, ({ alarms }) => alarms.has('missed'))
    expect(platform.asked).to.deep.equal(['watch', 'resync'])
    expect([...state.alarms.keys()]).to.deep.equal(['missed', 'seen'])
    expect(state.arrived).to.include('missed')
  })

  it('says that it is broken, comes back by itself and has what happened meanwhile', async () => {
    const link = platform.watch()
    await until(link, isLive)
    const broke = until(link, (state) => state.link.state === 'broken')
    platform.answer = () => ({ seq: 0, compounds: [], alarms: [anAlarm('meanwhile')] })
    platform.io.disconnectSockets(true)
    const { link: said } = await broke
    expect(said.state === 'broken' && said.since).to.be.a('number')
    const state = await until(link, isLive)
    expect(state.arrived).to.deep.equal(['meanwhile'])
    expect(platform.asked).to.deep.equal(['watch', 'watch'])
  })

  it('says that a person has to log in when the platform does not know who asks', async () => {
    platform.answer = () => ({ problem: { type: 'about:blank', title: 'Sign in first', status: 401, code: 'not-signed-in' } })
    await until(platform.watch(), (state) => state.link.state === 'refused')
  })

  it('asks anew when it is checked', async () => {
    const link = platform.watch()
    await until(link, isLive)
    const again = until(link, (state) => state.epoch === 2)
    link.check()
    await again
    expect(platform.asked).to.deep.equal(['watch', 'resync'])
  })
})
