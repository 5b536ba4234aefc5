import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import { HELP } from '../../../services/history/help.ts'
import { COMMANDS, OPTION_NAMES, readOptions } from '../../../services/history/options.ts'
import { beginTask, openTask } from '../../../services/history/task.ts'
import { systemClock } from '../../../services/kernel/clock.ts'
import { backfill, stretchOf } from '../../../services/store/influx/backfill.ts'
import { InfluxClient } from '../../../services/store/influx/client.ts'
import { prepareServer } from '../../../services/store/influx/server.ts'
import { PointSource } from '../../../services/store/influx/source.ts'
import { SqliteJournalReader } from '../../../services/store/sqlite/journal-reader.ts'
import { Influxd } from '../../support/influxd.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { needInfluxd } from '../store/influx/rig.ts'
import { fillStore, RETENTION_DAYS } from './store.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const DAY = 86_400_000

describe('the options of npm run history', () => {
  const faultsOf = (...args: string[]): readonly string[] => {
    const read = readOptions(args)
    return 'faults' in read ? read.faults : []
  }

  it('take a day as its start in UTC, and a time with its zone', () => {
    expect(readOptions(['backfill', '--from', '2026-03-10', '--to=2026-03-11T08:00+08:00'])).to.deep.equal({
      help: false, command: 'backfill', from: Date.UTC(2026, 2, 10), to: Date.UTC(2026, 2, 11), anew: false
    })
    expect(readOptions(['verify'])).to.include({ command: 'verify', from: null, to: null })
  })

  it('name all their faults at once', () => {
    expect(faultsOf('copy', '--from', '2026-02-30', '--to', 'tomorrow', '--fast', 'now')).to.have.length(5)
    expect(faultsOf('backfill', '--from', '2026-03-10T08:00')).to.deep.equal(['--from must be a UTC day like 2026-03-10 or a time like 2026-03-10T08:00+08:00, was "2026-03-10T08:00"'])
    expect(faultsOf()).to.deep.equal(['what is to be done? backfill or verify'])
    expect(faultsOf('verify', '--anew')).to.deep.equal(['--anew belongs to backfill'])
    expect(faultsOf('backfill', '--from', '2026-03-11', '--to', '2026-03-11')).to.deep.equal(['--from must be before --to'])
    expect(faultsOf('backfill', '--from')).to.deep.equal(['--from needs a value'])
  })

  it('are explained in two languages, every one of them', () => {
    for (const name of [...OPTION_NAMES.map((name) => `--${name}`), ...COMMANDS]) expect(HELP).to.contain(name)
    expect(HELP).to.match(/退出码/)
    expect(readOptions(['--help', '--nonsense'])).to.include({ help: true })
  })
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

/** Runs the command as a user does; `until` stops it as Ctrl-C does when its text was printed. */
function history(dataDir: string, influxUrl: string, args: readonly string[], until?: RegExp): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, 'tools/run.mjs'), join(ROOT, 'services/history-main.ts'), ...args], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, INFLUX_URL: influxUrl }, stdio: ['ignore', 'pipe', 'pipe']
  })
  let out = ''
  let errors = ''
  let stopping = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (until?.test(out) && !stopping) stopping = child.kill('SIGINT')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return new Promise((done) => child.once('close', (code) => done({ code, out, errors })))
}

describe('npm run history', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => (folder = temporaryFolder()))
  afterEach(() => folder.remove())

  it('names wrong options and wrong settings together, and ends with 2', async () => {
    const { code, errors } = await history(folder.path, 'ftp://nowhere', ['copy', '--fast'])
    expect(code).to.equal(2)
    expect(errors).to.contain('copy').and.contain('--fast').and.contain('INFLUX_URL')
    expect((await history(folder.path, '', ['verify'])).errors).to.contain('INFLUX_URL is not set').and.contain('holds no data')
  })

  it('says in plain words that there is no InfluxDB, and ends with 3', async () => {
    await fillStore(folder.path)
    const { code, errors } = await history(folder.path, 'http://127.0.0.1:9/gatehouse', ['verify'])
    expect([code, errors]).to.deep.equal([3, errors])
    expect(errors).to.contain('nothing listens at http://127.0.0.1:9/gatehouse')
  })
})

describe('npm run history, against a real InfluxDB', () => {
  const server = new Influxd()
  let folder: ReturnType<typeof temporaryFolder>
  let database = ''
  const url = (): string => `${server.url}/${database}`
  const counted = (measurement: string, field: string): Promise<number> => server.number(database, `SELECT count("${field}") FROM "${measurement}"`)

  before(async function () {
    needInfluxd(this)
    await server.start()
  })
  after(() => server.remove())
  beforeEach(() => {
    folder = temporaryFolder()
    database = `db${process.pid}_${Math.random().toString(36).slice(2)}`
  })
  afterEach(() => folder.remove())

  it('copies readings, events and transitions, rolls up what is over, and both sides agree', async () => {
    await fillStore(folder.path)
    const copied = await history(folder.path, url(), ['backfill'])
    expect([copied.code, copied.errors]).to.deep.equal([0, ''])
    expect(copied.out).to.match(/100 %/).and.match(/完成 done: 106 点 points/)
    expect([await counted('smoke', 'temperature'), await counted('smoke', 'obscuration'), await counted('event', 'historical'), await counted('alarm', 'occurrences')]).to.deep.equal([100, 50, 3, 3])
    expect(await server.number(database, 'SELECT sum("temperature_count") FROM "hourly"."smoke"')).to.be.at.least(50)
    const verified = await history(folder.path, url(), ['verify'])
    expect([verified.code, verified.errors]).to.deep.equal([0, ''])
    expect(verified.out).to.match(/smoke\s+125\s+125\s+=/).and.match(/event\s+3\s+3\s+=/).and.match(/alarm\s+3\s+3\s+=/).and.contain('Both sides agree')
    await history(folder.path, url(), ['backfill'])
    expect(await counted('smoke', 'temperature')).to.equal(100)
  })

  it('copies a range alone, and verify shows which day and which field differ, and ends with 1', async () => {
    const { first } = await fillStore(folder.path)
    const second = new Date(first + DAY).toISOString().slice(0, 10)
    expect((await history(folder.path, url(), ['backfill', '--from', second])).code).to.equal(0)
    expect(await counted('smoke', 'temperature')).to.equal(50)
    const { code, out } = await history(folder.path, url(), ['verify'])
    expect(code).to.equal(1)
    expect(out).to.match(new RegExp(`${new Date(first).toISOString().slice(0, 10)}\\s+smoke\\s+125\\s+0\\s+-125`))
    expect(out).to.match(/ temperature +50 → 0 {2}\(-50\)/)
    expect((await history(folder.path, url(), ['verify', '--from', second])).code).to.equal(0)
  })

  it('ends with 130 when it is stopped, and says how to go on', async () => {
    await fillStore(folder.path, 6_000)
    const stopped = await history(folder.path, url(), ['backfill'], / 点 points/)
    expect([stopped.code, stopped.errors]).to.deep.equal([130, ''])
    const other = await history(folder.path, url(), ['backfill', '--from', '2020-01-01'])
    expect([other.code, other.errors.includes('--anew')]).to.deep.equal([2, true])
    expect((await history(folder.path, url(), ['backfill'])).code).to.equal(0)
    expect(await counted('smoke', 'temperature')).to.equal(12_000)
  })

  it('goes on where it was stopped: nothing is left out and nothing is sent again', async () => {
    await fillStore(folder.path, 6_000)
    const reader = new SqliteJournalReader(folder.path)
    const range = { from: 0, to: Date.now() }
    const stretch = stretchOf(reader, range, RETENTION_DAYS)
    reader.close()
    beginTask(folder.path, { range, stretch, target: url() })
    const { hostname, port } = new URL(server.url)
    const address = { protocol: 'http', host: hostname, port: Number(port), path: '', database, login: { type: 'none' }, insecure: false } as const
    const sent: number[] = []
    for (const stopAfterFirst of [true, false]) {
      const progress = openTask(folder.path)
      const source = new PointSource(folder.path, RETENTION_DAYS, progress)
      const client = new InfluxClient({ address, clock: systemClock })
      const halt = new AbortController()
      let points = 0
      const end = await backfill({
        range, stretch, source, progress, client, clock: systemClock, patience: 30_000, signal: halt.signal,
        prepare: async () => (await prepareServer(client, { rawDays: 90, rollupDays: 90 })).made,
        onProgress(now) {
          points = now.points
          if (stopAfterFirst && points > 0) halt.abort()
        },
        onRefused: (records) => expect(records).to.be.empty,
        onFailed: (words) => expect.fail(words)
      })
      expect(end.type).to.equal(stopAfterFirst ? 'stopped' : 'done')
      sent.push(points)
      source.close()
      progress.close()
    }
    expect(sent[0]).to.be.within(1, 11_000)
    expect(sent[0]! + sent[1]!).to.equal(12_006)
    expect(await counted('smoke', 'temperature')).to.equal(12_000)
  })

  it('gives a server up that takes nothing, and keeps what was copied', async () => {
    await fillStore(folder.path)
    const reader = new SqliteJournalReader(folder.path)
    const range = { from: 0, to: Date.now() }
    const stretch = stretchOf(reader, range, RETENTION_DAYS)
    reader.close()
    beginTask(folder.path, { range, stretch, target: 'nobody' })
    const progress = openTask(folder.path)
    const source = new PointSource(folder.path, RETENTION_DAYS, progress)
    const said: string[] = []
    const end = await backfill({
      range, stretch, source, progress, clock: systemClock, patience: 0, signal: new AbortController().signal,
      client: { write: () => Promise.resolve({ type: 'failed', words: 'nobody is there', databaseMissing: false }), close: () => undefined },
      prepare: () => Promise.resolve(false), onProgress: () => undefined, onRefused: () => undefined, onFailed: (words) => said.push(words)
    })
    expect(end).to.deep.equal({ type: 'failed', words: 'nobody is there' })
    expect(said).to.deep.equal(['nobody is there'])
    expect(progress.mark().position).to.equal(stretch.begin)
    source.close()
    progress.close()
  })
})
