import { expect } from 'chai'
import { Agenda, systemClock } from '../../devices-sim/agenda.ts'
import { ConnectPacer } from '../../devices-sim/connect-pacer.ts'
import { MqttLink } from '../../devices-sim/mqtt-link.ts'
import type { Outgoing } from '../../devices-sim/mqtt-link.ts'
import { createRandom } from '../../devices-sim/random.ts'
import { createTally } from '../../devices-sim/tally.ts'
import { eventually } from '../support/eventually.ts'
import { TinyBroker } from './support/broker.ts'

const said = (text: string, rest: Partial<Outgoing> = {}): Outgoing => ({ topic: 'v1/c01/door/d/event', retain: false, body: () => text, ...rest })

describe('A link', () => {
  let broker: TinyBroker
  let agenda: Agenda
  let links: MqttLink[]
  const heard: string[] = []
  const tally = createTally()

  const link = (id = 'd'): MqttLink => {
    const made = new MqttLink({
      id, target: { host: '127.0.0.1', port: broker.port, tls: null }, localAddress: null, password: () => 'token',
      will: () => ({ topic: `v1/c01/door/${id}/status`, payload: '{"state":"offline"}' }), subscriptions: [`v1/c01/door/${id}/command`],
      agenda, random: createRandom(1, id), pacer: new ConnectPacer(2), tally,
      listener: {
        connected: () => heard.push('connected'), lost: () => heard.push('lost'), refused: (code) => heard.push(`refused ${code}`), received: (topic, body) => heard.push(`${topic} ${String(body)}`)
      }
    })
    links.push(made)
    return made
  }

  beforeEach(async () => {
    broker = new TinyBroker()
    agenda = new Agenda(systemClock)
    links = []
    heard.length = 0
    Object.assign(tally, createTally())
    await broker.open()
  })
  afterEach(async () => {
    for (const one of links) one.cut()
    agenda.close()
    await broker.close()
  })

  it('logs in with its id, its token, a will and a session that lasts, and subscribes', async () => {
    link().start()
    await broker.until(() => broker.subscribed.length === 1)
    const { connect } = broker.guests[0]!
    expect(connect).to.include({ clientId: 'd', username: 'd', clean: false, protocolVersion: 4 })
    expect(String(connect.password)).to.equal('token')
    expect(connect.will).to.include({ topic: 'v1/c01/door/d/status', qos: 1, retain: true })
    expect(String(connect.will?.payload)).to.equal('{"state":"offline"}')
    expect(broker.subscribed[0]?.subscriptions.map((one) => one.topic)).to.deep.equal(['v1/c01/door/d/command'])
    expect(heard).to.deep.equal(['connected'])
  })

  it('does not subscribe again where the platform still has its session', async () => {
    broker.sessionPresent = true
    const one = link()
    one.start()
    one.publish(said('x'))
    await broker.until(() => broker.published.length === 1)
    expect(broker.subscribed).to.deep.equal([])
  })

  it('sends with QoS 1, in order, no more than its window without acknowledgement', async () => {
    broker.acknowledges = () => false
    const one = link()
    one.start()
    for (let i = 0; i < 40; i++) one.publish(said(`${i}`))
    await broker.until(() => broker.published.length === 16)
    expect(broker.published.every((packet) => packet.qos === 1 && !packet.dup)).to.equal(true)
    expect(one.pending).to.equal(40)
    const [guest] = broker.guests
    broker.acknowledges = () => true
    for (const packet of broker.published.slice()) broker.tell(guest!, { cmd: 'puback', messageId: packet.messageId ?? 0 })
    await broker.until(() => broker.published.length === 40)
    expect(broker.published.map((packet) => String(packet.payload))).to.deep.equal(Array.from({ length: 40 }, (_, i) => `${i}`))
  })

  it('resends what was not acknowledged with DUP, the same bytes under the same id, and tells when it is', async () => {
    broker.acknowledges = (packet) => packet.dup
    let made = 0
    const one = link()
    one.start()
    const acknowledged = new Promise<void>((resolve) => one.publish(said('', { body: () => `made ${++made}`, acknowledged: resolve })))
    await broker.until(() => broker.published.length === 1)
    broker.guests[0]?.socket.destroy()
    await broker.until(() => broker.published.length === 2)
    await acknowledged
    const [first, second] = broker.published
    expect([first?.dup, second?.dup]).to.deep.equal([false, true])
    expect(second?.messageId).to.equal(first?.messageId)
    expect([String(first?.payload), String(second?.payload)]).to.deep.equal(['made 1', 'made 1'])
    expect(tally).to.include({ sent: 1, acknowledged: 1, resent: 1, reconnects: 1, inFlight: 0 })
  })

  it('keeps what is said while it is away and sends it on return', async () => {
    const one = link()
    one.publish(said('early'))
    expect(one.pending).to.equal(1)
    one.start()
    await broker.until(() => broker.published.length === 1)
    expect(String(broker.published[0]?.payload)).to.equal('early')
  })

  it('comes back after it was taken over, and says goodbye when it is stopped', async () => {
    const one = link()
    one.start()
    await broker.until(() => broker.guests.length === 1)
    broker.guests[0]?.socket.end()
    await broker.until(() => broker.guests.length === 2 && one.online)
    one.stop()
    await broker.until(() => broker.said.includes('disconnect') && broker.said.filter((what) => what === 'closed').length === 2)
    expect(one.online).to.equal(false)
    expect(tally.connected).to.equal(0)
  })

  it('does not come back after the power was cut, until it is started again; what it had is sent then', async () => {
    broker.acknowledges = () => false
    const one = link()
    one.start()
    one.publish(said('before the cut'))
    await broker.until(() => broker.published.length === 1)
    one.cut()
    await broker.until(() => broker.said.includes('closed'))
    expect(broker.said).not.to.include('disconnect')
    expect([one.online, one.pending, tally.connected, tally.inFlight]).to.deep.equal([false, 1, 0, 0])
    one.start()
    await broker.until(() => broker.published.length === 2)
    expect(broker.published[1]?.dup).to.equal(true)
  })

  it('vanishes without closing its socket, and comes back with a new one', async () => {
    const one = link()
    one.start()
    await broker.until(() => broker.guests.length === 1)
    one.freeze()
    one.publish(said('while nobody is there'))
    expect([one.online, one.pending]).to.deep.equal([false, 1])
    expect(broker.said).not.to.include('closed')
    one.thaw()
    await broker.until(() => broker.published.length === 1)
    expect(broker.guests).to.have.length(2)
    await broker.until(() => broker.said.filter((what) => what === 'closed').length === 1)
    expect(one.online).to.equal(true)
  })

  it('goes on trying when it is refused, with the password of the moment', async () => {
    broker.admit = () => (broker.said.filter((what) => what === 'connect').length < 2 ? 4 : 0)
    link().start()
    await broker.until(() => broker.guests.length === 1)
    await broker.until(() => broker.subscribed.length === 1)
    expect(heard).to.deep.equal(['refused 4', 'connected'])
    expect(tally.refused).to.equal(1)
  })

  it('hands on what it is told and acknowledges it, also when it comes in pieces', async () => {
    const one = link()
    one.start()
    await broker.until(() => broker.subscribed.length === 1)
    const { generate } = await import('mqtt-packet')
    const bytes = generate({ cmd: 'publish', topic: 'v1/c01/door/d/command', payload: 'x'.repeat(300), qos: 1, retain: false, dup: false, messageId: 7 })
    const { socket } = broker.guests[0]!
    socket.setNoDelay(true)
    for (const [from, to] of [[0, 1], [1, 2], [2, 100], [100, bytes.length]]) {
      socket.write(bytes.subarray(from, to))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await broker.until(() => broker.said.includes('puback'))
    expect(heard.at(-1)).to.equal(`v1/c01/door/d/command ${'x'.repeat(300)}`)
  })

  it('waits for its turn to connect', async () => {
    const pacer = new ConnectPacer(1)
    const order: string[] = []
    let release = (): void => undefined
    pacer.ask((done) => {
      order.push('first')
      release = done
    })
    pacer.ask(() => order.push('second'))
    expect(order).to.deep.equal(['first'])
    release()
    release()
    expect(order).to.deep.equal(['first', 'second'])
  })

  it('knows that it was thrown out, until it is back; who goes by himself was not', async () => {
    const one = link()
    one.start()
    await broker.until(() => broker.guests.length === 1)
    expect(one.lost).to.equal(false)
    broker.guests[0]!.socket.destroy()
    await eventually('it notices', () => one.lost)
    expect(heard).to.include('lost')
    await eventually('it is back', () => one.online)
    expect(one.lost).to.equal(false)
    one.cut()
    expect(one.lost).to.equal(false)
  })
})
