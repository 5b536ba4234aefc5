import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { IConnackPacket, IPublishPacket } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import { RawClient } from './raw-client.ts'

async function sessionPresent(port: number, id: string, clean: boolean): Promise<boolean> {
  const client = await RawClient.connected(port, id, { clean })
  await client.goodbye()
  return client.of<IConnackPacket>('connack')[0]!.sessionPresent
}

/** Fills a broker with a session, a queue of three, and a retained message. */
async function fill(port: number): Promise<void> {
  const flows = await RawClient.connected(port, 'flows', { clean: false })
  await flows.subscribe('a/+', 1)
  await flows.goodbye()
  const device = await RawClient.connected(port, 'door')
  for (const n of [1, 2, 3]) {
    device.publish(`a/${n}`, `${n}`, { messageId: n })
    await device.next('puback')
  }
  device.publish('status/door', 'online', { retain: true, messageId: 4 })
  await device.next('puback')
  // What was acknowledged is queued a moment later; a ping of the same client comes behind it.
  await device.ping()
  await device.destroy()
}

async function expectFilled(port: number): Promise<void> {
  const flows = await RawClient.connected(port, 'flows', { clean: false })
  expect(flows.of<IConnackPacket>('connack')[0]!.sessionPresent).to.equal(true)
  await flows.next('publish', ({ topic }: IPublishPacket) => topic === 'a/3')
  expect(flows.of<IPublishPacket>('publish').map(({ payload }) => String(payload))).to.deep.equal(['1', '2', '3'])
  for (const packet of flows.of<IPublishPacket>('publish')) flows.acknowledge(packet)
  flows.publish('a/4', 'live', { messageId: 1 })
  expect(String((await flows.next<IPublishPacket>('publish', ({ topic }) => topic === 'a/4')).payload)).to.equal('live')
  await flows.subscribe('status/#', 1, 2)
  const status = await flows.next<IPublishPacket>('publish', ({ topic }) => topic === 'status/door')
  expect({ payload: String(status.payload), retain: status.retain }).to.deep.equal({ payload: 'online', retain: true })
  await flows.destroy()
}

describe('a session', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-session-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('is said to be present also when it has no subscriptions, and ends with a clean one [MQTT-3.2.2-2] [MQTT-3.2.2-3]', async () => {
    const house = await openHouse({ directory })
    expect(await sessionPresent(house.port, 'flows', false)).to.equal(false)
    expect(await sessionPresent(house.port, 'flows', false)).to.equal(true)
    expect(await sessionPresent(house.port, 'flows', true)).to.equal(false)
    expect(await sessionPresent(house.port, 'flows', true)).to.equal(false)
    expect(await sessionPresent(house.port, 'flows', false)).to.equal(false)
    await house.close()
    const next = await openHouse({ directory })
    expect(await sessionPresent(next.port, 'flows', false)).to.equal(true)
    await next.close()
  })

  it('survives a restart, with its subscriptions, its queue in order, and the retained messages', async () => {
    const house = await openHouse({ directory })
    await fill(house.port)
    await house.close()
    const next = await openHouse({ directory })
    await expectFilled(next.port)
    await next.close()
  })

  it('survives kill -9', async () => {
    const start = async (): Promise<{ child: ChildProcess; port: number }> => {
      const child = fork(join(import.meta.dirname, 'broker-process.ts'), [directory])
      const [port] = (await once(child, 'message')) as [number]
      return { child, port }
    }
    const kill = async (child: ChildProcess): Promise<void> => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const first = await start()
    await fill(first.port)
    await kill(first.child)
    const second = await start()
    await expectFilled(second.port)
    await kill(second.child)
  })

  it('gets a queue over several restarts in the order in which it was filled', async () => {
    for (let run = 0; run < 3; run += 1) {
      const house = await openHouse({ directory })
      if (run === 0) {
        const flows = await RawClient.connected(house.port, 'flows', { clean: false })
        await flows.subscribe('a', 1)
        await flows.goodbye()
      }
      for (let n = 0; n < 12; n += 1) await house.broker.publish({ topic: 'a', payload: `${run}-${n}`, qos: 1, retain: false })
      await house.close()
    }
    const house = await openHouse({ directory })
    const flows = await RawClient.connected(house.port, 'flows', { clean: false })
    await eventually('all are there', () => flows.of('publish').length === 36)
    const wanted = [0, 1, 2].flatMap((run) => Array.from({ length: 12 }, (_, n) => `${run}-${n}`))
    expect(flows.of<IPublishPacket>('publish').map(({ payload }) => String(payload))).to.deep.equal(wanted)
    await flows.destroy()
    await house.close()
  })

  it('loses a subscription that is not allowed any more when it comes back, and nothing is queued for it', async () => {
    const { testGate } = await import('./house.ts')
    let allowed = true
    const gate = { ...testGate, maySubscribe: (principal: { id: string }, filter: string) => allowed && testGate.maySubscribe(principal, filter) }
    const house = await openHouse({ directory, gate })
    const before = await RawClient.connected(house.port, 'flows', { clean: false })
    await before.subscribe('a', 1)
    await before.goodbye()
    allowed = false
    await (await RawClient.connected(house.port, 'flows', { clean: false })).goodbye()
    allowed = true
    await house.broker.publish({ topic: 'a', payload: 'x', qos: 1, retain: false })
    const after = await RawClient.connected(house.port, 'flows', { clean: false })
    await after.ping()
    expect(after.of('publish')).to.have.length(0)
    await after.destroy()
    await house.close()
  })

  it('gets nothing queued for a filter that was refused beside one that was granted', async () => {
    const house = await openHouse({ directory })
    const before = await RawClient.connected(house.port, 'flows', { clean: false })
    before.send({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'forbidden/1', qos: 1 }, { topic: 'a', qos: 1 }] })
    expect(await before.next('suback')).to.deep.include({ granted: [128, 1] })
    await before.goodbye()
    await house.broker.publish({ topic: 'forbidden/1', payload: 'x', qos: 1, retain: false })
    await house.broker.publish({ topic: 'a', payload: 'y', qos: 1, retain: false })
    const after = await RawClient.connected(house.port, 'flows', { clean: false })
    expect((await after.next<IPublishPacket>('publish')).topic).to.equal('a')
    await after.ping()
    expect(after.of('publish')).to.have.length(1)
    await after.destroy()
    await house.close()
  })

  it('is not shared by two brokers: the second says so', async () => {
    const house = await openHouse({ directory })
    const error = await openHouse({ directory }).then(() => null, (thrown: Error & { code?: string }) => thrown)
    expect(error?.code).to.equal('mqtt-store-unusable')
    await house.close()
  })
})
