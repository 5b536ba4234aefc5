import { expect } from 'chai'
import { after, afterEach, before, describe, it } from 'mocha'
import { eventually } from '../../../support/eventually.ts'
import { canLimitFiles, Influxd } from '../../../support/influxd.ts'
import type { NewEntry } from '../../../../services/store/ports.ts'
import { SqliteJournalReader } from '../../../../services/store/sqlite/journal-reader.ts'
import { openOperations } from '../../../../services/store/sqlite/operations.ts'
import { alarm, changes, device, put, transition } from '../records.ts'
import { readAll } from '../journal-contract.ts'
import { Proxy, Rig, addressOf, needInfluxd, reading } from './rig.ts'

const DEVICES = 50

describe('the forwarder to InfluxDB', function () {
  const server = new Influxd()
  let rig: Rig
  let databases = 0
  let seq = 0
  before(async function () {
    needInfluxd(this)
    await server.start()
  })
  after(() => server.remove())
  afterEach(() => rig.remove())

  const begin = async (url = server.url): Promise<void> => void (rig = await new Rig(addressOf(url, `history${++databases}`)).start())
  const count = (measurement = 'smoke', field = 'temperature'): Promise<number> => server.number(rig.address.database, `SELECT count(${field}) FROM ${measurement}`)
  /** Readings with numbers of their own, of `DEVICES` detectors in turn; many fall into one millisecond. */
  const readings = (n: number): NewEntry[] => Array.from({ length: n }, () => {
    seq += 1
    return reading(`c07-smoke-${seq % DEVICES}`, { ts: Date.now(), boot: 'b', seq, temperature: seq % 100 })
  })

  it('writes readings, events and transitions of alarms, with one series a device and measurement', async () => {
    await begin()
    const operations = openOperations(rig.folder.path)
    const at = Date.now()
    await operations.commit(changes(1, {
      devices: put(device('c07-smoke-1'), device('c07-door-1', { kind: 'door' })), alarms: [alarm(1)],
      transitions: [{ alarm: 'a1', transition: { ...transition(1), at } }, { alarm: 'a1', transition: { ...transition(2, 'acknowledged'), at } }]
    }))
    await rig.append(
      reading('c07-smoke-1', [{ ts: at, boot: 'b', seq: 1, temperature: 20, alarm: true }, { ts: at, boot: 'b', seq: 2, temperature: 21 }]),
      reading('c07-smoke-1', { ts: at, boot: 'b', seq: 1, temperature: 20, alarm: true }),
      reading('c07-door-1', { ts: at, boot: 'b', seq: 1, type: 'granted', credential: 'k3y', method: 'card' }, 'event', 'door'),
      { type: 'tick' }
    )
    await rig.forwarded()
    const { database } = rig.address
    expect([await count(), await count('event', 'method'), await count('alarm', 'transition')]).to.deep.equal([2, 1, 2])
    const answer = await (await fetch(`${server.url}/query?db=${database}&q=SHOW SERIES`)).json() as { results: { series: { values: string[][] }[] }[] }
    expect(answer.results[0]!.series[0]!.values.flat()).to.deep.equal([
      'alarm,building=b01,compound=c07,device=c07-smoke-1,kind=smoke',
      'event,building=b01,compound=c07,device=c07-door-1,kind=door,type=granted',
      'smoke,building=b01,compound=c07,device=c07-smoke-1,kind=smoke'
    ])
    const stored = JSON.stringify(await (await fetch(`${server.url}/query?db=${database}&q=SELECT * FROM /.*/`)).json())
    expect(stored).to.not.contain('k3y').and.not.contain('301')
    await operations.close()
  })

  it('goes on where it was after a restart, and writes nothing twice', async () => {
    await begin()
    await rig.append(...readings(3000))
    await rig.forwarded()
    const { position } = rig.history
    await rig.restart()
    expect(rig.history.position).to.equal(position)
    await rig.append(...readings(1000))
    await rig.stop()
    await rig.start()
    await rig.forwarded()
    expect(await count()).to.equal(4000)
    expect(rig.history.counters.points).to.be.at.most(1000)
  })

  it('loses nothing and doubles nothing when the server is killed under load, stays away, and comes back', async () => {
    await begin()
    let appended = 0
    const load = async (n: number): Promise<void> => {
      for (let left = n; left > 0; left -= 1000) await rig.append(...readings(1000))
      appended += n
    }
    await load(15_000)
    await eventually('some of it is written', () => rig.history.counters.points > 0)
    const loading = load(15_000)
    await server.kill()
    await loading
    await eventually('the trouble is noticed', () => rig.history.stalled !== null)
    expect(rig.history.stalled).to.match(/nothing listens at http:\/\/127\.0\.0\.1:\d+\/history|ECONNRESET|socket hang up/)
    await load(15_000)
    expect(rig.history.behind).to.be.greaterThan(15_000)
    await rig.restart()
    await server.start()
    await load(5_000)
    await rig.forwarded()
    expect(await count()).to.equal(appended)
    expect(await server.number(rig.address.database, 'SELECT sum(temperature) FROM smoke')).to.equal(readAllSum(rig))
    expect(rig.history.stalled).to.equal(null)
  })

  it('waits while the disk of the server is full, says so in its words, and misses nothing when there is room again', async function () {
    if (!canLimitFiles()) {
      process.stderr.write('prlimit was not found: the test of a full disk at InfluxDB is skipped\n')
      this.skip()
    }
    await begin()
    await rig.append(...readings(3000))
    await rig.forwarded()
    server.limitFiles(1000)
    await rig.append(...readings(3000))
    expect(await eventually('it is noticed', () => rig.history.stalled)).to.match(/answered 500: .*(too large|no space|timeout)/)
    await rig.append(...readings(3000))
    expect(rig.history.counters.refused).to.equal(0)
    server.limitFiles(null)
    // A 1.x does not find out by itself that there is room again.
    await server.kill()
    await server.start()
    await rig.forwarded()
    expect(await count()).to.equal(9000)
    expect(await server.number(rig.address.database, 'SELECT sum(temperature) FROM smoke')).to.equal(readAllSum(rig))
  })

  it('has every point once behind a proxy that drops, delays, answers 500, 503 and 429, and cuts in the middle of an answer', async () => {
    const proxy = await new Proxy(server.url).start()
    await begin(proxy.url)
    const status = (code: number) => (_: unknown, response: { writeHead: (code: number) => { end: (text: string) => void } }): void => response.writeHead(code).end('{"error":"busy"}')
    let appended = 0
    const through = async (trouble: Parameters<Proxy['spoil']>[1], writes = 1): Promise<void> => {
      proxy.spoil(writes, trouble)
      await rig.append(...readings(500))
      appended += 500
      await rig.forwarded()
      expect(proxy.spoiling).to.equal(false)
      expect(await count()).to.equal(appended)
    }
    await through((incoming) => incoming.destroy())
    for (const code of [500, 503, 429]) await through(status(code))
    // Taken by the server, and the answer never comes, or half of it.
    await through((incoming, response) => proxy.pass(incoming, response, (answer) => void answer.resume().once('end', () => response.destroy())))
    await through((_, response) => void response.writeHead(400, { 'Content-Length': '500' }).write('{"error":"partial', () => response.destroy()))
    await through((incoming, response) => proxy.pass(incoming, response, (answer) => void answer.resume().once('end', () => setTimeout(() => response.destroy(), 3_000))))
    expect(rig.history.counters).to.deep.include({ refused: 0 }).and.to.have.property('failures').that.is.at.least(7)
    await rig.stop()
    await proxy.stop()
    await rig.start()
  })

  it('puts the row that is refused into quarantine with the words of the server, and writes the others', async () => {
    await begin()
    await rig.append({ type: 'tick' })
    await eventually('the database is there', async () => (await fetch(`${server.url}/write?db=${rig.address.database}`, { method: 'POST', body: `smoke co="many" ${Date.now()}000000` })).ok)
    const good = readings(700)
    await rig.append(...good.slice(0, 300), reading('c07-smoke-9', { ts: Date.now(), boot: 'b', seq: 1, temperature: 1, co: 5 }), ...good.slice(300))
    await rig.forwarded()
    expect(await count()).to.equal(700)
    const violation = await eventually('it is in the journal', () => readEntries(rig).find((entry) => entry.type === 'violation'))
    expect(violation).to.include({ device: 'c07-smoke-9', code: 'history-refused' })
    expect(JSON.stringify(violation)).to.contain('field type conflict').and.to.contain('co')
    // Called back behind the violation: by then the forwarder was told that it is on record.
    await rig.append({ type: 'tick' })
    await rig.forwarded()
    await rig.restart()
    await rig.append({ type: 'tick' })
    await rig.forwarded()
    expect(readEntries(rig).filter((entry) => entry.type === 'violation')).to.have.length(1)
  })

  it('does not come back sooner than a busy server asks for', async () => {
    const proxy = await new Proxy(server.url).start()
    await begin(proxy.url)
    await rig.append(...readings(10))
    await rig.forwarded()
    let refusedAt = 0
    proxy.spoil(1, (_, response) => {
      refusedAt = performance.now()
      response.writeHead(429, { 'Retry-After': '3' }).end('{"error":"too many requests"}')
    })
    await rig.append(...readings(10))
    await rig.forwarded()
    expect(performance.now() - refusedAt).to.be.at.least(3000)
    expect(await count()).to.equal(20)
    await rig.stop()
    await proxy.stop()
    await rig.start()
  })

  it('finds thousands of bad rows of two days and several fields in a few requests, has each on record, and writes the good ones', async () => {
    const proxy = await new Proxy(server.url).start()
    await begin(proxy.url)
    await rig.append({ type: 'tick' })
    const now = Date.now()
    const yesterday = now - 86_400_000
    for (const [measurement, field] of [['smoke', 'co'], ['smoke', 'contamination'], ['door', 'supply']] as const) {
      for (const at of [now, yesterday]) {
        await eventually('the field has another type', async () => (await fetch(`${server.url}/write?db=${rig.address.database}`, { method: 'POST', body: `${measurement} ${field}="text" ${at}000000` })).ok)
      }
    }
    const bad = (n: number, at: number): NewEntry => n % 3 === 0
      ? reading(`c07-door-${n % 7}`, { ts: at, boot: 'x', seq: n, supply: 12 }, 'telemetry', 'door')
      : reading(`c07-smoke-${n % 7}`, { ts: at, boot: 'x', seq: n, ...(n % 2 === 0 ? { co: 5 } : { contamination: 5 }) })
    const before = proxy.seen.filter(({ path }) => path.startsWith('/write')).length
    await rig.append(...Array.from({ length: 5000 }, (_, n) => bad(n, n < 2500 ? yesterday : now)), ...readings(1000))
    await rig.forwarded()
    expect(await count()).to.equal(1000)
    await eventually('all are on record', () => readEntries(rig).filter((entry) => entry.type === 'violation').length === 5000)
    expect(proxy.seen.filter(({ path }) => path.startsWith('/write')).length - before).to.be.lessThan(60)
    await rig.stop()
    await proxy.stop()
    await rig.start()
  })

  it('forwards all of the journal anew into a database that was dropped, at work and while it was away, and to another server', async () => {
    await begin()
    const drop = (): Promise<unknown> => fetch(`${server.url}/query?${new URLSearchParams({ q: `DROP DATABASE ${rig.address.database}` }).toString()}`, { method: 'POST' })
    // While it is dropped, the server says that there is none.
    const all = async (): Promise<boolean> => await count().catch(() => 0) === 7000
    await rig.append(...readings(6000))
    await rig.forwarded()
    await drop()
    await rig.append(...readings(1000))
    await eventually('all of it is there', all)
    expect(rig.log.join()).to.contain('all that the journal holds is forwarded anew')
    await rig.stop()
    await drop()
    await rig.start()
    await eventually('all of it is there again', all)
    await rig.forwarded()
    await rig.restart()
    await rig.forwarded()
    expect(rig.history.counters.points).to.equal(0)
    await rig.stop()
    const other = `${rig.address.database}b`
    await fetch(`${server.url}/query?${new URLSearchParams({ q: `CREATE DATABASE ${other}` }).toString()}`, { method: 'POST' })
    rig.address = { ...rig.address, database: other }
    await rig.start()
    await eventually('the other one has all of it', all)
  })

  it('halves what is too large for the server', async () => {
    await server.kill()
    await server.start({ INFLUXDB_HTTP_MAX_BODY_SIZE: '20000' })
    await begin()
    await rig.append(...readings(2000))
    await rig.forwarded()
    expect(await count()).to.equal(2000)
    expect(rig.history.counters.refused).to.equal(0)
    await server.kill()
    await server.start()
  })
})

function readEntries(rig: Rig) {
  const reader = new SqliteJournalReader(rig.folder.path)
  const entries = readAll(reader, 5000)
  reader.close()
  return entries
}

/** Of all temperatures in the journal. */
function readAllSum(rig: Rig): number {
  return readEntries(rig).reduce((sum, entry) => (entry.type === 'message' ? sum + (JSON.parse(Buffer.from(entry.body).toString()) as { temperature: number }).temperature : sum), 0)
}
