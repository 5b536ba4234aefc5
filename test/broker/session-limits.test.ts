import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { IConnackPacket, IPublishPacket } from 'mqtt-packet'
import type { BrokerOptions } from '../../broker/broker.ts'
import type { Gate, Principal } from '../../broker/ports.ts'
import { eventually } from '../support/eventually.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { openHouse, testGate } from './house.ts'
import type { House } from './house.ts'
import { RawClient } from './raw-client.ts'

const HOUR = 3_600_000

/** User names `device-…` have their own client id; any other is an account that chooses its client ids. */
const gate: Gate<Principal> = {
  ...testGate,
  authenticate: ({ clientId, username = '' }) => ({ ok: true, principal: username.startsWith('device-') ? { id: clientId } : { id: clientId, account: username } })
}

describe('the sessions of an account', () => {
  let directory: string
  let clock: FakeClock
  let house: House
  const open = async (limits: BrokerOptions<Principal>['limits'] = {}): Promise<void> => {
    house = await openHouse({ directory, gate, clock, limits: { sessionTime: 24 * HOUR, sessionsPerAccount: 3, ...limits } })
  }
  const visit = async (clientId: string, username: string): Promise<boolean> => {
    const client = await RawClient.connected(house.port, clientId, { clean: false, username })
    await client.subscribe('a/+')
    await client.goodbye()
    await eventually('it is gone', () => !house.broker.isConnected(clientId))
    return client.of<IConnackPacket>('connack')[0]!.sessionPresent
  }
  const ids = (): string[] => house.broker.sessions().map(({ clientId }) => clientId).toSorted()
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-session-limits-'))
    clock = new FakeClock()
    await open()
  })
  afterEach(async () => {
    await house.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('end with their queues when nobody comes back to them in time, and those of devices do not', async () => {
    await visit('screen', 'flows')
    await visit('device-1', 'device-1')
    const publisher = await RawClient.connected(house.port, 'device-2', { username: 'device-2' })
    publisher.publish('a/1', 'waits')
    await publisher.next('puback')
    clock.tick(23 * HOUR)
    expect(ids()).to.deep.equal(['device-1', 'screen'])
    clock.tick(2 * HOUR)
    await eventually('it ended', () => ids().length === 1)
    expect(ids()).to.deep.equal(['device-1'])
    expect(house.broker.counters.endedSessions).to.equal(1)
    expect(await visit('device-1', 'device-1')).to.equal(true)
    const screen = await RawClient.connected(house.port, 'screen', { clean: false, username: 'flows' })
    await screen.ping()
    expect(screen.of<IConnackPacket>('connack')[0]!.sessionPresent).to.equal(false)
    expect(screen.of<IPublishPacket>('publish')).to.deep.equal([])
    await screen.goodbye()
    await publisher.goodbye()
  })

  it('do not end while somebody is connected, and their time begins when that one goes', async () => {
    const screen = await RawClient.connected(house.port, 'screen', { clean: false, username: 'flows' })
    clock.tick(48 * HOUR)
    expect(ids()).to.deep.equal(['screen'])
    await screen.goodbye()
    await eventually('it is gone', () => !house.broker.isConnected('screen'))
    clock.tick(23 * HOUR)
    expect(ids()).to.deep.equal(['screen'])
    clock.tick(2 * HOUR)
    expect(ids()).to.deep.equal([])
  })

  it('run out over a restart as well', async () => {
    await visit('screen', 'flows')
    await house.close()
    clock.tick(12 * HOUR)
    await open()
    clock.tick(13 * HOUR)
    await eventually('it ended', () => ids().length === 0)
    await house.close()
    await open()
    expect(ids()).to.deep.equal([])
  })

  it('are no more than it may have: the one that was away longest gives way, and another account loses nothing', async () => {
    await visit('others', 'somebody')
    for (const id of ['one', 'two', 'three']) {
      await visit(id, 'flows')
      clock.tick(1000)
    }
    await visit('one', 'flows')
    clock.tick(1000)
    expect(await visit('four', 'flows')).to.equal(false)
    expect(ids()).to.deep.equal(['four', 'one', 'others', 'three'])
    expect(house.broker.counters.endedSessions).to.equal(1)
    expect(house.broker.counters.sessions).to.equal(4)
  })

  it('are refused with code 2 when all of them are in use; one without a session comes in', async () => {
    const clients = await Promise.all(['one', 'two', 'three'].map((id) => RawClient.connected(house.port, id, { clean: false, username: 'flows' })))
    const fourth = await RawClient.open(house.port)
    expect((await fourth.connect('four', { clean: false, username: 'flows' })).returnCode).to.equal(2)
    await fourth.closedByBroker()
    expect(ids()).to.deep.equal(['one', 'three', 'two'])
    clients.push(await RawClient.connected(house.port, 'four', { clean: true, username: 'flows' }))
    await Promise.all(clients.map((client) => client.goodbye()))
  })

  it('are ended by the house with what waits for them, their connection first', async () => {
    await visit('screen', 'flows')
    const other = await RawClient.connected(house.port, 'other', { clean: false, username: 'flows' })
    const publisher = await RawClient.connected(house.port, 'device-2', { username: 'device-2' })
    publisher.publish('a/1', 'waits')
    await publisher.next('puback')
    for (const { clientId, account } of house.broker.sessions()) if (account === 'flows') await house.broker.endSession(clientId)
    await other.closed
    expect(ids()).to.deep.equal([])
    expect(await visit('screen', 'flows')).to.equal(false)
    await publisher.goodbye()
  })
})
