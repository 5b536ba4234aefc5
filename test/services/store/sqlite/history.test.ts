import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { DeviceId, Kind, Millis } from '../../../../protocol/names.ts'
import type { JournalEntry, LatestChange } from '../../../../services/store/ports.ts'
import { dayOf, dayPath } from '../../../../services/store/sqlite/day.ts'
import { HistoryFile } from '../../../../services/store/sqlite/history-file.ts'
import { HistoryProjection, historyFolder, latestPath } from '../../../../services/store/sqlite/history-projection.ts'
import { HistoryReader } from '../../../../services/store/sqlite/read-history.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { messageOf } from '../journal-contract.ts'
import { dumpHistory } from './history-dump.ts'

const DAY = 86_400_000
const MINUTE = 60_000
const NOON = Date.parse('2026-03-10T12:00:00Z')
const DEVICE = 'c07-smoke-1' as DeviceId

describe('history', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let history: HistoryProjection
  let reader: HistoryReader
  let position = 0
  beforeEach(() => {
    folder = temporaryFolder()
    history = new HistoryProjection(folder.path, 14)
    reader = new HistoryReader(folder.path)
    position = 0
  })
  afterEach(() => {
    history.close()
    reader.close()
    folder.remove()
  })

  function entry(channel: string, body: unknown, at = NOON, kind: Kind = 'smoke', device: DeviceId = DEVICE): JournalEntry {
    position += 1
    return { ...messageOf(1), device, kind, channel, body: Buffer.from(JSON.stringify(body)), position, at } as JournalEntry
  }
  const apply = (...entries: JournalEntry[]): LatestChange[] => history.apply(entries)
  const read = (field: string, from = NOON - 30 * DAY, to = NOON + 30 * DAY, points = 1000): number[][] => reader.readings(DEVICE, field, from, to, points).map((point) => Array.from(point))
  const count = (field: string): number => read(field).reduce((sum, point) => sum + point[4]!, 0)
  const latest = (enrolledAt = 0) => reader.latest(DEVICE, enrolledAt)
  const events = () => reader.events(DEVICE, {}, { limit: 100 }).items

  it('keeps measured values by their own time, booleans as 0 and 1, and answers the latest ones', () => {
    const changes = apply(entry('telemetry', { ts: NOON - 10, temperature: 21.5, alarm: false, unheardOf: 1 }), entry('telemetry', { ts: NOON, temperature: 22, alarm: true }))
    expect(read('temperature', NOON - 10, NOON + 1, 11)).to.deep.equal([[NOON - 10, 21.5, 21.5, 21.5, 1], [NOON, 22, 22, 22, 1]])
    expect(read('alarm', NOON - 10, NOON + 10, 1)).to.deep.equal([[NOON - 10, 0.5, 0, 1, 2]])
    const values = { temperature: { value: 22, ts: NOON }, alarm: { value: true, ts: NOON } }
    expect(changes).to.deep.equal([{ device: DEVICE, compound: 'c07', values }])
    expect(latest()).to.deep.equal(values)
  })

  it('answers nothing that an earlier device of the same id said as the latest', () => {
    apply(entry('telemetry', { ts: NOON, temperature: 21.5, alarm: true }))
    expect(latest(NOON + 1)).to.deep.equal({})
    // Its clock is slow: the time of receipt counts.
    apply(entry('telemetry', { ts: NOON - 10, temperature: 22 }, NOON + 2))
    expect(latest(NOON + 1)).to.deep.equal({ temperature: { value: 22, ts: NOON - 10 } })
  })

  it('knows nothing of fields that no kind has, whatever they are called', () => {
    apply(entry('telemetry', { ts: NOON, temperature: 21.5 }))
    for (const field of ['humidity', '', 'ts_', 'device_', 'temperature") FROM reading_smoke --', '__proto__']) expect(read(field), field).to.deep.equal([])
  })

  it('answers nothing for words, which have no mean', () => {
    apply(entry('telemetry', { ts: NOON, uplink: 'fiber', cpu: 5 }, NOON, 'gateway'))
    expect(read('uplink')).to.deep.equal([])
    expect(count('cpu')).to.equal(1)
    expect(latest()['uplink']).to.deep.equal({ value: 'fiber', ts: NOON })
  })

  it('passes by what is not for it: pictures, other channels, other entries', () => {
    apply(entry('snapshot/r1', 'JPEG'), entry('status', { state: 'online' }), entry('nonsense', {}), entry('telemetry', 'no object'), { type: 'tick', position: 5, at: NOON })
    expect(history.cursor()).to.equal(5)
    expect(count('temperature')).to.equal(0)
  })

  it('counts a repeated message once and keeps it from replacing a newer value', () => {
    const first = { ts: NOON - 1000, boot: 'b', seq: 1, temperature: 20 }
    apply(entry('telemetry', first), entry('telemetry', { ts: NOON, boot: 'b', seq: 2, temperature: 30 }))
    const changes = apply(entry('telemetry', first, NOON + 5000))
    expect(changes).to.deep.equal([])
    expect(count('temperature')).to.equal(2)
    expect(latest()['temperature']).to.deep.equal({ value: 30, ts: NOON })
  })

  it('keeps two different objects of one millisecond', () => {
    apply(entry('telemetry', [{ ts: NOON, temperature: 20 }, { ts: NOON, temperature: 21 }, { ts: NOON, temperature: 20 }]))
    expect(count('temperature')).to.equal(2)
  })

  it('keeps an event whose boot and seq were used for another one, and flags it', () => {
    apply(entry('event', { ts: NOON, boot: 'b', seq: 7, type: 'test' }), entry('event', { ts: NOON + 1, boot: 'b', seq: 7, type: 'tamper' }), entry('event', { ts: NOON + 2, boot: 'c', seq: 7, type: 'fault' }))
    expect(events().map(({ type, sequenceReused }) => [type, sequenceReused])).to.deep.equal([['fault', false], ['tamper', true], ['test', false]])
  })

  it('fills history with late data, which never replaces a newer latest value', () => {
    apply(entry('telemetry', { ts: NOON, temperature: 30 }))
    apply(entry('telemetry', [{ ts: NOON - DAY, historical: true, temperature: 10, battery: 90 }, { ts: NOON - DAY + 1, historical: true, battery: 89 }]))
    expect(count('temperature')).to.equal(2)
    expect(latest()).to.deep.equal({ temperature: { value: 30, ts: NOON }, battery: { value: 89, ts: NOON - DAY + 1 } })
    apply(entry('telemetry', { ts: NOON + 1, historical: true, temperature: 31 }))
    expect(latest()['temperature']).to.deep.equal({ value: 31, ts: NOON + 1 })
  })

  it('lets late data whose time is not believed replace nothing: nobody knows how old it is', () => {
    apply(entry('telemetry', { ts: NOON, temperature: 30 }))
    apply(entry('telemetry', { ts: NOON - 400 * DAY, historical: true, temperature: 10, battery: 90 }, NOON + MINUTE))
    expect(latest()).to.deep.equal({ temperature: { value: 30, ts: NOON }, battery: { value: 90, ts: NOON + MINUTE } })
  })

  it('lets a device whose clock went back replace its latest value: only `historical` makes data late', () => {
    apply(entry('telemetry', { ts: NOON, temperature: 30 }), entry('telemetry', { ts: NOON - MINUTE, temperature: 31 }))
    expect(latest()['temperature']).to.deep.equal({ value: 31, ts: NOON - MINUTE })
  })

  it('stores what is more than 5 minutes ahead or older than the retention under the time of receipt, flagged, and once', () => {
    const cases: [Millis, boolean][] = [[NOON + 5 * MINUTE, false], [NOON + 5 * MINUTE + 1, true], [NOON - 14 * DAY + 1000, false], [NOON - 14 * DAY - 1, true], [0, true], [8.64e15, true]]
    for (const [index, [ts, suspect]] of cases.entries()) {
      const device = `c07-smoke-${index + 10}` as DeviceId
      const body = { ts, type: 'test' }
      apply(entry('event', body, NOON, 'smoke', device))
      apply(entry('event', body, NOON + 1000, 'smoke', device))
      const found = reader.events(device, {}, { limit: 9 }).items
      expect(found.map((event) => [event.ts, event.receivedAt, event.clockSuspect]), String(ts)).to.deep.equal([[suspect ? NOON : ts, NOON, suspect]])
    }
  })

  it('keeps an event that was judged although its object was refused, and no such reading', () => {
    apply(entry('event', { ts: 'yesterday', type: 'alarm' }), entry('telemetry', { ts: 'yesterday', alarm: true }))
    expect(events().map(({ type, ts, clockSuspect }) => [type, ts, clockSuspect])).to.deep.equal([['alarm', NOON, true]])
    expect(count('alarm')).to.equal(0)
  })

  it('answers events newest first over days, in pages and ranges, with their fields', () => {
    const times = [0, 1, 2, 3, 4].map((n) => NOON - n * DAY)
    for (const ts of times) apply(entry('event', { ts, type: 'granted', method: 'card', direction: 'in' }, NOON, 'door'), entry('event', { ts, type: 'opened' }, NOON, 'door'))
    const seen: string[] = []
    const ids = new Set<string>()
    let cursor: string | undefined
    do {
      const page = reader.events(DEVICE, {}, { limit: 3, cursor })
      for (const event of page.items) {
        seen.push(`${event.ts} ${event.type}`)
        ids.add(event.id)
      }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(seen).to.deep.equal(times.flatMap((ts) => [`${ts} opened`, `${ts} granted`]))
    expect(ids.size).to.equal(10)
    expect(events()[1]!.fields).to.deep.equal({ method: 'card', direction: 'in' })
    const ranged = reader.events(DEVICE, { from: NOON - 3 * DAY, to: NOON - DAY }, { limit: 9 }).items.map(({ ts }) => ts)
    expect(ranged).to.deep.equal([times[2], times[2], times[3], times[3]])
    expect(reader.events(DEVICE, { to: 8.64e15, from: -5 }, { limit: 99 }).items).to.have.length(10)
  })

  it('drops days', () => {
    for (let n = 0; n < 6; n += 1) apply(entry('telemetry', { ts: NOON - n * DAY, temperature: n }))
    expect(count('temperature')).to.equal(6)
    expect(history.dropDaysBefore({ readings: dayOf(NOON - 2 * DAY), passages: dayOf(NOON - 2 * DAY) })).to.deep.equal([5, 4, 3].map((n) => dayOf(NOON - n * DAY)))
    expect(read('temperature').map((point) => point[1])).to.deep.equal([2, 1, 0])
    apply(entry('telemetry', { ts: NOON + 1, temperature: 9 }))
    expect(count('temperature')).to.equal(4)
  })

  it('adds a column for a field that is new since the day was begun', () => {
    const path = dayPath(historyFolder(folder.path), dayOf(NOON))
    mkdirSync(historyFolder(folder.path))
    HistoryFile.open(path).close()
    const db = new DatabaseSync(path)
    db.exec('ALTER TABLE reading_smoke DROP COLUMN co')
    db.close()
    apply(entry('telemetry', { ts: NOON, co: 40 }))
    expect(count('co')).to.equal(1)
  })

  it('stores nothing of a batch that fails, says why, and stores it when what hindered it is gone', () => {
    apply(entry('telemetry', { ts: NOON, temperature: 1 }))
    const damaged = dayPath(historyFolder(folder.path), dayOf(NOON - DAY))
    writeFileSync(damaged, 'this is no database, '.repeat(100))
    const batch = [entry('telemetry', { ts: NOON + 1, temperature: 2 }), entry('telemetry', { ts: NOON - DAY, temperature: 3 })]
    expect(() => history.apply(batch)).to.throw(`${damaged}: file is not a database`)
    expect(() => history.apply(batch)).to.throw(/not a database/)
    expect(history.cursor()).to.equal(1)
    expect(read('temperature', NOON - 1000)).to.have.length(1)
    expect(() => count('temperature')).to.throw(/not a database/)
    rmSync(damaged)
    history.apply(batch)
    expect([history.cursor(), count('temperature')]).to.deep.equal([3, 3])
  })

  // ── properties ─────────────────────────────────────────────────────────────────────────────────────────────

  const bodies = fc.record({
    ts: fc.oneof(fc.integer({ min: NOON - 2 * DAY, max: NOON }), fc.constantFrom(NOON, NOON - DAY, 5, NOON + DAY)),
    historical: fc.boolean(), boot: fc.constant('b'), seq: fc.integer({ min: 0, max: 5 })
  })
  const messages = fc.array(fc.record({
    device: fc.constantFrom('c07-smoke-1', 'c07-smoke-2'), event: fc.boolean(), repeats: fc.nat(20), temperature: fc.integer({ min: 0, max: 3 }), body: bodies
  }), { minLength: 1, maxLength: 40, size: 'max' })

  it('has the same rows after any replay: batches cut anywhere, killed between the commit of the days and that of the cursor', () => {
    fc.assert(fc.property(messages, fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 8 }), (sent, cuts) => {
      const entries: JournalEntry[] = []
      position = 0
      for (const { device, event, repeats, temperature, body } of sent) {
        const again = entries[entries.length - repeats]
        position += 1
        const at = NOON + position
        const own = event ? { ...body, type: temperature > 1 ? 'test' : 'fault' } : { ...body, temperature }
        entries.push(again?.type === 'message'
          ? { ...again, position, at }
          : { ...messageOf(1), device, kind: 'smoke', channel: event ? 'event' : 'telemetry', body: Buffer.from(JSON.stringify(own)), position, at } as unknown as JournalEntry)
      }
      const straight = temporaryFolder()
      const broken = temporaryFolder()
      const once = new HistoryProjection(straight.path, 14)
      once.apply(entries)
      once.close()

      let from = 0
      for (let n = 0; from < entries.length; n += 1) {
        const size = cuts[n % cuts.length]!
        const saved = `${broken.path}/saved`
        const replayed = new HistoryProjection(broken.path, 14)
        replayed.cursor()
        replayed.close()
        copyFileSync(latestPath(historyFolder(broken.path)), saved)
        // This batch's days are committed, its cursor is not; then it is read again, cut in another way.
        replayed.apply(entries.slice(from, from + size))
        replayed.close()
        copyFileSync(saved, latestPath(historyFolder(broken.path)))
        expect(replayed.cursor()).to.equal(from)
        replayed.apply(entries.slice(from, from + 1))
        from += 1
        if (size > 5) {
          replayed.apply(entries.slice(from, from + size))
          from += size
        }
        replayed.close()
      }
      const [expected, found] = [dumpHistory(straight.path), dumpHistory(broken.path)]
      straight.remove()
      broken.remove()
      expect(found).to.deep.equal(expected)
    }), { numRuns: 12 })
  })

  it('answers steps as a naive computation does', () => {
    // Plus 0: JSON knows no -0.
    const readings = fc.array(fc.record({ ts: fc.integer({ min: NOON - 2 * DAY, max: NOON }), temperature: fc.double({ min: -40, max: 125, noNaN: true }).map((value) => value + 0) }), { minLength: 1, maxLength: 60 })
    const range = fc.record({ from: fc.integer({ min: NOON - 3 * DAY, max: NOON + 10 }), span: fc.integer({ min: 0, max: 3 * DAY }), points: fc.integer({ min: 1, max: 50 }) })
    fc.assert(fc.property(readings, fc.array(range, { minLength: 20, maxLength: 20 }), (sent, ranges) => {
      const own = temporaryFolder()
      const projection = new HistoryProjection(own.path, 14)
      projection.apply([entry('telemetry', sent)])
      const ownReader = new HistoryReader(own.path)
      const kept = new Map(sent.map((reading) => [JSON.stringify(reading), reading]))
      for (const { from, span, points } of ranges) {
        const found = ownReader.readings(DEVICE, 'temperature', from, from + span, points)
        const step = Math.max(1, Math.ceil(span / points))
        const naive: number[][] = []
        for (let start = from; start < from + span; start += step) {
          const values = [...kept.values()].filter(({ ts }) => ts >= start && ts < Math.min(start + step, from + span)).map(({ temperature }) => temperature)
          if (values.length > 0) naive.push([start, values.reduce((a, b) => a + b, 0) / values.length, Math.min(...values), Math.max(...values), values.length])
        }
        expect(found.length).to.be.at.most(points)
        expect(found.map(([ts, , min, max, n]) => [ts, min, max, n])).to.deep.equal(naive.map(([ts, , min, max, n]) => [ts, min, max, n]))
        for (const [index, point] of found.entries()) expect(point[1]).to.be.closeTo(naive[index]![1]!, 1e-9)
      }
      projection.close()
      ownReader.close()
      own.remove()
    }), { numRuns: 15 })
  })
})
