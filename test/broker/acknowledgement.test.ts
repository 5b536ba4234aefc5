import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import type { IPubackPacket, IPublishPacket } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import type { House } from './house.ts'
import { RawClient, publishPacket } from './raw-client.ts'

describe('the acknowledgement of a message', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(() => house.close())

  it('comes after the record and not before, for QoS 1 and QoS 2', async () => {
    const { recorder, port } = house
    recorder.hold = () => true
    const client = await RawClient.connected(port, 'door')
    client.publish('a/1', 'x', { qos: 1, messageId: 1 })
    client.publish('a/2', 'x', { qos: 2, messageId: 2 })
    await eventually('both recorded', () => recorder.held.length === 2)
    await client.ping()
    expect(client.of('puback')).to.have.length(0)
    expect(client.of('pubrec')).to.have.length(0)
    recorder.release()
    await client.next('puback')
    await client.next('pubrec')
    await client.destroy()
  })

  it('is preceded by the record of QoS 0 messages as well', async () => {
    const client = await RawClient.connected(house.port, 'door')
    client.publish('a/0', 'zero', { qos: 0 })
    await house.recorder.saw('published a/0')
    expect(house.recorder.messages[0]).to.include({ qos: 0, retain: false, topic: 'a/0' })
    await client.destroy()
  })

  it('never comes when the record failed: the connection closes', async () => {
    house.recorder.failWith = () => new Error('disk full')
    const client = await RawClient.connected(house.port, 'door')
    client.publish('a/1', 'x')
    await client.closedByBroker()
    expect(client.of('puback')).to.have.length(0)
    expect(house.broker.counters.unrecorded).to.equal(1)
    expect(await house.recorder.saw('disconnected')).to.match(/^disconnected door \d+ lost$/)
  })

  it('never comes when the recorder throws: that connection closes, the others go on', async () => {
    const other = await RawClient.connected(house.port, 'other')
    const client = await RawClient.connected(house.port, 'door')
    house.recorder.failWith = () => 'throw'
    client.publish('a/1', 'x')
    await client.closedByBroker()
    expect(client.of('puback')).to.have.length(0)
    house.recorder.failWith = null
    other.publish('a/2', 'x')
    await other.next('puback')
    await other.destroy()
  })

  it('comes in the order of the messages, whatever order the records come back in [MQTT-4.6.0-2]', async () => {
    const { recorder, port } = house
    recorder.hold = ({ topic }) => topic === 'a/picture'
    const client = await RawClient.connected(port, 'camera')
    client.publish('a/picture', 'big', { messageId: 10 })
    client.publish('a/telemetry', 'small', { messageId: 11 })
    await eventually('both recorded', () => recorder.messages.length === 2)
    await client.ping()
    expect(client.of('puback')).to.have.length(0)
    recorder.release()
    await client.next('puback')
    await client.next('puback')
    expect(client.of<IPubackPacket>('puback').map(({ messageId }) => messageId)).to.deep.equal([10, 11])
    await client.destroy()
  })

  it('keeps the order of one device over a thousand messages in large and small pieces', async () => {
    const client = await RawClient.connected(house.port, 'door')
    const bytes = Buffer.concat(Array.from({ length: 1000 }, (_, n) => generate(publishPacket(`a/${n}`, 'x'.repeat(n % 300), { messageId: n + 1 }))))
    for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 5000 + 1) client.raw(bytes.subarray(at, at + size))
    await client.next<IPubackPacket>('puback', ({ messageId }) => messageId === 1000)
    expect(house.recorder.topics()).to.deep.equal(Array.from({ length: 1000 }, (_, n) => `a/${n}`))
    expect(client.of<IPubackPacket>('puback').map(({ messageId }) => messageId)).to.deep.equal(Array.from({ length: 1000 }, (_, n) => n + 1))
    await client.destroy()
  })

  it('stops the reading of a client while records are held back, and of that client alone', async () => {
    const { recorder, port } = house
    recorder.hold = ({ topic }) => topic.startsWith('flood/')
    const flood = await RawClient.connected(port, 'flood')
    const frame = generate(publishPacket('flood/1', Buffer.alloc(10_000), { messageId: 1 }))
    // 40 MB: what loopback sockets buffer is far less, so the rest can only be taken by a broker that reads on.
    for (let n = 0; n < 4000; n += 1) flood.raw(frame)
    await eventually('the broker stopped reading', async () => {
      const before = recorder.held.length
      await new Promise((turn) => setTimeout(turn, 200))
      return before > 0 && recorder.held.length === before
    })
    expect(recorder.held.length * 10_000).to.be.below(2_000_000)
    const other = await RawClient.connected(port, 'other')
    other.publish('a/1', 'x')
    await other.next('puback')
    const before = recorder.messages.length
    recorder.release()
    await eventually('the flood goes on', () => recorder.messages.length > before + 1000)
    await Promise.all([flood.destroy(), other.destroy()])
  })

  it('of a retained message comes when that is on the disk as well', async () => {
    const client = await RawClient.connected(house.port, 'door')
    client.publish('status/door', 'online', { retain: true })
    await client.next('puback')
    expect(await client.subscribe('status/+')).to.equal(1)
    const packet = await client.next<IPublishPacket>('publish')
    expect(packet).to.include({ retain: true, topic: 'status/door' })
    expect(String(packet.payload)).to.equal('online')
    await client.destroy()
  })

  it('of a refused topic never comes: the connection closes and the violation is on record', async () => {
    const client = await RawClient.connected(house.port, 'door')
    client.publish('forbidden/1', 'x')
    await client.closedByBroker()
    expect(client.of('puback')).to.have.length(0)
    expect(house.recorder.topics()).to.deep.equal([])
    await house.recorder.saw('violated door topic-refused')
  })

  it('is owed for what came before the end: stop waits for records that are under way', async () => {
    const { recorder, port, broker } = house
    recorder.hold = () => true
    const client = await RawClient.connected(port, 'door')
    client.publish('a/1', 'x')
    await eventually('recorded', () => recorder.held.length === 1)
    const stopped = broker.stop()
    recorder.release()
    await client.next('puback')
    await Promise.all([stopped, client.closed])
  })

  it('is not given twice by a recorder that calls back twice', async () => {
    const { recorder, port } = house
    recorder.hold = () => true
    const client = await RawClient.connected(port, 'door')
    client.publish('a/1', 'x', { messageId: 7 })
    const [done] = await eventually('recorded', () => recorder.held.length === 1 && recorder.held)
    done!(null)
    done!(new Error('changed its mind'))
    await client.next('puback')
    await client.ping()
    expect(client.of('puback')).to.have.length(1)
    await client.destroy()
  })
})

describe('the last will', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(() => house.close())
  const will = { topic: 'status/door', payload: Buffer.from('offline'), qos: 1 as const, retain: true }

  it('of a lost connection is recorded, before the loss, and then published [MQTT-3.1.2-8]', async () => {
    const watcher = await RawClient.connected(house.port, 'watcher')
    await watcher.subscribe('status/#')
    const client = await RawClient.connected(house.port, 'door', { will })
    await client.destroy()
    const packet = await watcher.next<IPublishPacket>('publish')
    expect(String(packet.payload)).to.equal('offline')
    await house.recorder.saw('disconnected door')
    const { events } = house.recorder
    expect(events.indexOf('published status/door')).to.be.below(events.findIndex((event) => event.startsWith('disconnected door')))
    expect(house.recorder.messages[0]).to.deep.include({ principal: { id: 'door' }, retain: true, qos: 1 })
    await watcher.destroy()
  })

  it('is forgotten when the client says goodbye [MQTT-3.1.2-10]', async () => {
    const client = await RawClient.connected(house.port, 'door', { will })
    await client.goodbye()
    expect(await house.recorder.saw('disconnected door')).to.match(/said-goodbye$/)
    expect(house.recorder.topics()).to.deep.equal([])
  })

  it('for somebody else\'s topic is refused with code 5', async () => {
    const client = await RawClient.open(house.port)
    const { returnCode } = await client.connect('door', { will: { ...will, topic: 'forbidden/x' } })
    expect(returnCode).to.equal(5)
    await client.closedByBroker()
  })

  it('does not go out when the house stops', async () => {
    const client = await RawClient.connected(house.port, 'door', { will })
    await house.broker.stop()
    await client.closed
    expect(house.recorder.topics()).to.deep.equal([])
    expect(await house.recorder.saw('disconnected door')).to.match(/lost$/)
  })
})
