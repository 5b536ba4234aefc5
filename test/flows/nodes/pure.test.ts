import { expect } from 'chai'
import type { Alarm, Transition } from '../../../protocol/alarm.ts'
import { addressOf } from '../../../flows/nodes/platform/address.ts'
import { AlarmStream } from '../../../flows/nodes/platform/alarm-stream.ts'
import { listOf, numberOf, wantedText } from '../../../flows/nodes/platform/fields.ts'
import { Sampler } from '../../../flows/nodes/platform/sampler.ts'
import { missedMoment, nextMoment, readSchedule } from '../../../flows/nodes/platform/schedule.ts'
import { eventually } from '../../support/eventually.ts'

describe('What a node hears of alarms', () => {
  const alarm = (id: string, more: Partial<Alarm> = {}): Alarm => ({
    id, rule: 'smoke.alarm', severity: 'critical', state: 'active', acknowledged: false, occurrences: 1, receivedAt: 5, clearedAt: null, shelvedUntil: null, suppressedBy: null, ...more
  } as Alarm)
  const names = ({ told }: { told: readonly { alarm: Alarm; transition: { name: string } }[] }): string[] => told.map(({ alarm: { id }, transition: { name } }) => `${id} ${name}`)

  it('begins with what is open', () => {
    const stream = new AlarmStream()
    expect(stream.open()).to.deep.equal([])
    expect(names(stream.picture([alarm('a1'), alarm('a2')]))).to.deep.equal(['a1 open', 'a2 open'])
    expect(stream.open().map((told) => told.alarm.id)).to.deep.equal(['a1', 'a2'])
  })

  it('has no gap where the connection had one: what happened meanwhile is told once', () => {
    const stream = new AlarmStream()
    stream.picture(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((id) => alarm(id)))
    stream.event(alarm('a7'), { n: 1, name: 'raised', at: 6, who: 'system', note: null, occurrences: 1 } satisfies Transition)
    const picture = stream.picture([
      alarm('a1'), alarm('a2', { state: 'cleared', clearedAt: 9 }), alarm('a3', { acknowledged: true }), alarm('a4', { occurrences: 3 }), alarm('a5', { severity: 'high' }), alarm('a7'), alarm('a8')
    ])
    expect(names(picture)).to.deep.equal(['a2 cleared', 'a3 acknowledged', 'a4 counted', 'a5 severity-changed', 'a8 raised'])
    expect(picture.gone.map(({ id }) => id)).to.deep.equal(['a6'])
    expect(picture.told[0]?.transition.at).to.equal(9)
    expect(names(stream.picture([alarm('a1'), alarm('a2', { occurrences: 2 })]))).to.deep.equal(['a2 reactivated'])
  })
})

describe('The sampler of a node', () => {
  it('lets so many through a second, keeps the newest of each device, and counts the rest', async () => {
    const out: string[] = []
    const lost: number[] = []
    const sampler = new Sampler<string>(2, (item) => out.push(item), (count) => lost.push(count))
    for (const item of ['a1', 'b1', 'a2', 'a3', 'b2', 'c1']) sampler.take(item.slice(0, 1), item)
    expect(out).to.deep.equal(['a1', 'b1'])
    // a2 gave way to a3, a3 to c1: two at most wait.
    await eventually('the next second', () => out.length === 4)
    expect(out.slice(2)).to.deep.equal(['b2', 'c1'])
    expect(lost).to.deep.equal([2])
    await eventually('it says that nothing is left out any longer', () => lost.length === 2)
    expect(lost).to.deep.equal([2, 0])
    sampler.stop()
  })
})

describe('A time of day', () => {
  const at = (text: string, days: readonly string[], now: string, zone = 'Asia/Shanghai'): string => new Date(nextMoment(readSchedule(text, new Set(days)), Date.parse(now), zone)).toISOString()

  it('is the next such moment by the clock of the site', () => {
    expect(at('23:30', [], '2026-03-02T15:29:59Z')).to.equal('2026-03-02T15:30:00.000Z')
    expect(at('23:30', [], '2026-03-02T15:30:00Z'), 'not the same again').to.equal('2026-03-03T15:30:00.000Z')
    expect(at('0:00', [], '2026-03-02T15:30:00Z')).to.equal('2026-03-02T16:00:00.000Z')
    expect(at('9:00', ['1'], '2026-03-02T02:00:00Z'), 'Monday after nine').to.equal('2026-03-09T01:00:00.000Z')
    expect(at('9:00', ['6', '7'], '2026-03-02T02:00:00Z')).to.equal('2026-03-07T01:00:00.000Z')
  })

  it('keeps to the wall where clocks are put forward and back', () => {
    expect(at('08:00', [], '2026-03-28T12:00:00Z', 'Europe/Berlin')).to.equal('2026-03-29T06:00:00.000Z')
    expect(at('08:00', [], '2026-10-24T12:00:00Z', 'Europe/Berlin')).to.equal('2026-10-25T07:00:00.000Z')
    expect(at('02:30', [], '2026-03-28T12:00:00Z', 'Europe/Berlin'), 'an hour that is not there').to.equal('2026-03-30T00:30:00.000Z')
  })

  it('was missed where it passed while nobody was there, not longer than two hours ago', () => {
    const missed = (text: string, planned: string, now: string): string | null => {
      const found = missedMoment(readSchedule(text, new Set()), Date.parse(planned), Date.parse(now), 'Asia/Shanghai')
      return found === null ? null : new Date(found).toISOString()
    }
    const planned = '2026-03-02T15:30:00.000Z'
    expect(missed('23:30', planned, '2026-03-02T15:29:59Z'), 'not yet').to.equal(null)
    expect(missed('23:30', planned, planned)).to.equal(planned)
    expect(missed('23:30', planned, '2026-03-02T17:29:59Z'), 'nearly two hours ago').to.equal(planned)
    expect(missed('23:30', planned, '2026-03-02T17:31:00Z'), 'longer ago').to.equal(null)
    expect(missed('23:30', planned, '2026-03-05T16:00:00Z'), 'of several the last').to.equal('2026-03-05T15:30:00.000Z')
    expect(missed('23:30', '2026-03-06T15:30:00.000Z', '2026-03-05T16:00:00Z'), 'what was done already').to.equal(null)
  })

  it('names what is wrong with it', () => {
    for (const text of ['', '24:00', '8', '08:60', '8.30']) expect(() => readSchedule(text, new Set()), text).to.throw('at must be a time of day')
    expect(() => readSchedule('8:00', new Set(['0']))).to.throw('days must be numbers from 1 (Monday) to 7 (Sunday), was "0"')
  })
})

describe('What is typed into a node', () => {
  it('is read with its faults named', () => {
    expect([...listOf({ id: 'n', rule: 'a, b，c' }, 'rule')]).to.deep.equal(['a', 'b', 'c'])
    expect(numberOf({ id: 'n', rate: '' }, 'rate', { min: 1, max: 9, otherwise: 3 })).to.equal(3)
    expect(() => numberOf({ id: 'n', rate: 'x' }, 'rate', { min: 1, max: 9, otherwise: 3 })).to.throw('rate must be a number from 1 to 9, was "x"')
    expect(wantedText({ id: 'n' }, 'device', { payload: { device: ' d1 ' }, topic: 't' }, 'device', 'payload.device', 'topic')).to.equal('d1')
    expect(() => wantedText({ id: 'n' }, 'device', { device: 7 }, 'device')).to.throw('msg.device must be a text, was 7')
    expect(() => wantedText({ id: 'n' }, 'device', {}, 'device', 'topic')).to.throw('msg.device or msg.topic must be a text, or device set in the node, was missing')
  })

  it('goes before what the platform said, and that before the environment', () => {
    const said = { url: 'http://p:1/', mqttUrl: 'mqtt://p:2', token: 'said', certificate: null }
    expect(addressOf({ gatehouse: said }, { id: 'n', url: 'https://x/', mqttUrl: '' }, undefined, { GATEHOUSE_TOKEN: 'env' })).to.deep.equal({ url: 'https://x', mqttUrl: 'mqtt://p:2', token: 'said', certificate: null })
    expect(addressOf({}, null, '', { GATEHOUSE_URL: 'http://e', GATEHOUSE_MQTT_URL: 'mqtt://e', GATEHOUSE_TOKEN: 'env' })).to.deep.equal({ url: 'http://e', mqttUrl: 'mqtt://e', token: 'env', certificate: null })
  })
})
