import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import * as fc from 'fast-check'
import { InfluxDB } from 'influx'
import { after, describe, it } from 'mocha'
import type { CompoundId, DeviceId, Kind } from '../../../../protocol/names.ts'
import { alarmPoint, lineOf, pointsOf } from '../../../../services/store/influx/point.ts'
import type { HistoryPoint } from '../../../../services/store/influx/point.ts'
import { KnownSeries, seriesText } from '../../../../services/store/influx/series.ts'
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
const points = (kind: Kind, channel: string, body: unknown, building: string | null = 'b01'): HistoryPoint[] => pointsOf(entry(kind, channel, body), 14, new KnownSeries(() => building))

describe('a point of history', () => {
  it('is a reading under its kind, with the tags of its device and its fields as they are', () => {
    expect(points('smoke', 'telemetry', { ts: NOON, boot: 'b', seq: 17, temperature: 21.5, alarm: false, unheardOf: 1 })).to.deep.equal([{
      device: 'c07-smoke-1', compound: 'c07', series: 'smoke,building=b01,compound=c07,device=c07-smoke-1,kind=smoke',
      fields: { temperature: 21.5, alarm: false }, timestamp: `${NOON}000017`
    }])
  })

  it('is an event with its type as a tag, without the credential', () => {
    expect(points('door', 'event', { ts: NOON, boot: 'b', seq: 1, historical: true, type: 'granted', method: 'card', credential: 'k3y', direction: 'in' })).to.deep.equal([{
      device: 'c07-door-1', compound: 'c07', series: 'event,building=b01,compound=c07,device=c07-door-1,kind=door,type=granted',
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
    expect(points('smoke', 'telemetry', { ts: NOON, co: 1 }, null)[0]!.series).to.equal('smoke,compound=c07,device=c07-smoke-1,kind=smoke')
    expect(points('smoke', 'telemetry', { ts: NOON, co: 1 }, 'b 1,\n\\')[0]!.series).to.contain(String.raw`,building=b\ 1\,//,`)
  })

  it('is a transition of an alarm, without who did it, what they wrote, and in which home', () => {
    expect(alarmPoint(alarm(3, { subject: 'home:c07/b01/1/301', device: null }), transition(2, 'acknowledged'), null)).to.deep.equal({
      device: null, compound: 'c07', series: 'alarm,building=b01,compound=c07',
      fields: { alarm: 'a3', rule: 'smoke.alarm', severity: 'critical', transition: 'acknowledged', occurrences: 2 }, timestamp: '1002000194'
    })
    expect(alarmPoint(alarm(3), transition(1), 'smoke').series).to.equal('alarm,building=b01,compound=c07,device=c07-smoke-1,kind=smoke')
  })

  it('is nothing where nothing was reported', () => {
    expect(points('smoke', 'status', { state: 'online' })).to.deep.equal([])
    expect(pointsOf({ type: 'tick', position: 1, at: NOON }, 14, new KnownSeries(() => null))).to.deep.equal([])
  })

  it('has the series of the device as it is now, also when it came back in another building, compound or kind', () => {
    let building = 'b01'
    const known = new KnownSeries(() => building)
    const seriesOf = (kind: Kind, compound: string): string => {
      const device = 'd1' as DeviceId
      const message = { ...entry(kind, 'telemetry', { ts: NOON, battery: 1 }), device, compound: compound as CompoundId }
      return pointsOf(message, 14, known)[0]!.series
    }
    expect([seriesOf('smoke', 'c07'), seriesOf('smoke', 'c07'), seriesOf('door', 'c07'), seriesOf('door', 'c08')]).to.deep.equal([
      'smoke,building=b01,compound=c07,device=d1,kind=smoke', 'smoke,building=b01,compound=c07,device=d1,kind=smoke',
      'door,building=b01,compound=c07,device=d1,kind=door', 'door,building=b01,compound=c08,device=d1,kind=door'
    ])
    building = 'b02'
    expect(seriesOf('door', 'c08')).to.equal('door,building=b02,compound=c08,device=d1,kind=door')
  })

  it('is written as the influx package writes it', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => {
        bodies.push(body)
        response.writeHead(204).end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    after(() => {
      server.closeAllConnections()
      server.close()
    })
    const influx = new InfluxDB({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, database: 'd' })
    // Without control characters, as everything that reaches a point; and the package cannot write \' in words.
    const words = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll(/[\p{Cc}\p{Cs}']/gu, ''))
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    // The package sorts them, which no server asks for.
    const sorted = <Value>(fields: Record<string, Value>): Record<string, Value> => Object.fromEntries(Object.entries(fields).sort(([a], [b]) => a < b ? -1 : 1))
    const name = fc.constantFrom('temperature', 'storageFree', 'open', 'reason')
    const point = fc.record({ building: fc.option(words), type: words, fields: fc.dictionary(name, fc.oneof(words, numbers), { minKeys: 1 }), at: fc.nat() })
    await fc.assert(fc.asyncProperty(fc.array(point, { minLength: 1, maxLength: 20 }), async (made) => {
      const compound = 'c07' as CompoundId
      const device = 'c07-door-1' as DeviceId
      const ours = made.map(({ building, type, fields, at }) => lineOf({
        device, compound, fields: sorted(fields), timestamp: `${at}`, series: seriesText({ measurement: 'event', compound, building, kind: 'door', device, type })
      }))
      await influx.writePoints(made.map(({ building, type, fields, at }) => {
        const tags = { building: (building ?? '').replaceAll('\\', '/'), compound, device, kind: 'door', type: type.replaceAll('\\', '/') }
        return { measurement: 'event', tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== '')), fields, timestamp: `${at}` }
      }), { precision: 'n' })
      expect(bodies.pop()).to.equal(ours.join('\n'))
    }), { numRuns: 100 })
    const [switched] = points('door', 'telemetry', { ts: NOON, boot: 'b', seq: 1, open: true, locked: false })
    expect(lineOf(switched!)).to.equal(`door,building=b01,compound=c07,device=c07-door-1,kind=door open=T,locked=F ${NOON}000001`)
  })
})
