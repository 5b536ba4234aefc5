import { expect } from 'chai'
import { io } from 'socket.io-client'
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client'
import type { AlarmEvent, WatchAnswer } from '../../../protocol/live.ts'
import { eventually } from '../../support/eventually.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { ADMIN_PASSWORD, furnish, raise, startHouse } from '../../support/house.ts'
import type { House } from '../../support/house.ts'

/** What the socket says next under this name. */
function once<Said = unknown>(socket: Socket, name: string): Promise<Said> {
  return new Promise((resolve) => void socket.once(name, (said: Said) => resolve(said)))
}

describe('The live link', () => {
  let clock: FakeClock
  let house: House
  const sockets: Socket[] = []
  beforeEach(async () => {
    clock = new FakeClock()
    house = await startHouse({ clock })
    await furnish(house, 'c07', 'c08')
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect()
    await house.stop()
  })

  function open(options: Partial<ManagerOptions & SocketOptions>): Socket {
    const socket = io(house.url, { reconnection: false, transports: ['websocket'], ...options })
    sockets.push(socket)
    return socket
  }
  async function connect(options: Partial<ManagerOptions & SocketOptions>): Promise<Socket> {
    const socket = open(options)
    await once(socket, 'connect')
    return socket
  }
  async function refusal(options: Partial<ManagerOptions & SocketOptions>): Promise<unknown> {
    const error = await once<{ data?: { code: string } }>(open(options), 'connect_error')
    return error.data?.code
  }
  const ask = (socket: Socket, name: string, ...given: unknown[]): Promise<WatchAnswer> => socket.timeout(5000).emitWithAck(name, ...given) as Promise<WatchAnswer>
  const cookie = async (): Promise<string> => {
    const answer = await house.call('POST', '/api/v1/session', { body: { username: 'admin', password: ADMIN_PASSWORD } })
    return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }

  it('refuses whoever does not say who they are, or says it wrongly', async () => {
    expect(await refusal({})).to.equal('not-signed-in')
    expect(await refusal({ auth: { token: 'wrong' } })).to.equal('not-signed-in')
    expect(await refusal({ auth: { token: { toString: 1 } } })).to.equal('not-signed-in')
    expect(await refusal({ extraHeaders: { cookie: 'gatehouse_session=wrong' } })).to.equal('not-signed-in')
  })

  it('lets a session in by its cookie, from this site alone', async () => {
    const session = await cookie()
    await connect({ extraHeaders: { cookie: session, origin: house.url } })
    expect(await refusal({ extraHeaders: { cookie: session, origin: 'http://evil.example' } })).to.equal('not-signed-in')
  })

  it('answers a watch with the picture and sends what comes after it, over polling as well', async () => {
    house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001')] })
    const auth = { token: await house.token('viewer', 'all') }
    for (const transports of [['websocket'], ['polling']]) {
      const socket = await connect({ auth, transports })
      const state = await ask(socket, 'watch', { compounds: 'all' })
      if ('problem' in state) throw new Error(state.problem.code)
      expect(state.compounds.map((summary) => summary.id)).to.deep.equal(['c07', 'c08'])
      expect(state.alarms.map((alarm) => alarm.id)).to.include('a1')
      const arrived = once<AlarmEvent>(socket, 'alarm')
      house.brain.say('c08-smoke-0001', { signals: [raise('c08-smoke-0001', { rule: `rule.${transports[0]}` })] })
      const event = await arrived
      expect(event.seq).to.equal(state.seq + 1)
      expect(event.transition.name).to.equal('raised')
    }
  })

  it('loses nothing between picture and events while alarms come in all the time', async () => {
    const socket = await connect({ auth: { token: await house.token('viewer', 'all') } })
    const events: AlarmEvent[] = []
    socket.on('alarm', (event: AlarmEvent) => void events.push(event))
    let raised = 0
    const timer = setInterval(() => {
      raised += 1
      house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001', { rule: `rule.${raised}` })] })
    }, 1)
    await eventually('some alarms', () => raised >= 20)
    const state = await ask(socket, 'watch', { compounds: ['c07'] })
    if ('problem' in state) throw new Error(state.problem.code)
    const enough = raised + 50
    await eventually('more alarms', () => raised >= enough)
    clearInterval(timer)
    const last = await ask(socket, 'resync')
    if ('problem' in last) throw new Error(last.problem.code)
    const after = events.filter((event) => event.seq > state.seq).map((event) => event.alarm.id)
    expect([...state.alarms.map((alarm) => alarm.id), ...after]).to.deep.equal(last.alarms.map((alarm) => alarm.id))
    expect(state.alarms.length).to.be.greaterThan(0)
    expect(after.length).to.be.greaterThan(0)
  })

  it('shows a token its compounds and no others', async () => {
    const socket = await connect({ auth: { token: await house.token('viewer', ['c08']) } })
    const outside = await ask(socket, 'watch', { compounds: ['c08', 'c07'] })
    expect(outside).to.have.nested.property('problem.code', 'not-found')
    expect(outside).to.have.nested.property('problem.faults[0].path', 'compounds[1]')
    const all = await ask(socket, 'watch', { compounds: 'all' })
    if ('problem' in all) throw new Error(all.problem.code)
    expect(all.compounds.map((summary) => summary.id)).to.deep.equal(['c08'])
    const arrived = once<AlarmEvent>(socket, 'alarm')
    house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001')] })
    house.brain.say('c08-smoke-0001', { signals: [raise('c08-smoke-0001')] })
    expect((await arrived).alarm.compound).to.equal('c08')
  })

  it('answers nonsense with its faults and stays', async () => {
    const socket = await connect({ auth: { token: await house.token('viewer', 'all') } })
    for (const nonsense of [undefined, null, 'all', {}, { compounds: 'some' }, { compounds: [7] }, { compounds: 'all', more: 1 }]) {
      expect(await ask(socket, 'watch', nonsense), JSON.stringify(nonsense)).to.have.nested.property('problem.code', 'bad-input')
    }
    for (const given of [[], [{}], ['all'], [['c07']], [{}, 'more', 7]]) {
      const answer = await ask(socket, 'watch', ...given)
      expect(answer, JSON.stringify(given)).to.have.nested.property('problem.faults[0].path', 'compounds')
      expect(answer, JSON.stringify(given)).to.have.nested.property('problem.faults[0].message', 'compounds is missing')
    }
    expect(await ask(socket, 'watch', { compounds: 'all', devices: 'x' })).to.have.nested.property('problem.faults[0].path', 'devices')
    expect(await ask(socket, 'resync', 'something', 7)).to.have.property('seq')
    socket.emit('watch', { compounds: 'all' })
    socket.emit('resync')
    socket.emit('nothing', {})
    expect(await ask(socket, 'resync')).to.have.property('seq')
  })

  it('does not let one socket ask for pictures without end', async () => {
    const socket = await connect({ auth: { token: await house.token('viewer', 'all') } })
    const answers = await Promise.all(Array.from({ length: 11 }, () => ask(socket, 'resync')))
    expect(answers.filter((answer) => 'problem' in answer)).to.have.length(1)
    clock.tick(1000)
    expect(await ask(socket, 'resync')).to.have.property('seq')
    await Promise.all(Array.from({ length: 10 }, () => ask(socket, 'resync')))
    // A time server puts the clock back: nobody goes without a picture for that long.
    clock.set(clock.now() - 3_600_000)
    clock.tick(1000)
    expect(await ask(socket, 'resync')).to.have.property('seq')
  })

  it('ends with the session, with the token, and when their time is over', async () => {
    const session = await cookie()
    const bySession = await connect({ extraHeaders: { cookie: session } })
    const byToken = await connect({ auth: { token: await house.token('viewer', 'all') } })
    const tokenEnded = once(byToken, 'disconnect')
    await house.brain.act('admin', { name: 'token.remove', id: 't-1' })
    await tokenEnded
    expect(bySession.connected).to.equal(true)
    const sessionEnded = once(bySession, 'disconnect')
    await house.call('DELETE', '/api/v1/session', { cookie: session, origin: house.url })
    await sessionEnded
    const expiring = await connect({ extraHeaders: { cookie: await cookie() } })
    const expired = once(expiring, 'disconnect')
    clock.tick(12 * 3600 * 1000 + 5000)
    await expired
  })

  it('tells nobody any more after a socket went, and says that nothing is watched', async () => {
    const socket = await connect({ auth: { token: await house.token('viewer', 'all') } })
    await ask(socket, 'watch', { compounds: ['c07'] })
    expect(house.watched.at(-1)).to.deep.equal(['c07'])
    socket.disconnect()
    await eventually('nothing to be watched', () => house.watched.at(-1)?.length === 0)
  })

  // Few enough that a busy machine is through with them within the time in which a silent client is taken for gone.
  it('lets a slow reader miss events instead of keeping them', async () => {
    const socket = await connect({ auth: { token: await house.token('viewer', 'all') } })
    await ask(socket, 'watch', { compounds: 'all' })
    const engine = socket.io.engine as unknown as { transport: { ws: { _socket: { pause(): void; resume(): void } } } }
    const wire = engine.transport.ws._socket
    wire.pause()
    const long = 'x'.repeat(2000)
    for (let n = 0; n < 8000; n += 1) {
      house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001', { rule: 'smoke.alarm', change: n % 2 === 0 ? 'raise' : 'clear', message: { zh: long, en: long } })] })
      if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    const { text } = await house.call('GET', '/metrics')
    const missed = Number(/gatehouse_live_events_total\{event="alarm",result="missed"\} (\d+)/.exec(text)?.[1] ?? 0)
    const told = Number(/gatehouse_live_events_total\{event="alarm",result="told"\} (\d+)/.exec(text)?.[1] ?? 0)
    expect(missed).to.be.greaterThan(3000)
    expect(told * 4000).to.be.lessThan(16 * 1024 * 1024)
    const seqs: number[] = []
    socket.on('alarm', (event: AlarmEvent) => void seqs.push(event.seq))
    socket.on('summary', (event: { seq: number }) => void seqs.push(event.seq))
    wire.resume()
    // The last number is far beyond what was sent: that gap is what makes the client ask for a resync.
    await eventually('the gap', () => (seqs.at(-1) ?? 0) >= missed)
  })
})
