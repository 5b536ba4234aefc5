import { expect } from 'chai'
import type { IConnackPacket, IPublishPacket, ISubackPacket } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import type { House } from './house.ts'
import { RawClient } from './raw-client.ts'

/** The bytes of an MQTT string. */
function text(bytes: string | readonly number[]): Buffer {
  const body = Buffer.from(bytes as string)
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 0xff]), body])
}

function frame(first: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length > 127) throw new Error('too long for this test')
  return Buffer.concat([Buffer.from([first, body.length]), body])
}

const CLEAN = 0x02
const WILL = 0x04
const PASSWORD = 0x40
const USERNAME = 0x80

function connectFrame(flags: number, ...fields: readonly Buffer[]): Buffer {
  return frame(0x10, text('MQTT'), Buffer.from([4, flags, 0, 0]), ...fields)
}

const SURROGATE = [0xed, 0xa0, 0x80]
const TRUNCATED = [0x61, 0xc3]

describe('MQTT 3.1.1', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(() => house.close())

  /** Sends bytes as the first thing, or after a log-in, and expects the connection to be closed. */
  async function expectClosed(bytes: Buffer, loggedIn: boolean): Promise<RawClient> {
    const client = loggedIn ? await RawClient.connected(house.port, 'door') : await RawClient.open(house.port)
    client.raw(bytes)
    await client.closedByBroker()
    return client
  }

  it('[MQTT-1.5.3-1] closes at a string that is not UTF-8, surrogates included, wherever it stands', async () => {
    const login = [text('door'), text('right')]
    for (const bad of [text(SURROGATE), text(TRUNCATED)]) {
      for (const bytes of [
        connectFrame(CLEAN | USERNAME | PASSWORD, bad, ...login),
        connectFrame(CLEAN | USERNAME | PASSWORD, text('door'), bad, text('right')),
        connectFrame(CLEAN | WILL | USERNAME | PASSWORD, text('door'), bad, text('gone'), ...login)
      ]) expect((await expectClosed(bytes, false)).of('connack')).to.have.length(0)
      await expectClosed(frame(0x30, bad, Buffer.from('x')), true)
      await expectClosed(frame(0x82, Buffer.from([0, 1]), bad, Buffer.from([0])), true)
      await expectClosed(frame(0xa2, Buffer.from([0, 1]), bad), true)
    }
    expect(house.recorder.topics()).to.deep.equal([])
    await house.recorder.saw('violated door malformed-text')
  })

  it('[MQTT-1.5.3-2] closes at U+0000 in a string', async () => {
    await expectClosed(frame(0x30, text('a\0b'), Buffer.from('x')), true)
    await expectClosed(frame(0x82, Buffer.from([0, 1]), text('a\0'), Buffer.from([0])), true)
    await expectClosed(connectFrame(CLEAN | USERNAME | PASSWORD, text('do\0or'), text('door'), text('right')), false)
  })

  it('takes a U+FFFD that stands there by right', async () => {
    const client = await RawClient.connected(house.port, 'door')
    client.publish('a/\ufffd', 'x')
    await client.next('puback')
    expect(house.recorder.topics()).to.deep.equal(['a/\ufffd'])
    await client.destroy()
  })

  it('[MQTT-2.3.1-1] closes at a packet identifier of 0', async () => {
    await expectClosed(frame(0x32, text('a'), Buffer.from([0, 0]), Buffer.from('x')), true)
    await expectClosed(frame(0x82, Buffer.from([0, 0]), text('a'), Buffer.from([0])), true)
    await expectClosed(frame(0xa2, Buffer.from([0, 0]), text('a')), true)
  })

  it('[MQTT-3.1.0-2] closes at a second CONNECT', async () => {
    await expectClosed(connectFrame(CLEAN | USERNAME | PASSWORD, text('door'), text('door'), text('right')), true)
  })

  it('[MQTT-3.1.2-2] answers a protocol level it does not speak with code 1', async () => {
    for (const level of [5, 6, 99]) {
      const client = await RawClient.open(house.port)
      const properties = level === 5 ? Buffer.from([0]) : Buffer.alloc(0)
      client.raw(frame(0x10, text('MQTT'), Buffer.from([level, CLEAN, 0, 0]), properties, text('door')))
      expect((await client.next<IConnackPacket>('connack')).returnCode).to.equal(1)
      await client.closedByBroker()
    }
  })

  it('[MQTT-3.1.2-3] closes when the reserved flag of CONNECT is set', async () => {
    await expectClosed(connectFrame(CLEAN | 1, text('door')), false)
  })

  it('[MQTT-3.1.2-22] closes at a password without a user name', async () => {
    await expectClosed(connectFrame(CLEAN | PASSWORD, text('door'), text('right')), false)
  })

  it('[MQTT-3.1.2-24] closes a client that is silent for one and a half times its keep-alive, as lost', async () => {
    const client = await RawClient.connected(house.port, 'door', { keepalive: 1 })
    const start = performance.now()
    await client.closedByBroker()
    expect(performance.now() - start).to.be.within(1400, 5000)
    await house.recorder.saw('disconnected door 1 lost')
  })

  it('[MQTT-3.1.3-8] answers an empty client id without a clean session with code 2', async () => {
    const client = await RawClient.open(house.port)
    client.raw(connectFrame(USERNAME | PASSWORD, text(''), text('door'), text('right')))
    expect((await client.next<IConnackPacket>('connack')).returnCode).to.equal(2)
    await client.closedByBroker()
  })

  it('[MQTT-3.1.3-6] takes an empty client id with a clean session and makes one up', async () => {
    const client = await RawClient.open(house.port)
    expect((await client.connect('')).returnCode).to.equal(0)
    await client.goodbye()
  })

  it('[MQTT-4.7.3-1] [MQTT-3.3.2-2] closes at a will on an empty topic or on wildcards', async () => {
    for (const topic of ['', 'a/+', '#']) {
      const fields = [text('door'), text(topic), text('gone'), text('door'), text('right')]
      expect((await expectClosed(connectFrame(CLEAN | WILL | USERNAME | PASSWORD, ...fields), false)).of('connack')).to.have.length(0)
    }
  })

  it('[MQTT-3.3.2-2] [MQTT-4.7.3-1] closes at a publication on wildcards, on nothing, or on too many levels', async () => {
    for (const topic of ['a/+', '#', '', 'a/'.repeat(40)]) await expectClosed(frame(0x30, text(topic), Buffer.from('x')), true)
    expect(house.recorder.topics()).to.deep.equal([])
  })

  it('[MQTT-4.7.1-2] [MQTT-4.7.1-3] closes at filters that misuse + and #', async () => {
    for (const filter of ['a#', 'a/#/b', '#a', 'a+', '+a', 'a/+b', 'a/b+/c', '', '/'.repeat(40)]) {
      await expectClosed(frame(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([0])), true)
    }
    await house.recorder.saw('violated door malformed-filter')
  })

  it('[MQTT-4.7.1-3] grants the right uses of + and #', async () => {
    const client = await RawClient.connected(house.port, 'door')
    for (const filter of ['+', '#', '/', '+/+', 'a/+/b', 'a/#', '/+', '+/', 'a//b']) expect(await client.subscribe(filter, 2), filter).to.equal(2)
    await client.destroy()
  })

  it('[MQTT-3.8.3-3] [MQTT-3.10.3-2] closes at a SUBSCRIBE or an UNSUBSCRIBE without a filter', async () => {
    await expectClosed(frame(0x82, Buffer.from([0, 1])), true)
    await expectClosed(frame(0xa2, Buffer.from([0, 1])), true)
  })

  it('[MQTT-3.9.3-2] answers each filter by itself, refused ones with 0x80, $SYS among them', async () => {
    const client = await RawClient.connected(house.port, 'door')
    const topics = ['a', 'forbidden/1', '$SYS/#', '$SYS', 'b/+']
    client.send({ cmd: 'subscribe', messageId: 9, subscriptions: topics.map((topic) => ({ topic, qos: 1 as const })) })
    expect((await client.next<ISubackPacket>('suback')).granted).to.deep.equal([1, 128, 128, 128, 1])
    await client.destroy()
  })

  it('closes at a publication on $SYS, and at a will there with code 5', async () => {
    await expectClosed(frame(0x30, text('$SYS/x'), Buffer.from('x')), true)
    await house.recorder.saw('violated door topic-refused')
    const client = await RawClient.open(house.port)
    const { returnCode } = await client.connect('other', { will: { topic: '$SYS/x', payload: Buffer.from('x'), qos: 0, retain: false } })
    expect(returnCode).to.equal(5)
    await client.closedByBroker()
  })

  it('[MQTT-4.7.2-1] keeps $ topics from wildcards at the start, retained ones too', async () => {
    await house.broker.publish({ topic: '$internal/1', payload: 'x', qos: 0, retain: true })
    const client = await RawClient.connected(house.port, 'door')
    await client.subscribe('#', 0, 1)
    await client.subscribe('+/1', 0, 2)
    await house.broker.publish({ topic: '$internal/1', payload: 'x', qos: 0, retain: false })
    await client.ping()
    expect(client.of('publish')).to.have.length(0)
    await client.subscribe('$internal/#', 0, 3)
    expect((await client.next<IPublishPacket>('publish')).topic).to.equal('$internal/1')
    await client.destroy()
  })

  it('[MQTT-4.3.3-2] takes a QoS 2 message that is sent again as the same: one record, one delivery', async () => {
    const client = await RawClient.connected(house.port, 'door')
    await client.subscribe('a', 0)
    client.publish('a', 'x', { qos: 2, messageId: 7 })
    await client.next('pubrec')
    client.publish('a', 'x', { qos: 2, messageId: 7, dup: true })
    await client.next('pubrec')
    client.send({ cmd: 'pubrel', messageId: 7 })
    await client.next('pubcomp')
    await client.ping()
    expect(client.of('publish')).to.have.length(1)
    expect(house.recorder.topics()).to.deep.equal(['a'])
    await client.destroy()
  })

  it('[MQTT-3.14.4-1] closes after a DISCONNECT, and what came before it is recorded', async () => {
    const client = await RawClient.connected(house.port, 'door')
    client.publish('a/0', 'x', { qos: 0 })
    await client.goodbye()
    await house.recorder.saw('disconnected door 1 said-goodbye')
    expect(house.recorder.topics()).to.deep.equal(['a/0'])
  })

  it('[MQTT-3.1.4-5] takes packets that come right behind the CONNECT, in their order', async () => {
    const client = await RawClient.open(house.port)
    void client.connect('door')
    for (let n = 0; n < 20; n += 1) client.publish(`a/${n}`, 'x', { messageId: n + 1 })
    await eventually('all are acknowledged', () => client.of('puback').length === 20)
    expect(house.recorder.topics()).to.deep.equal(Array.from({ length: 20 }, (_, n) => `a/${n}`))
    await client.destroy()
  })
})
