import { expect } from 'chai'
import { describe, it } from 'mocha'
import type { CompoundId, DeviceId, Kind } from '../../../../protocol/names.ts'
import { alarmPoint, pointsOf } from '../../../../services/store/influx/point.ts'
import type { JournalEntry } from '../../../../services/store/ports.ts'
import { alarm, transition } from '../records.ts'

const NOON = Date.parse('2026-03-10T12:00:00Z')

function entry(kind: Kind, channel: string, body: unknown): JournalEntry {
  const bytes = Buffer.from(JSON.stringify(body))
  return {
    type: 'message', device: `c07-${kind}-1` as DeviceId, compound: 'c07' as CompoundId, kind, channel, via: 'c07-gateway-1' as DeviceId,
    body: bytes, size: bytes.length, position: 1, at: NOON
  }
}
const points = (kind: Kind, channel: string, body: unknown, building: string | null = 'b01') => pointsOf(entry(kind, channel, body), 14, () => building)

describe('a point of history', () => {
  it('is a reading under its kind, with the tags of its device and its fields as they are', () => {
    expect(points('smoke', 'telemetry', { ts: NOON, boot: 'b', seq: 17, temperature: 21.5, alarm: false, unheardOf: 1 })).to.deep.equal([{
      measurement: 'smoke', tags: { compound: 'c07', building: 'b01', kind: 'smoke', device: 'c07-smoke-1' },
      fields: { temperature: 21.5, alarm: false }, timestamp: `${NOON}000017`
    }])
  })

  it('is an event with its type as a tag, without the credential', () => {
    expect(points('door', 'event', { ts: NOON, boot: 'b', seq: 1, historical: true, type: 'granted', method: 'card', credential: 'k3y', direction: 'in' })).to.deep.equal([{
      measurement: 'event', tags: { compound: 'c07', building: 'b01', kind: 'door', device: 'c07-door-1', type: 'granted' },
      fields: { historical: true, clockSuspect: false, method: 'card', direction: 'in' }, timestamp: `${NOON}000001`
    }])
  })

  it('has the number of the message in the nanoseconds, so that two of one millisecond stay apart and a repeat is the same point', () => {
    const [first, second, again] = points('smoke', 'telemetry', [{ ts: NOON, boot: 'b', seq: 1_000_003, co: 1 }, { ts: NOON, boot: 'b', seq: 4, co: 1 }, { ts: NOON, boot: 'b', seq: 4, co: 1 }])
    expect([first!.timestamp, second!.timestamp, again!.timestamp]).to.deep.equal([`${NOON}000003`, `${NOON}000004`, `${NOON}000004`])
    const unnumbered = points('smoke', 'telemetry', [{ ts: NOON, co: 1 }, { ts: NOON, co: 2 }, { ts: NOON, co: 1 }]).map(({ timestamp }) => timestamp)
    expect(unnumbered[0]).to.equal(unnumbered[2]).and.not.equal(unnumbered[1])
    for (const timestamp of unnumbered) expect(timestamp).to.match(new RegExp(`^${NOON}\\d{6}$`))
  })

  it('goes by the time of receipt where the device cannot be believed, as history does', () => {
    expect(points('smoke', 'telemetry', { ts: NOON + 3_600_000, boot: 'b', seq: 5, co: 1 })[0]!.timestamp).to.equal(`${NOON}000005`)
    const [late] = points('smoke', 'event', { ts: 5, boot: 'b', seq: 5, type: 'test' })
    expect([late!.timestamp, late!.fields['clockSuspect']]).to.deep.equal([`${NOON}000005`, true])
  })

  it('leaves out a building that is not known, and writes no tag that the line protocol cannot carry', () => {
    expect(points('smoke', 'telemetry', { ts: NOON, co: 1 }, null)[0]!.tags).to.not.have.property('building')
    expect(points('smoke', 'telemetry', { ts: NOON, co: 1 }, 'b1\\')[0]!.tags['building']).to.equal('b1/')
  })

  it('is a transition of an alarm, without who did it, what they wrote, and in which home', () => {
    expect(alarmPoint(alarm(3, { subject: 'home:c07/b01/1/301', device: null }), transition(2, 'acknowledged'), null)).to.deep.equal({
      measurement: 'alarm', tags: { compound: 'c07', building: 'b01' },
      fields: { alarm: 'a3', rule: 'smoke.alarm', severity: 'critical', transition: 'acknowledged', occurrences: 2 }, timestamp: '1002000194'
    })
    expect(alarmPoint(alarm(3), transition(1), 'smoke').tags).to.deep.equal({ compound: 'c07', building: 'b01', kind: 'smoke', device: 'c07-smoke-1' })
  })

  it('is nothing where nothing was reported', () => {
    expect(points('smoke', 'status', { state: 'online' })).to.deep.equal([])
    expect(pointsOf({ type: 'tick', position: 1, at: NOON }, 14, () => null)).to.deep.equal([])
  })
})
