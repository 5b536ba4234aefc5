import { expect } from 'chai'
import { Logins } from '../../broker/logins.ts'
import type { Gate, Principal } from '../../broker/ports.ts'
import { eventually } from '../support/eventually.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { openHouse, testGate } from './house.ts'
import { RawClient } from './raw-client.ts'

const wrong = { password: Buffer.from('wrong') }

describe('a log-in', () => {
  it('that fails gets the code of the gate, 4 or 5, and is counted [MQTT-3.2.2-5]', async () => {
    const gate: Gate<Principal> = {
      ...testGate,
      authenticate: (login) => (login.clientId === 'stranger' ? { ok: false, code: 5, why: 'not enrolled' } : testGate.authenticate(login))
    }
    const house = await openHouse({ gate })
    for (const [id, code] of [['door', 4], ['stranger', 5]] as const) {
      const client = await RawClient.open(house.port)
      expect((await client.connect(id, wrong)).returnCode).to.equal(code)
      await client.closedByBroker()
    }
    expect(house.broker.counters.refusedLogins).to.equal(2)
    expect(house.recorder.events).to.deep.equal([])
    await house.close()
  })

  it('is answered with code 3 when the gate throws, and nobody else is hurt', async () => {
    let broken = true
    const gate: Gate<Principal> = {
      ...testGate,
      authenticate: (login) => {
        if (broken) throw new Error('the gate is broken')
        return testGate.authenticate(login)
      }
    }
    const house = await openHouse({ gate })
    const client = await RawClient.open(house.port)
    expect((await client.connect('door')).returnCode).to.equal(3)
    await client.closedByBroker()
    broken = false
    await (await RawClient.connected(house.port, 'door')).goodbye()
    await house.close()
  })

  it('closes the one connection when the gate throws at a publication, a subscription or a delivery', async () => {
    const fail = (): never => {
      throw new Error('the gate is broken')
    }
    const gate: Gate<Principal> = {
      ...testGate,
      mayPublish: (principal, topic) => (topic === 'broken' ? fail() : testGate.mayPublish(principal, topic)),
      maySubscribe: (principal, filter) => (filter === 'broken' ? fail() : testGate.maySubscribe(principal, filter)),
      mayReceive: (principal, topic) => (topic === 'unreadable' ? fail() : testGate.mayReceive(principal, topic))
    }
    const house = await openHouse({ gate })
    const other = await RawClient.connected(house.port, 'other')
    await other.subscribe('#')
    const publisher = await RawClient.connected(house.port, 'publisher')
    publisher.publish('broken', 'x')
    const subscriber = await RawClient.connected(house.port, 'subscriber')
    subscriber.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'broken', qos: 0 }] })
    await Promise.all([publisher.closedByBroker(), subscriber.closedByBroker()])
    other.publish('unreadable', 'x', { messageId: 1 })
    other.publish('readable', 'x', { messageId: 2 })
    await other.next('publish')
    expect(other.of('publish')).to.have.length(1)
    await other.destroy()
    await house.close()
  })

  it('of a client whose log-in failed again and again waits, that of its neighbour at the same address does not', async () => {
    const clock = new FakeClock()
    const house = await openHouse({ clock })
    for (let n = 0; n < 5; n += 1) {
      const client = await RawClient.open(house.port)
      const answer = client.connect('door', wrong)
      clock.tick(0)
      await eventually('an answer, the wait being over', () => {
        clock.tick(1000)
        return client.of('connack').length === 1
      })
      await answer
    }
    const right = await RawClient.open(house.port)
    const answer = right.connect('door')
    await (await RawClient.connected(house.port, 'neighbour')).goodbye()
    expect(right.of('connack')).to.have.length(0)
    await eventually('it waits', () => house.broker.counters.slowedLogins === 3)
    clock.tick(5000)
    expect((await answer).returnCode).to.equal(0)
    await right.goodbye()
    const again = await RawClient.connected(house.port, 'door')
    await again.goodbye()
    await house.close()
  })

  it('of a client that goes while it waits leaves nothing behind', async () => {
    const clock = new FakeClock()
    const house = await openHouse({ clock })
    for (let n = 0; n < 4; n += 1) {
      const client = await RawClient.open(house.port)
      void client.connect('door', wrong).catch(() => null)
      await eventually('an answer or a wait', () => client.of('connack').length === 1 || house.broker.counters.slowedLogins > 0)
      await client.destroy()
    }
    clock.tick(10_000)
    await eventually('nobody is left', () => house.broker.counters.strangers === 0)
    await (async () => {
      const client = await RawClient.open(house.port)
      const answer = client.connect('door')
      await eventually('it waits or is in', () => {
        clock.tick(1000)
        return client.of('connack').length === 1
      })
      expect((await answer).returnCode).to.equal(0)
      await client.goodbye()
    })()
    await house.close()
  })
})

describe('the memory of failed log-ins', () => {
  it('forgives two failures, then doubles the wait up to five seconds', () => {
    const logins = new Logins(new FakeClock())
    const waits = Array.from({ length: 10 }, () => {
      const wait = logins.delay('10.0.0.1', 'door')
      logins.failed('10.0.0.1', 'door')
      return wait
    })
    expect(waits).to.deep.equal([0, 0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000])
    expect(logins.delay('10.0.0.1', 'other')).to.equal(0)
    expect(logins.delay('10.0.0.2', 'door')).to.equal(0)
  })

  it('ends with a success, and after ten quiet minutes', () => {
    const clock = new FakeClock()
    const logins = new Logins(clock)
    for (let n = 0; n < 9; n += 1) logins.failed('10.0.0.1', 'door')
    clock.tick(10 * 60_000 + 1)
    expect(logins.delay('10.0.0.1', 'door')).to.equal(0)
    for (let n = 0; n < 9; n += 1) logins.failed('10.0.0.1', 'door')
    logins.succeeded('10.0.0.1', 'door')
    expect(logins.delay('10.0.0.1', 'door')).to.equal(0)
  })

  it('is bounded in number and in length', () => {
    const logins = new Logins(new FakeClock())
    for (let n = 0; n < 10_050; n += 1) logins.failed('10.0.0.1', `${'x'.repeat(60_000)}${n}`.slice(-60_000 + (n % 7)))
    for (let n = 0; n < 10_050; n += 1) logins.failed('10.0.0.1', `door-${n}`)
    expect(logins.remembered).to.equal(10_000)
  })
})
