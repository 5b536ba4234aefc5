import { expect } from 'chai'
import type { IPublishPacket } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import type { House } from './house.ts'
import { RawClient } from './raw-client.ts'

const will = { topic: 'status/door', payload: Buffer.from('offline'), qos: 1 as const, retain: true }

describe('a second connection with the same client id', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(() => house.close())

  it('takes over: the first is closed and reported as taken over before the second is reported as connected [MQTT-3.1.4-2]', async () => {
    const first = await RawClient.connected(house.port, 'door')
    const second = await RawClient.connected(house.port, 'door')
    await first.closedByBroker()
    second.publish('a/1', 'x')
    await second.next('puback')
    expect(house.recorder.events).to.deep.equal(['connected door 1', 'disconnected door 1 taken-over', 'connected door 2', 'published a/1'])
    expect(house.broker.connectedCount).to.equal(1)
    expect(house.broker.counters.takeovers).to.equal(1)
    await second.goodbye()
    await house.recorder.saw('disconnected door 2 said-goodbye')
    expect(house.broker.connectedCount).to.equal(0)
  })

  it('does not set off the will of the first, so that the retained status stays what the device said', async () => {
    const first = await RawClient.connected(house.port, 'door', { will })
    first.publish('status/door', 'online', { retain: true })
    await first.next('puback')
    const second = await RawClient.connected(house.port, 'door', { will })
    await first.closedByBroker()
    await second.subscribe('status/door')
    expect(String((await second.next<IPublishPacket>('publish')).payload)).to.equal('online')
    await second.ping()
    expect(second.of('publish')).to.have.length(1)
    expect(house.recorder.topics()).to.deep.equal(['status/door'])
    await second.destroy()
    await eventually('the will of the second', () => house.recorder.topics().length === 2)
  })

  it('comes out right when twenty come at once: one stays, each end is reported once and in order', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(house.port)))
    for (const client of clients) void client.connect('door').catch(() => null)
    const survivors = (): RawClient[] => clients.filter((client) => !client.isClosed)
    await eventually('one is left', () => survivors().length === 1 && house.broker.connectedCount === 1)
    const [last] = survivors()
    await last!.ping()
    await last!.destroy()
    await eventually('nobody is left', () => house.broker.connectedCount === 0)
    await house.recorder.saw('disconnected door 20')
    const { events } = house.recorder
    for (const [n, event] of events.entries()) {
      const session = event.split(' ')[2]
      if (event.startsWith('connected')) expect(events[n + 1], event).to.match(new RegExp(`^disconnected door ${session} `))
    }
    expect(events.length % 2).to.equal(0)
  })

  it('comes out right with persistent sessions that are cut off in the middle of logging in', async () => {
    const filters = await RawClient.connected(house.port, 'door', { clean: false })
    for (const filter of ['a/+', 'b/#', 'c']) await filters.subscribe(filter)
    await filters.destroy()
    for (let round = 0; round < 40; round += 1) {
      const client = await RawClient.open(house.port)
      void client.connect('door', { clean: round % 3 === 0, will }).catch(() => null)
      if (round % 2 === 0) setImmediate(() => client.stream.destroy())
    }
    const last = await RawClient.connected(house.port, 'door')
    last.publish('a/1', 'x')
    await last.next('puback')
    await eventually('the others are gone', () => house.broker.connectedCount === 1 && house.broker.counters.strangers === 0)
    await last.ping()
    await last.goodbye()
    const connected = house.recorder.events.filter((event) => event.startsWith('connected')).map((event) => event.split(' ')[2])
    await eventually('each is reported gone', () => house.recorder.events.filter((event) => event.startsWith('disconnected')).length === connected.length)
    expect(house.recorder.events.filter((event) => event.startsWith('disconnected')).map((event) => event.split(' ')[2])).to.deep.equal(connected)
  })

  it('sets the will off before its CONNACK where the protocol is taken to the letter [MQTT-3.1.2-8]', async () => {
    const strict = await openHouse({ willOnTakeover: 'publish' })
    const watcher = await RawClient.connected(strict.port, 'watcher')
    await watcher.subscribe('status/#')
    await RawClient.connected(strict.port, 'door', { will })
    const second = await RawClient.connected(strict.port, 'door')
    expect(String((await watcher.next<IPublishPacket>('publish')).payload)).to.equal('offline')
    expect(strict.recorder.events.indexOf('published status/door')).to.be.below(strict.recorder.events.indexOf('connected door 3'))
    await Promise.all([watcher.destroy(), second.destroy()])
    await strict.close()
  })

  it('is not mistaken for another: names of object properties are ordinary client ids', async () => {
    for (const id of ['__proto__', 'constructor', 'toString']) {
      const client = await RawClient.connected(house.port, id)
      client.publish(`a/${id}`, 'x')
      await client.next('puback')
      await client.goodbye()
    }
    expect(house.broker.connectedCount).to.equal(0)
  })
})

describe('the house', () => {
  it('says which topics hold a retained message', async () => {
    const house = await openHouse()
    for (const topic of ['v1/c07/alarms/a1', 'v1/c08/alarms/a2', 'v1/c07/door/d1/status']) await house.broker.publish({ topic, payload: 'x', qos: 1, retain: true })
    await house.broker.publish({ topic: 'v1/c08/alarms/a2', payload: '', qos: 1, retain: true })
    expect(house.broker.retainedTopics('v1/+/alarms/+')).to.deep.equal(['v1/c07/alarms/a1'])
    await house.close()
  })

  it('ends the connections of an identity that was removed', async () => {
    const house = await openHouse()
    const client = await RawClient.connected(house.port, 'door')
    const other = await RawClient.connected(house.port, 'other')
    house.broker.disconnect(({ id }) => id === 'door')
    await client.closedByBroker()
    await house.recorder.saw('disconnected door 1 lost')
    await other.ping()
    expect(house.broker.isConnected('door')).to.equal(false)
    expect(house.broker.isConnected('other')).to.equal(true)
    await other.destroy()
    await house.close()
  })
})
