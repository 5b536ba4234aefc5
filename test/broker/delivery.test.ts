import { expect } from 'chai'
import type { IPublishPacket, Packet } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import type { House } from './house.ts'
import { RawClient } from './raw-client.ts'

const text = (packets: readonly IPublishPacket[]): string[] => packets.map(({ payload }) => String(payload))

describe('delivery', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(() => house.close())

  it('brings 200 of 200 commands (QoS 1) when each is followed in the same tick by a rejection (QoS 0)', async () => {
    const client = await RawClient.connected(house.port, 'door')
    await client.subscribe('v1/c07/door/door/command', 1)
    await client.subscribe('v1/c07/door/door/rejected', 0)
    for (let n = 0; n < 200; n += 1) {
      const command = house.broker.publish({ topic: 'v1/c07/door/door/command', payload: `${n}`, qos: 1, retain: false })
      const rejection = house.broker.publish({ topic: 'v1/c07/door/door/rejected', payload: `${n}`, qos: 0, retain: false })
      await Promise.all([command, rejection])
    }
    await eventually('all are there', async () => client.of('publish').length === 400)
    const commands = client.of<IPublishPacket>('publish').filter(({ topic }) => topic.endsWith('command'))
    expect(text(commands)).to.deep.equal(Array.from({ length: 200 }, (_, n) => `${n}`))
    await client.destroy()
  })

  it('brings 200 of 200 retained messages that are followed in the same tick by plain ones, to a wildcard subscriber', async () => {
    const client = await RawClient.connected(house.port, 'screen')
    await client.subscribe('v1/#', 1)
    const device = await RawClient.connected(house.port, 'door')
    for (let n = 0; n < 200; n += 1) {
      device.publish('v1/status', `${n}`, { qos: 1, retain: true, messageId: 2 * n + 1 })
      device.publish('v1/telemetry', `${n}`, { qos: 0 })
    }
    await eventually('all are there', () => client.of('publish').length === 400)
    for (const topic of ['v1/status', 'v1/telemetry']) {
      expect(text(client.of<IPublishPacket>('publish').filter((packet) => packet.topic === topic))).to.deep.equal(Array.from({ length: 200 }, (_, n) => `${n}`))
    }
    await Promise.all([client.destroy(), device.destroy()])
  })

  it('keeps the order of one topic, retained or not, to a persistent session too [MQTT-4.6.0-6]', async () => {
    const client = await RawClient.connected(house.port, 'flows', { clean: false })
    await client.subscribe('a', 1)
    client.stream.on('data', () => {})
    const device = await RawClient.connected(house.port, 'door')
    for (let n = 0; n < 100; n += 1) device.publish('a', `${n}`, { qos: 1, retain: n % 3 === 0, messageId: n + 1 })
    await eventually('all are there', () => client.of('publish').length === 100)
    expect(text(client.of('publish'))).to.deep.equal(Array.from({ length: 100 }, (_, n) => `${n}`))
    await Promise.all([client.destroy(), device.destroy()])
  })

  it('passes on and does not keep what the gate does not let a client leave behind', async () => {
    const device = await RawClient.connected(house.port, 'door')
    for (const topic of ['passing/a', 'kept/a']) device.publish(topic, 'x', { qos: 1, retain: true, messageId: topic.length })
    await device.next('puback', ({ messageId }: { messageId?: number }) => messageId === 'kept/a'.length)
    expect(house.broker.retainedTopics('passing/#')).to.deep.equal([])
    expect(house.broker.retainedTopics('kept/#')).to.deep.equal(['kept/a'])
    await device.destroy()
  })

  it('asks the gate for each message on its way to a subscriber', async () => {
    const client = await RawClient.connected(house.port, 'gateway')
    await client.subscribe('#', 1)
    await house.broker.publish({ topic: 'secret/1', payload: 'x', qos: 1, retain: true })
    await house.broker.publish({ topic: 'open/1', payload: 'x', qos: 1, retain: false })
    await client.next('publish', ({ topic }: IPublishPacket) => topic === 'open/1')
    expect(client.of<IPublishPacket>('publish').map(({ topic }) => topic)).to.deep.equal(['open/1'])
    await client.destroy()
  })

  it('to one client reaches that client alone, and nobody when it is not connected', async () => {
    const [one, two] = [await RawClient.connected(house.port, 'one'), await RawClient.connected(house.port, 'two')]
    await Promise.all([one.subscribe('a/#'), two.subscribe('a/#')])
    expect(await house.broker.publishTo('one', { topic: 'a/1', payload: 'hello', qos: 1, retain: false })).to.equal(true)
    expect(await house.broker.publishTo('nobody', { topic: 'a/1', payload: 'hello', qos: 1, retain: false })).to.equal(false)
    expect(await house.broker.publishTo('one', { topic: 'secret/1', payload: 'hello', qos: 1, retain: false })).to.equal(false)
    expect(String((await one.next<IPublishPacket>('publish')).payload)).to.equal('hello')
    await two.ping()
    expect(two.of('publish')).to.have.length(0)
    await Promise.all([one.destroy(), two.destroy()])
  })

  it('does not pass the DUP flag of the sender on [MQTT-3.3.1-3]', async () => {
    const client = await RawClient.connected(house.port, 'screen')
    await client.subscribe('a')
    client.publish('a', 'x', { dup: true, messageId: 5 })
    expect((await client.next<IPublishPacket>('publish')).dup).to.equal(false)
    await client.destroy()
  })

  it('sends again, with DUP, what a persistent session did not acknowledge [MQTT-4.4.0-1] [MQTT-3.3.1-1]', async () => {
    const before = await RawClient.connected(house.port, 'flows', { clean: false })
    await before.subscribe('a', 1)
    await house.broker.publish({ topic: 'a', payload: 'sent', qos: 1, retain: false })
    const first = await before.next<IPublishPacket>('publish')
    expect(first.dup).to.equal(false)
    await before.destroy()
    await eventually('gone', () => !house.broker.isConnected('flows'))
    await house.broker.publish({ topic: 'a', payload: 'missed', qos: 1, retain: false })
    const after = await RawClient.connected(house.port, 'flows', { clean: false })
    const again = await after.next<IPublishPacket>('publish')
    const missed = await after.next<IPublishPacket>('publish')
    expect({ dup: again.dup, id: again.messageId, payload: String(again.payload) }).to.deep.equal({ dup: true, id: first.messageId, payload: 'sent' })
    expect({ dup: missed.dup, payload: String(missed.payload) }).to.deep.equal({ dup: false, payload: 'missed' })
    for (const packet of [again, missed]) after.acknowledge(packet)
    await after.ping()
    await after.destroy()
    const clear = await RawClient.connected(house.port, 'flows', { clean: false })
    await clear.ping()
    expect(clear.of('publish')).to.have.length(0)
    await clear.destroy()
  })

  it('keeps no command for a client that is away or did not take it, and tells the others from it', async () => {
    const before = await RawClient.connected(house.port, 'door', { clean: false })
    await before.subscribe('v1/c07/door/door/#', 1)
    await house.broker.publish({ topic: 'v1/c07/door/door/command', payload: 'unlock', qos: 1, retain: false })
    await before.next('publish')
    await before.destroy()
    await eventually('gone', () => !house.broker.isConnected('door'))
    await house.broker.publish({ topic: 'v1/c07/door/door/command', payload: 'unlock', qos: 1, retain: false })
    await house.broker.publish({ topic: 'v1/c07/door/door/note', payload: 'kept', qos: 1, retain: false })
    const after = await RawClient.connected(house.port, 'door', { clean: false })
    expect(String((await after.next<IPublishPacket>('publish')).payload)).to.equal('kept')
    await after.ping()
    expect(after.of('publish')).to.have.length(1)
    await after.destroy()
  })

  it('limits the queue of a client that is away: the oldest is dropped and counted', async () => {
    const small = await openHouse({ limits: { queuedMessages: 10, queuedBytes: 1000 } })
    const before = await RawClient.connected(small.port, 'flows', { clean: false })
    await before.subscribe('a', 1)
    await before.goodbye()
    for (let n = 0; n < 25; n += 1) await small.broker.publish({ topic: 'a', payload: `${n}`, qos: 1, retain: false })
    expect(small.broker.counters.droppedQueued).to.equal(15)
    for (const payload of ['x'.repeat(400), 'y'.repeat(400), 'z'.repeat(400)]) await small.broker.publish({ topic: 'a', payload, qos: 1, retain: false })
    const after = await RawClient.connected(small.port, 'flows', { clean: false })
    await after.next('publish', ({ payload }: IPublishPacket) => String(payload).startsWith('z'))
    expect(text(after.of('publish')).map((payload) => payload[0])).to.deep.equal(['y', 'z'])
    await after.destroy()
    await small.close()
  })

  it('of one topic that matches several filters of a session is not lost when one of them is taken away', async () => {
    const before = await RawClient.connected(house.port, 'flows', { clean: false })
    await before.subscribe('a/#', 1)
    await before.subscribe('a/b', 0)
    await before.subscribe('a/+', 1)
    before.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a/+'] })
    await before.next('unsuback')
    await before.goodbye()
    await house.broker.publish({ topic: 'a/b', payload: 'kept', qos: 1, retain: false })
    const after = await RawClient.connected(house.port, 'flows', { clean: false })
    expect(String((await after.next<IPublishPacket>('publish')).payload)).to.equal('kept')
    await after.destroy()
  })

  it('goes on for everybody when a subscriber does not read, and closes that one when too much waits for it', async () => {
    const slow = await openHouse({ limits: { patience: 100, backlogBytes: 2_000_000, drainTime: 60_000 } })
    const stuck = await RawClient.connected(slow.port, 'stuck')
    const lively = await RawClient.connected(slow.port, 'lively')
    await Promise.all([stuck.subscribe('a', 1), lively.subscribe('a', 0)])
    stuck.stream.pause()
    const payload = Buffer.alloc(50_000)
    let sent = 0
    while (slow.broker.isConnected('stuck')) {
      await slow.broker.publish({ topic: 'a', payload, qos: 1, retain: false })
      sent += 1
      expect(sent, 'it was never closed').to.be.below(2000)
    }
    await eventually('the lively one got all', () => lively.of('publish').length === sent)
    expect(slow.broker.counters.slowClients).to.equal(1)
    await Promise.all([lively.destroy(), stuck.destroy()])
    await slow.close()
  })

  it('to the retained messages of many topics is complete, and nothing of it is live', async () => {
    await Promise.all(Array.from({ length: 500 }, (_, n) => house.broker.publish({ topic: `status/${n}`, payload: `${n}`, qos: 1, retain: true })))
    const client = await RawClient.connected(house.port, 'screen')
    await client.subscribe('status/+', 1)
    await eventually('all are there', () => client.of('publish').length === 500)
    expect(client.of<IPublishPacket>('publish').every(({ retain }: Packet & { retain: boolean }) => retain)).to.equal(true)
    await client.destroy()
  })

  it('of an empty retained message removes what was retained [MQTT-3.3.1-10]', async () => {
    await house.broker.publish({ topic: 'status/1', payload: 'x', qos: 1, retain: true })
    await house.broker.publish({ topic: 'status/1', payload: '', qos: 1, retain: true })
    const client = await RawClient.connected(house.port, 'screen')
    await client.subscribe('status/+', 1)
    await client.ping()
    expect(client.of('publish')).to.have.length(0)
    await client.destroy()
  })
})
