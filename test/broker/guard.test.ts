import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { generate } from 'mqtt-packet'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import { RawClient } from './raw-client.ts'

/** A PUBLISH header that announces so many bytes (four length bytes at most). */
function announce(bytes: number, first = 0x30): Buffer {
  const header = [first]
  let rest = bytes
  do {
    const digit = rest % 128
    rest = Math.floor(rest / 128)
    header.push(rest > 0 ? digit | 0x80 : digit)
  } while (rest > 0)
  return Buffer.from(header)
}

describe('the guard before the parser', () => {
  it('closes at a frame of more than 1 MiB, as soon as it is announced, and puts it on record with its device', async () => {
    const house = await openHouse()
    const client = await RawClient.connected(house.port, 'camera')
    client.raw(announce(1024 * 1024 - 4 + 1))
    await client.closedByBroker()
    await house.recorder.saw('violated camera frame-too-large')
    expect(house.broker.counters.violations).to.equal(1)
    await house.close()
  })

  it('takes a frame of exactly 1 MiB, its header counted', async () => {
    const house = await openHouse()
    const client = await RawClient.connected(house.port, 'camera')
    const topic = Buffer.from('\0\x03a/b', 'latin1')
    client.raw(Buffer.concat([announce(1024 * 1024 - 4, 0x32), topic, Buffer.from([0, 1]), Buffer.alloc(1024 * 1024 - 11)]))
    await client.next('puback')
    expect(house.recorder.messages[0]!.payload).to.have.length(1024 * 1024 - 11)
    await client.destroy()
    await house.close()
  })

  it('allows far less before the log-in: a CONNECT of 72 KiB, a will of 64 KiB included', async () => {
    const house = await openHouse()
    const stranger = await RawClient.open(house.port)
    stranger.raw(announce(72 * 1024 - 4 + 1, 0x10))
    await stranger.closedByBroker()
    const will = { topic: 'status/x', payload: Buffer.alloc(65_535), qos: 0 as const, retain: false }
    const client = await RawClient.connected(house.port, 'door', { will })
    await client.goodbye()
    await house.close()
  })

  it('closes at a first packet that is no CONNECT, at its header [MQTT-3.1.0-1]', async () => {
    const house = await openHouse()
    const stranger = await RawClient.open(house.port)
    stranger.raw(announce(20_000))
    await stranger.closedByBroker()
    await house.close()
  })

  it('closes a connection that does not bring its CONNECT in time', async () => {
    const house = await openHouse({ limits: { connectTime: 100 } })
    const silent = await RawClient.open(house.port)
    const dribbling = await RawClient.open(house.port)
    dribbling.raw(announce(1000, 0x10))
    await Promise.all([silent.closedByBroker(), dribbling.closedByBroker()])
    await eventually('nobody left', () => house.broker.counters.strangers === 0)
    await house.close()
  })

  it('closes a logged-in connection whose frame dribbles in, and leaves a quiet one alone', async () => {
    const house = await openHouse({ limits: { frameTime: 200 } })
    const quiet = await RawClient.connected(house.port, 'quiet')
    const slow = await RawClient.connected(house.port, 'slow')
    slow.raw(announce(1000))
    const drip = setInterval(() => slow.raw(Buffer.from('.')), 20)
    await slow.closedByBroker()
    clearInterval(drip)
    await house.recorder.saw('violated slow frame-too-slow')
    await quiet.ping()
    await quiet.destroy()
    await house.close()
  })

  it('turns new strangers away when there are too many, counts nobody who has logged in, and takes them again', async () => {
    const house = await openHouse({ limits: { strangers: 3 } })
    const guests = []
    for (const id of ['a', 'b', 'c', 'd', 'e']) guests.push(await RawClient.connected(house.port, id))
    const strangers = [await RawClient.open(house.port), await RawClient.open(house.port), await RawClient.open(house.port)]
    await eventually('three strangers', () => house.broker.counters.strangers === 3)
    const fourth = await RawClient.open(house.port)
    await fourth.closedByBroker()
    expect(house.broker.counters.turnedAway).to.equal(1)
    await strangers[0]!.destroy()
    await eventually('room again', () => house.broker.counters.strangers === 2)
    const late = await RawClient.connected(house.port, 'late')
    await Promise.all([...guests, ...strangers, late].map((client) => client.destroy()))
    await house.close()
  })

  it('survives everything that can be cut off or made up: random bytes, broken packets', async () => {
    const house = await openHouse()
    const whole = generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0, clientId: 'x', username: 'x', password: Buffer.from('right') })
    let seed = 1
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    for (let round = 0; round < 150; round += 1) {
      const client = await RawClient.open(house.port)
      if (round % 2 === 0) client.raw(whole)
      client.raw(Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256))))
      if (round % 3 === 0) client.stream.end()
      else setImmediate(() => client.stream.destroy())
    }
    const fresh = await RawClient.connected(house.port, 'fresh')
    fresh.publish('a/1', 'x')
    await fresh.next('puback')
    await fresh.destroy()
    await eventually('nobody left', () => house.broker.counters.strangers === 0 && house.broker.connectedCount === 0)
    await house.close()
  })

  it('holds its memory: 15 strangers announce 243 MB and stream 40 MB each, it grows by less than 20 MB and serves a fresh client', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gatehouse-broker-test-'))
    const child = fork(join(import.meta.dirname, 'broker-process.ts'), [directory], { execArgv: ['--expose-gc'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const answer = async (question: string): Promise<number> => {
      child.send(question)
      const [value] = (await once(child, 'message')) as [number]
      return value
    }
    const [port] = (await once(child, 'message')) as [number]
    // Warmed up, so that what is measured is not the first use of code.
    for (let n = 0; n < 50; n += 1) await (await RawClient.connected(port, `warm-${n}`)).goodbye()
    const before = await answer('memory')
    const chunk = Buffer.alloc(64 * 1024)
    await Promise.all(Array.from({ length: 15 }, async (_, n) => {
      const stranger = await RawClient.open(port)
      stranger.raw(announce(243_000_000, n % 2 === 0 ? 0x10 : 0x30))
      for (let sent = 0; sent < 40_000_000 && !stranger.isClosed; sent += chunk.length) {
        if (!stranger.stream.write(chunk)) await Promise.race([once(stranger.stream, 'drain').catch(() => null), stranger.closed])
      }
      await stranger.destroy()
    }))
    const most = await answer('peak')
    expect((most - before) / 1e6).to.be.below(20)
    const fresh = await RawClient.connected(port, 'fresh')
    fresh.publish('a/1', 'x')
    await fresh.next('puback')
    await fresh.destroy()
    child.kill()
    await once(child, 'exit')
    rmSync(directory, { recursive: true, force: true })
  })
})
