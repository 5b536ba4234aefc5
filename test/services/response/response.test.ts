import { expect } from 'chai'
import type { Alarm, TransitionName } from '../../../protocol/alarm.ts'
import type { Rejection } from '../../../services/brain/outcome.ts'
import { Directory } from '../../../services/registry/directory.ts'
import { AlarmTopics } from '../../../services/response/alarm-topics.ts'
import { PacedTransitions } from '../../../services/response/paced-transitions.ts'
import type { AlarmTransition } from '../../../services/response/paced-transitions.ts'
import { Rejections } from '../../../services/response/rejections.ts'
import { FakeClock } from '../../support/fake-clock.ts'

function told(id: string, name: TransitionName, occurrences = 1, state: Alarm['state'] = 'active'): AlarmTransition {
  return {
    alarm: { id, compound: 'c07', state, occurrences } as Alarm,
    transition: { n: occurrences, name, at: 0, who: 'system', note: null, occurrences }
  }
}

describe('transitions on their way out', () => {
  function paced(): { clock: FakeClock; out: string[]; pacer: PacedTransitions } {
    const clock = new FakeClock()
    const out: string[] = []
    return { clock, out, pacer: new PacedTransitions(clock, ({ alarm, transition }) => out.push(`${alarm.id} ${transition.name} ${transition.occurrences}`)) }
  }

  it('leave at once, counts at most once a second and alarm, the newest count last', () => {
    const { clock, out, pacer } = paced()
    pacer.take(told('a1', 'raised'))
    for (let n = 2; n <= 10; n += 1) pacer.take(told('a1', 'counted', n))
    pacer.take(told('a2', 'counted', 5))
    expect(out).to.deep.equal(['a1 raised 1', 'a1 counted 2', 'a2 counted 5'])
    clock.tick(1000)
    expect(out.slice(3)).to.deep.equal(['a1 counted 10'])
    clock.tick(5000)
    expect(out).to.have.length(4)
    pacer.stop()
  })

  it('never tell an old count after a newer transition', () => {
    const { clock, out, pacer } = paced()
    pacer.take(told('a1', 'counted', 2))
    pacer.take(told('a1', 'counted', 3))
    pacer.take(told('a1', 'cleared', 3))
    clock.tick(3000)
    expect(out).to.deep.equal(['a1 counted 2', 'a1 cleared 3'])
    pacer.stop()
  })
})

describe('the topic of an alarm', () => {
  function topics(): { sent: { topic: string; payload: string; retain: boolean }[]; topics: AlarmTopics } {
    const sent: { topic: string; payload: string; retain: boolean }[] = []
    return { sent, topics: new AlarmTopics((message) => sent.push(message)) }
  }

  it('is retained while the alarm is open and tells its end before it is emptied', () => {
    const { sent, topics: alarms } = topics()
    alarms.tell(told('a1', 'raised'))
    alarms.tell(told('a1', 'closed', 1, 'closed'))
    expect(sent.map(({ topic, payload, retain }) => [topic, payload === '' ? '' : (JSON.parse(payload) as Alarm).state, retain])).to.deep.equal([
      ['v1/c07/alarms/a1', 'active', true],
      ['v1/c07/alarms/a1', 'closed', false],
      ['v1/c07/alarms/a1', '', true]
    ])
  })

  it('says after a restart what is open and nothing else', async () => {
    const { sent, topics: alarms } = topics()
    await alarms.restore(new Map([['a2', told('a2', 'raised').alarm]]), ['v1/c07/alarms/a1', 'v1/c07/alarms/a2'])
    expect(sent.map(({ topic, payload }) => [topic, payload !== ''])).to.deep.equal([
      ['v1/c07/alarms/a1', false],
      ['v1/c07/alarms/a2', true]
    ])
  })

  it('is told slice by slice after a restart, of each alarm as it is by then', async () => {
    const { sent, topics: alarms } = topics()
    const open = new Map(Array.from({ length: 200 }, (_, n) => [`a${n + 1}`, told(`a${n + 1}`, 'raised').alarm]))
    const restored = alarms.restore(open, [])
    expect(sent.length).to.be.within(1, 100)
    // Meanwhile one of those that are not told yet ends, and another one clears.
    open.delete('a199')
    alarms.tell(told('a199', 'closed', 1, 'closed'))
    open.set('a200', told('a200', 'cleared', 1, 'cleared').alarm)
    alarms.tell(told('a200', 'cleared', 1, 'cleared'))
    await restored
    const last = new Map(sent.filter(({ retain }) => retain).map(({ topic, payload }) => [topic, payload === '' ? null : (JSON.parse(payload) as Alarm).state]))
    expect(last.size).to.equal(200)
    expect([last.get('v1/c07/alarms/a1'), last.get('v1/c07/alarms/a199'), last.get('v1/c07/alarms/a200')]).to.deep.equal(['active', null, 'cleared'])
  })
})

describe('a rejection', () => {
  const rejection = (device: string, code: string): Rejection =>
    ({ device, code, message: 'm', path: 'p', channel: 'telemetry', boot: 'b', seq: 1, receivedAt: 5 }) as Rejection

  it('goes to the device’s own topic, at most once a second and device', () => {
    const clock = new FakeClock()
    const directory = new Directory()
    for (const id of ['d1', 'd2']) directory.devices.set(id as never, { id, kind: 'door', compound: 'c07' } as never)
    const sent: { topic: string; payload: string; qos: 0 | 1; retain: boolean }[] = []
    const rejections = new Rejections(directory, (message) => sent.push(message), clock)
    rejections.tell(rejection('d1', 'one'))
    rejections.tell(rejection('d1', 'two'))
    rejections.tell(rejection('d2', 'three'))
    rejections.tell(rejection('unknown', 'four'))
    clock.tick(1000)
    rejections.tell(rejection('d1', 'five'))
    expect(sent.map(({ topic, payload }) => [topic, (JSON.parse(payload) as Rejection).code])).to.deep.equal([
      ['v1/c07/door/d1/rejected', 'one'],
      ['v1/c07/door/d2/rejected', 'three'],
      ['v1/c07/door/d1/rejected', 'five']
    ])
    // A time server puts the clock back by an hour: nobody is muted for that long.
    clock.set(clock.now() - 3_600_000)
    clock.tick(1000)
    rejections.tell(rejection('d1', 'six'))
    expect(sent.map(({ payload }) => (JSON.parse(payload) as Rejection).code)).to.deep.equal(['one', 'three', 'five', 'six'])
    expect(sent[0]).to.include({ qos: 0, retain: false })
    expect(JSON.parse(sent[0]!.payload)).to.deep.equal({ code: 'one', message: 'm', path: 'p', channel: 'telemetry', boot: 'b', seq: 1, receivedAt: 5 })
  })
})
