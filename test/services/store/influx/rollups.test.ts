import { expect } from 'chai'
import { after, afterEach, before, describe, it } from 'mocha'
import type { CompoundId, DeviceId } from '../../../../protocol/names.ts'
import { Directory } from '../../../../services/registry/directory.ts'
import { systemClock } from '../../../../services/kernel/clock.ts'
import { InfluxClient } from '../../../../services/store/influx/client.ts'
import { ProgressFile } from '../../../../services/store/influx/progress.ts'
import type { RollupKey } from '../../../../services/store/influx/rollup-list.ts'
import type { RollupPlace } from '../../../../services/store/influx/rollup-queries.ts'
import { Rollups } from '../../../../services/store/influx/rollups.ts'
import { eventually } from '../../../support/eventually.ts'
import { Influxd } from '../../../support/influxd.ts'
import { MemoryQueries } from '../../../support/memory-queries.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { Proxy, Rig, addressOf, needInfluxd, reading } from './rig.ts'

const HOUR = 3_600_000
const DAY = 86_400_000
const DEVICE = 'c07-smoke-1' as DeviceId
/** Days of raw readings in these tests; they are of eight days ago. */
const RAW_DAYS = 10

/** What a 2.x says of statements that it does not have. */
function asTwo(statement: string): string | null {
  const [, words] = /^(CREATE (?:CONTINUOUS QUERY|DATABASE|RETENTION POLICY)|ALTER RETENTION POLICY|SHOW CONTINUOUS QUERIES)/.exec(statement) ?? []
  if (words !== undefined) return `not implemented: ${words}`
  return / INTO /.test(statement) ? 'not implemented: SELECT INTO' : null
}

describe('roll-ups in InfluxDB', function () {
  const server = new Influxd()
  let rig: Rig
  let proxy: Proxy | null = null
  let databases = 0
  before(async function () {
    needInfluxd(this)
    await server.start({ INFLUXDB_RETENTION_CHECK_INTERVAL: '1s' })
  })
  after(() => server.remove())
  afterEach(async () => {
    await rig.remove()
    await proxy?.stop()
    proxy = null
  })

  const begin = async (url = server.url, database = `rolled${++databases}`): Promise<void> => void (rig = await new Rig(addressOf(url, database), 10_000, { rawDays: RAW_DAYS, rollupDays: 100 }).start())
  const ask = async (statement: string): Promise<void> => {
    const answer = await fetch(`${server.url}/query?db=${rig.address.database}&q=${encodeURIComponent(statement)}`, { method: 'POST' })
    expect(await answer.text()).to.not.contain('error')
  }
  const count = (question: string): Promise<number> => server.number(rig.address.database, question)

  /** What the forwarder's thread does once a minute, at once. The platform is stopped meanwhile. */
  async function roll(place: RollupPlace): Promise<void> {
    await rig.forwarded()
    await rig.stop()
    const progress = ProgressFile.open(rig.folder.path)
    const client = new InfluxClient({ address: rig.address, clock: systemClock })
    const rolled = await new Rollups({ list: progress.rollups, client, clock: systemClock, rawDays: RAW_DAYS }).run(place)
    const again = await new Rollups({ list: progress.rollups, client, clock: systemClock, rawDays: RAW_DAYS }).run(place)
    expect([rolled, again]).to.deep.equal([{ type: 'rolled', more: false }, { type: 'rolled', more: false }])
    expect(progress.rollups.size).to.equal(0)
    client.close()
    progress.close()
    await rig.start()
  }

  /** Readings of eight days ago, sent late: two hours of them, of two detectors. */
  async function late(): Promise<number> {
    const start = Math.floor((Date.now() - 8 * DAY) / DAY) * DAY + 5 * HOUR
    const of = (device: string, minute: number, fields: object) => reading(device, { ts: start + minute * 60_000, historical: true, ...fields })
    await rig.append(
      of(DEVICE, 1, { temperature: 20, alarm: false }), of(DEVICE, 2, { temperature: 26, alarm: true }), of(DEVICE, 59, { temperature: 23, alarm: false, battery: 50 }),
      of(DEVICE, 61, { temperature: 40, alarm: true }), of('c07-smoke-2', 3, { temperature: 99, alarm: true }), of('c07-smoke-2', 3, { co: 7 })
    )
    return start
  }

  async function holdsReadings(start: number): Promise<void> {
    const embedded = new MemoryQueries(new Directory())
    const points = async (field: string, width: number): Promise<unknown> => {
      const steps = await rig.history.readings(embedded, DEVICE, field, start - 10 * DAY, start + 8 * DAY, Math.ceil(18 * DAY / width))
      expect(steps.source).to.equal('influx')
      return steps.points
    }
    // It has to have reached the server, and to know where they stand there.
    await eventually('InfluxDB answers', async () => {
      const steps = await rig.history.readings(embedded, DEVICE, 'temperature', start - 10 * DAY, start + 8 * DAY, 100)
      return steps.source === 'influx' && steps.points.length > 0
    })
    expect(await points('temperature', HOUR)).to.deep.equal([[start, 23, 20, 26, 3], [start + HOUR, 40, 40, 40, 1]])
    expect(await points('alarm', HOUR)).to.deep.equal([[start, 1 / 3, 0, 1, 3], [start + HOUR, 1, 1, 1, 1]])
    const [[, mean, ...rest]] = (await points('temperature', 2 * DAY)) as [number[]]
    expect([mean, ...rest]).to.deep.equal([27.25, 20, 40, 4])
    const [[, share]] = (await points('alarm', 2 * DAY)) as [number[]]
    expect(share).to.equal(0.5)
  }

  it('hold what came late, hour by hour and day by day, and readings of raw values that are gone come from them', async () => {
    await begin()
    const start = await late()
    await rig.forwarded()
    expect(await count('SELECT count(temperature_count) FROM hourly.smoke')).to.equal(0)
    await roll('policies')
    expect(await count(`SELECT sum(temperature_count) FROM daily.smoke WHERE device = '${DEVICE}'`)).to.equal(4)

    await rig.stop()
    await ask(`ALTER RETENTION POLICY raw ON ${rig.address.database} DURATION 1d SHARD DURATION 1h`)
    await eventually('the raw ones are gone', async () => (await count('SELECT count(temperature) FROM smoke')) === 0, 60_000)
    await rig.start()
    await holdsReadings(start)
  })

  it('are computed anew when more of the same hour comes', async () => {
    await begin()
    const start = await late()
    await roll('policies')
    await rig.append(reading(DEVICE, { ts: start + 30 * 60_000, historical: true, temperature: -4 }))
    await roll('policies')
    expect(await count(`SELECT min(temperature_min) FROM hourly.smoke WHERE device = '${DEVICE}'`)).to.equal(-4)
    expect(await count(`SELECT sum(temperature_count) FROM daily.smoke WHERE device = '${DEVICE}'`)).to.equal(5)
  })

  it('are written by the platform beside the raw ones where a server has no policies, continuous queries and SELECT INTO', async () => {
    proxy = await new Proxy(server.url).start()
    proxy.refuse(asTwo)
    const database = 'two'
    await fetch(`${server.url}/query?q=CREATE DATABASE ${database}`, { method: 'POST' })
    await begin(proxy.url, database)
    const start = await late()
    await rig.forwarded()
    expect(rig.log.join()).to.not.contain('not implemented')
    await roll('names')
    expect(await count(`SELECT count(temperature_mean) FROM smoke_hourly`)).to.equal(3)
    expect(await count(`SELECT count(co_mean) FROM smoke_hourly`)).to.equal(1)
    expect(await count(`SELECT sum(alarm_true) FROM smoke_daily WHERE device = 'c07-smoke-2'`)).to.equal(1)
    await ask(`DELETE FROM smoke`)
    expect(await count('SELECT count(temperature) FROM smoke')).to.equal(0)
    await holdsReadings(start)
  })

  it('are kept fresh by continuous queries of the server, which are made once', async () => {
    proxy = await new Proxy(server.url).start()
    const made: string[] = []
    proxy.refuse((statement) => {
      const [, name] = /^CREATE CONTINUOUS QUERY (\w+)/.exec(statement) ?? []
      if (name !== undefined) made.push(name)
      return null
    })
    await begin(proxy.url)
    await rig.append({ type: 'tick' })
    await rig.forwarded()
    expect(made).to.include.members(['gatehouse_hourly_smoke', 'gatehouse_daily_smoke', 'gatehouse_hourly_smoke_alarm', 'gatehouse_hourly_camera_videoloss', 'gatehouse_daily_door'])
    made.length = 0
    await rig.restart()
    await rig.append({ type: 'tick' })
    await rig.forwarded()
    expect(made).to.deep.equal([])
  })

  it('are due again when the server does not answer', async () => {
    await begin()
    await late()
    await rig.forwarded()
    await rig.stop()
    const progress = ProgressFile.open(rig.folder.path)
    const { size } = progress.rollups
    const client = new InfluxClient({ address: addressOf('http://127.0.0.1:1', 'nowhere'), clock: systemClock })
    const rolled = await new Rollups({ list: progress.rollups, client, clock: systemClock, rawDays: RAW_DAYS }).run('policies')
    expect(rolled).to.include({ type: 'failed' })
    expect(progress.rollups.size).to.equal(size).and.greaterThan(0)
    client.close()
    progress.close()
    await rig.start()
  })
})

describe('the list of what is to be rolled up', () => {
  const mark = { position: 1, at: 1, since: 1, transition: 0 }
  const hour = (start: number): RollupKey => ({ period: 'hour', kind: 'smoke', compound: 'c07' as CompoundId, start })
  const dues = (progress: ProgressFile): number[] => progress.rollups.due(10 * HOUR, 0, 10).map(({ start }) => start)

  it('is kept with the mark, holds an hour once, and only what is over is due, the oldest first', () => {
    const folder = temporaryFolder()
    let progress = ProgressFile.open(folder.path)
    progress.moveTo(mark, [], [hour(4 * HOUR), hour(HOUR), hour(11 * HOUR)])
    progress.moveTo(mark, [], [hour(HOUR)])
    progress.close()
    progress = ProgressFile.open(folder.path)
    expect(dues(progress)).to.deep.equal([HOUR, 4 * HOUR])
    expect(progress.rollups.size).to.equal(3)
    progress.close()
    folder.remove()
  })

  it('keeps an hour into which something was written while it was rolled up', () => {
    const folder = temporaryFolder()
    const progress = ProgressFile.open(folder.path)
    progress.moveTo(mark, [], [hour(HOUR), hour(2 * HOUR)])
    for (const start of [HOUR, 2 * HOUR]) progress.rollups.begin(hour(start))
    progress.moveTo(mark, [], [hour(HOUR)])
    for (const start of [HOUR, 2 * HOUR]) progress.rollups.done(hour(start), [])
    expect(dues(progress)).to.deep.equal([HOUR])
    progress.close()
    folder.remove()
  })
})
