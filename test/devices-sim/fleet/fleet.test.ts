import { expect } from 'chai'
import type { DeviceId } from '../../../protocol/names.ts'
import { Agenda } from '../../../devices-sim/agenda.ts'
import { Fleet } from '../../../devices-sim/fleet/fleet.ts'
import type { Link } from '../../../devices-sim/fleet/speaker.ts'
import type { LinkListener, Outgoing } from '../../../devices-sim/mqtt-link.ts'
import { createPilot } from '../../../devices-sim/pilot.ts'
import { channelOf, parseTopic } from '../../../protocol/topics.ts'
import { StillClock } from '../support/still-clock.ts'

interface Said {
  readonly topic: string
  readonly body: Record<string, unknown>
  readonly retain: boolean
}

/** A link that is there as soon as it is started, and notes what goes through it. */
class Notebook implements Link {
  online = false
  lost = false
  readonly pending = 0
  readonly listener: LinkListener
  readonly #said: Said[]

  constructor(listener: LinkListener, said: Said[]) {
    this.listener = listener
    this.#said = said
  }
  start(): void {
    this.online = true
    this.listener.connected()
  }
  stop(): void {
    this.online = false
  }
  cut(): void {
    this.online = false
  }
  freeze(): void {
    this.online = false
  }
  thaw(): void {
    this.start()
  }
  publish(message: Outgoing): void {
    const body = message.body(false)
    this.#said.push({ topic: message.topic, retain: message.retain, body: typeof body === 'string' ? (JSON.parse(body) as Record<string, unknown>) : {} })
  }
}

function live(seed: number, span: number, rate = 1, silence = (): number => Infinity): { said: Said[]; fleet: Fleet; clock: StillClock; links: Map<string, Notebook> } {
  const said: Said[] = []
  const links = new Map<string, Notebook>()
  const clock = new StillClock(1_790_000_000_000)
  const agenda = new Agenda(clock)
  const pilot = createPilot(2, 20)
  const fleet = new Fleet([...pilot.devices.values()], 'gateway', { agenda, seed, rate, silence }, ({ about, listener }) => {
    const link = new Notebook(listener, said)
    links.set(about.id, link)
    return link
  }, { rejected: () => undefined, command: () => undefined, refused: () => undefined })
  fleet.switchOn()
  clock.pass(span)
  return { said, fleet, clock, links }
}

describe('The fleet', () => {
  it('says the same in the same order for the same seed', () => {
    expect(live(7, 1_800_000).said).to.deep.equal(live(7, 1_800_000).said)
  })

  it('says something else for another seed', () => {
    expect(live(7, 600_000).said).not.to.deep.equal(live(8, 600_000).said)
  })

  it('reports as often as the pilot does: detectors every 10 min, doors every minute, cameras every 30 s, gateways every minute', () => {
    const { said } = live(1, 3_600_000)
    const per = (kind: string): number => {
      const all = said.filter(({ topic }) => topic.includes(`/${kind}/`) && topic.endsWith('/telemetry'))
      return all.length / new Set(all.map((one) => one.topic)).size
    }
    expect(per('smoke')).to.be.closeTo(6, 1.5)
    expect(per('door')).to.be.closeTo(60, 2)
    expect(per('camera')).to.be.closeTo(120, 2)
    expect(per('gateway')).to.be.closeTo(60, 2)
  })

  it('reports three times within the silence that the platform allows', () => {
    const { said } = live(1, 600_000, 1, () => 30_000)
    const doors = said.filter(({ topic }) => topic.includes('c01-door-01/telemetry'))
    expect(doors.length).to.be.within(59, 63)
  })

  it('tells what it stored in one array, an element with the same key as the same message again', () => {
    const { said, fleet } = live(1, 1_000)
    const device = fleet.devices.get('c01-smoke-0001' as never)
    const items = [{ ago: 7_000, key: 1, fields: { obscuration: 1 } }, { ago: 5_000, key: 2, fields: { obscuration: 2 } }]
    device?.tellStored('telemetry', items)
    device?.tellStored('telemetry', items.toReversed())
    const [first, again] = said.slice(-2).map(({ body }) => body as unknown as Record<string, unknown>[])
    expect(first?.map((one) => [one.historical, one.obscuration])).to.deep.equal([[true, 1], [true, 2]])
    expect(Number(first?.[1]?.ts) - Number(first?.[0]?.ts)).to.equal(2_000)
    expect(again).to.deep.equal(first?.toReversed())
  })

  it('says it with the clock that a scenario gives it, and byte for byte what no device should say', () => {
    const { said, fleet, clock } = live(1, 1_000)
    const device = fleet.devices.get('c01-door-01' as never)
    device?.tell('telemetry', { open: false }, -3_600_000)
    expect(said.at(-1)?.body.ts).to.equal(clock.now() - 3_600_000)
    device?.tellRaw('nonsense', '{"a":1}')
    expect(said.at(-1)).to.deep.equal({ topic: 'v1/c01/door/c01-door-01/nonsense', retain: false, body: { a: 1 } })
  })

  it('is faster with a higher rate', () => {
    const slow = live(1, 600_000).said.length
    expect(live(1, 600_000, 10).said.length).to.be.greaterThan(5 * slow)
  })

  it('uses topics of the contract, a boot and one counter a channel without gaps', () => {
    const { said } = live(3, 3_600_000)
    const counters = new Map<string, number>()
    for (const { topic, body, retain } of said) {
      const parsed = parseTopic(topic)
      expect(parsed && channelOf(parsed.kind, parsed.channel)?.direction).to.equal('to-platform')
      expect(retain).to.equal(parsed?.channel === 'status')
      if (parsed?.channel === 'status') continue
      expect(body.seq).to.equal(counters.get(topic) ?? 0)
      expect(String(body.boot).length).to.be.within(1, 16)
      counters.set(topic, Number(body.seq) + 1)
    }
  })

  it('never opens a door without letting somebody through in the 5 s before, and closes it again', () => {
    const doors = Map.groupBy(live(5, 4 * 3_600_000, 20).said.filter(({ topic }) => topic.includes('/door/') && topic.endsWith('/event')), (one) => one.topic)
    let opened = 0
    for (const events of doors.values()) {
      for (const [index, { body }] of events.entries()) {
        if (body.type !== 'opened') continue
        opened++
        const before = events[index - 1]?.body
        expect(before?.type).to.be.oneOf(['granted', 'exit-request'])
        expect(Number(body.ts) - Number(before?.ts)).to.be.lessThan(5_000)
        const after = events[index + 1]?.body
        if (after) expect(after.type).to.equal('closed')
      }
    }
    expect(opened).to.be.greaterThan(20)
  })

  it('gives nobody a reason for an alarm', () => {
    for (const { topic, body } of live(9, 24 * 3_600_000).said) {
      if (!topic.includes('/smoke/')) continue
      expect(body).to.include({ alarm: false, tamper: false, fault: false })
      expect(body.obscuration).to.be.within(0, 1)
      expect(body.temperature).to.be.within(10, 30)
      expect(body.battery).to.be.at.least(16)
    }
  })

  it('starts anew after a power cut: another boot, counters from zero, silence in between', () => {
    const { said, fleet, clock } = live(1, 120_000)
    const speaker = fleet.speakers[0]!
    const own = (): Said[] => said.filter(({ topic }) => topic.includes(`/${speaker.self.about.id}/`) && topic.endsWith('/telemetry'))
    const boot = own()[0]?.body.boot
    speaker.cutPower()
    const before = own().length
    clock.pass(300_000)
    expect(own()).to.have.length(before)
    speaker.switchOn()
    clock.pass(120_000)
    const first = own()[before]
    expect(first?.body.seq).to.equal(0)
    expect(first?.body.boot).not.to.equal(boot)
  })

  it('answers a command with accepted and then done, or failed when it does not know it', () => {
    const { said, clock, links } = live(1, 10_000)
    const link = links.get('c01-gateway-01')!
    for (const [id, name] of [['7', 'self-test'], ['8', 'fly']]) {
      link.listener.received('v1/c01/smoke/c01-smoke-0001/command', Buffer.from(JSON.stringify({ id, name, args: {}, expiresAt: 0 })))
      clock.pass(1_000)
    }
    const results = said.filter(({ topic }) => topic.endsWith('/result')).map(({ topic, body }) => [topic, body.state])
    expect(results).to.deep.equal([
      ['v1/c01/smoke/c01-smoke-0001/command/7/result', 'accepted'], ['v1/c01/smoke/c01-smoke-0001/command/7/result', 'done'],
      ['v1/c01/smoke/c01-smoke-0001/command/8/result', 'accepted'], ['v1/c01/smoke/c01-smoke-0001/command/8/result', 'failed']
    ])
  })

  it('accepts a command and does not obey it while a scenario alone says what it does', () => {
    const { fleet, said, clock, links } = live(1, 10_000)
    fleet.devices.get('c01-smoke-0001' as DeviceId)?.reserve()
    const before = said.length
    links.get('c01-gateway-01')!.listener.received('v1/c01/smoke/c01-smoke-0001/command', Buffer.from(JSON.stringify({ id: 'k7', name: 'self-test', args: {}, expiresAt: 0 })))
    clock.pass(1_000)
    const since = said.slice(before).filter(({ topic }) => topic.startsWith('v1/c01/smoke/c01-smoke-0001/'))
    expect(since.map(({ topic, body }) => [topic.split('/').slice(4).join('/'), body.state])).to.deep.equal([['command/k7/result', 'accepted'], ['command/k7/result', 'failed']])
  })

  it('answers a command that comes again by what it said before, and does not do it twice', () => {
    const { said, clock, links } = live(1, 10_000)
    const before = said.length
    for (let time = 0; time < 2; time++) {
      links.get('c01-gateway-01')!.listener.received('v1/c01/smoke/c01-smoke-0001/command', Buffer.from(JSON.stringify({ id: 'k7', name: 'self-test', args: {}, expiresAt: 0 })))
      clock.pass(1_000)
    }
    const since = said.slice(before).filter(({ topic }) => topic.startsWith('v1/c01/smoke/c01-smoke-0001/'))
    expect(since.filter(({ topic }) => topic.endsWith('/k7/result')).map(({ body }) => body.state)).to.deep.equal(['accepted', 'done', 'accepted', 'done'])
    expect(since.filter(({ topic }) => topic.endsWith('/event')).map(({ body }) => body.type)).to.deep.equal(['test'])
  })

  it('marks as historical what it could send only much later', () => {
    const bodies: string[] = []
    const { fleet } = live(1, 1_000)
    const device = fleet.devices.values().next().value!
    const speaker = fleet.speakerOf.get(device.about.id)!
    speaker.link.publish = ({ body }) => void bodies.push(String(body(true)), String(body(false)))
    device.event('test')
    expect(bodies.map((one) => (JSON.parse(one) as { historical?: boolean }).historical)).to.deep.equal([true, undefined])
  })
})
