import type { Socket } from 'node:net'
import { expect } from 'chai'
import type { IConnackPacket } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import type { House } from './house.ts'
import { RawClient } from './raw-client.ts'

const CROWD = 120
const names = Array.from({ length: CROWD }, (_, n) => `door-${n}`)

function willOf(id: string): { topic: string; payload: Buffer; qos: 1; retain: true } {
  return { topic: `status/${id}`, payload: Buffer.from('offline'), qos: 1, retain: true }
}

async function crowd(port: number, clean: boolean): Promise<RawClient[]> {
  const clients = await Promise.all(names.map((id) => RawClient.connected(port, id, { clean, will: willOf(id) })))
  await Promise.all(clients.map((client, n) => client.subscribe(`own/${names[n]}`)))
  return clients
}

function reset(client: RawClient): void {
  (client.stream as Socket).resetAndDestroy()
}

describe('a crowd of connections', () => {
  let house: House
  beforeEach(async () => {
    house = await openHouse()
  })
  afterEach(() => house.close())

  it('that ends in one turn is reported gone one by one, each with its will before', async () => {
    const clients = await crowd(house.port, false)
    for (const client of clients) reset(client)
    await eventually('all are gone', () => house.broker.connectedCount === 0)
    const { events } = house.recorder
    for (const id of names) {
      await eventually('its will', () => events.includes(`published status/${id}`))
      const session = events.find((event) => event.startsWith(`connected ${id} `))?.split(' ')[2]
      expect(events.filter((event) => event === `disconnected ${id} ${session} lost`), id).to.have.length(1)
    }
  })

  it('that comes back before its end was worked through is there afterwards, and each end is reported before the new beginning', async () => {
    const clients = await crowd(house.port, false)
    for (const client of clients) reset(client)
    const back = await Promise.all(names.map((id) => RawClient.connected(house.port, id, { clean: false, will: willOf(id) })))
    expect(back.every((client) => client.of<IConnackPacket>('connack')[0]!.sessionPresent)).to.equal(true)
    await Promise.all(back.map((client) => client.ping()))
    expect(house.broker.connectedCount).to.equal(CROWD)
    for (const id of names) {
      const told = house.recorder.events.filter((event) => event.includes(` ${id} `)).map((event) => event.split(' ')[0])
      expect(told, id).to.deep.equal(['connected', 'disconnected', 'connected'])
    }
    expect(await house.broker.publishTo('door-7', { topic: 'own/door-7', payload: 'x', qos: 1, retain: false })).to.equal(true)
    await back[7]!.next('publish')
    await Promise.all(back.map((client) => client.destroy()))
  })

  it('takes no message for a connection whose end waits for its turn', async () => {
    const clients = await crowd(house.port, false)
    house.broker.disconnect(() => true)
    expect(house.broker.connectedCount).to.equal(CROWD)
    const taken = await Promise.all(names.map((id) => house.broker.publishTo(id, { topic: `own/${id}`, payload: 'x', qos: 1, retain: false })))
    expect(taken).to.deep.equal(names.map(() => false))
    await Promise.all(clients.map((client) => client.closed))
  })

  for (const clean of [true, false]) {
    it(`leaves nothing of itself in memory, ${clean ? 'with clean sessions' : 'with sessions that are ended'}, however often it comes`, async () => {
      const before = house.broker.remembered
      for (let round = 0; round < 3; round += 1) {
        const clients = await crowd(house.port, clean)
        for (const client of clients.slice(0, CROWD / 2)) reset(client)
        await Promise.all(clients.slice(CROWD / 2).map((client) => client.goodbye()))
        await eventually('all are gone', () => house.broker.connectedCount === 0)
      }
      for (const { clientId } of house.broker.sessions()) await house.broker.endSession(clientId)
      await eventually('nothing is left', () => house.broker.remembered === before)
      expect(house.broker.sessions()).to.deep.equal([])
    })
  }

  it('leaves nothing of those that were cut off while they logged in', async () => {
    const before = house.broker.remembered
    for (let round = 0; round < 3; round += 1) {
      const clients = await Promise.all(names.map(() => RawClient.open(house.port)))
      for (const [n, client] of clients.entries()) void client.connect(names[n % 10]!, { clean: n % 3 === 0 }).catch(() => null)
      setImmediate(() => clients.forEach((client, n) => (n % 2 === 0 ? reset(client) : client.stream.destroy())))
      await Promise.all(clients.map((client) => client.closed))
    }
    await eventually('all are gone', () => house.broker.connectedCount === 0 && house.broker.counters.strangers === 0)
    for (const { clientId } of house.broker.sessions()) await house.broker.endSession(clientId)
    await eventually('nothing is left', () => house.broker.remembered === before)
  })
})
