import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Alarm } from '../../protocol/alarm.ts'
import { parseTopic } from '../../protocol/topics.ts'
import { createPilot } from '../../devices-sim/pilot.ts'
import { findLender, LendingDesk } from '../../devices-sim/control.ts'
import { writePrivate } from '../../devices-sim/token-file.ts'
import { eventually } from '../support/eventually.ts'
import { TinyBroker } from './support/broker.ts'
import { simulate } from './support/simulate.ts'
import { TinySite } from './support/site.ts'
import { openStage } from './support/stage.ts'

describe('A run of the simulator', () => {
  let site: TinySite
  let broker: TinyBroker
  let folder: string
  let common: string[]
  let close: () => Promise<void>

  beforeEach(async () => {
    ({ site, broker, folder, common, close } = await openStage())
  })
  afterEach(() => close())

  it('enrols, connects, is acknowledged, reports and ends with 0', async () => {
    const report = join(folder, 'report.json')
    const { code, out } = await simulate([...common, '--duration', '1s', '--report', report])
    expect(code, out).to.equal(0)
    const written = JSON.parse(await readFile(report, 'utf8')) as Record<string, unknown>
    expect(written).to.include({ seed: 1, expected: 0, found: 0 })
    expect(written.sent).to.equal(written.acknowledged).and.to.be.greaterThan(8)
    expect(broker.guests.map((one) => one.connect.clientId).toSorted()).to.deep.equal(['c01-camera-001', 'c01-camera-002', 'c01-door-01', 'c01-gateway-01'])
    expect(broker.guests.every((one) => String(one.connect.password) === `token-${one.connect.clientId}`)).to.equal(true)
    expect((await stat(join(folder, 'tokens.json'))).mode & 0o777).to.equal(0o600)
  })

  it('says when the clock of the platform is another than its own', async () => {
    const told = async (ahead: number): Promise<string | undefined> => {
      site.ahead = ahead
      return /the clock of the platform is (\d+ s [a-z ]+) this machine/.exec((await simulate([...common, '--duration', '100ms'])).out)?.[1]
    }
    expect(await told(0)).to.equal(undefined)
    expect(await told(3_600_500)).to.match(/^(3600|3601) s ahead of$/)
    expect(await told(-60_000)).to.match(/^(60|61) s behind$/)
  })

  it('uses the tokens of the run before, and gets a new one where the platform refuses', async () => {
    await simulate([...common, '--duration', '100ms'])
    const renewals = (): number => site.asked.filter((one) => one.endsWith('/token')).length
    expect(renewals()).to.equal(0)
    broker.admit = ({ clientId, password }) => (String(password) === site.devices.get(clientId)?.token ? 0 : 4)
    site.devices.set('c01-door-01', { ...site.devices.get('c01-door-01')!, token: 'changed by somebody' })
    const { code, out } = await simulate([...common, '--duration', '100ms'])
    expect(code, out).to.equal(0)
    expect(renewals()).to.equal(1)
  })

  it('ends with 1 when an alarm that was called for does not come, and names it', async () => {
    const recording = join(folder, 'fire.csv')
    await writeFile(recording, 'Time,Quadrant A Temperature 25 mm Below Ceiling\n-1,20\n0,20\n1,\n2,60\n3,300\n')
    const { code, out } = await simulate([...common, '--replay', recording, '--replay-speed', '100', '--at', 'c01-smoke-0003', '--duration', '300ms'])
    expect(code, out).to.equal(1)
    expect(out).to.contain('missed: smoke.heat c01-smoke-0003')
    const played = broker.published.filter(({ topic }) => parseTopic(topic)?.device === 'c01-smoke-0003')
    const bodies = played.map(({ payload }) => JSON.parse(String(payload)) as { ts: number; temperature: number }).slice(0, 4)
    expect(bodies.map((one) => one.temperature)).to.deep.equal([20, 20, 60, 125])
    expect(bodies.map((one) => one.ts - bodies[0]!.ts)).to.deep.equal([0, 1_000, 3_000, 4_000])
  })

  it('ends with 1 when the platform keeps good messages in quarantine and tells nobody', async () => {
    site.quarantine = [{
      id: '1.0', at: Date.now() + 60_000, device: 'c01-door-01' as NonNullable<Alarm['device']>, compound: 'c01' as Alarm['compound'], channel: 'telemetry', code: 'not-json', path: '', message: 'is no JSON',
      refused: true, size: 2, body: '{}', encoding: 'utf-8'
    }]
    const { code, out } = await simulate([...common, '--duration', '300ms'])
    expect(code, out).to.equal(1)
    expect(out).to.contain('wrong: quarantine c01-door-01: refused on telemetry: not-json')
  })

  it('says when the heat alarm of a recording came', async () => {
    const recording = join(folder, 'fire.csv')
    const report = join(folder, 'report.json')
    // A recording that runs faster than life has timestamps that do: who says so is right.
    const wrongClock: Alarm = { ...heatAlarm(Date.now() + 60_000), id: 'a2', rule: 'device.clock', severity: 'low' }
    await writeFile(recording, 'Time,Quadrant A Temperature 25 mm Below Ceiling\n-1,20\n0,20\n1,21\n2,60\n3,70\n')
    broker.acknowledges = ({ payload, topic }) => {
      if (topic.endsWith('c01-smoke-0003/telemetry') && String(payload).includes('"temperature":60')) site.alarms = [heatAlarm(Date.now()), wrongClock]
      return true
    }
    const { code, out } = await simulate([...common, '--replay', recording, '--replay-speed', '50', '--at', 'c01-smoke-0003', '--report', report])
    expect(code, out).to.equal(0)
    const { replay } = JSON.parse(await readFile(report, 'utf8')) as { replay: { ignition: number; raisedAt: number } }
    expect(replay).to.include({ file: 'fire.csv', detector: 'c01-smoke-0003', secondsAfterIgnition: 2, expectedSecondsAfterIgnition: 2 })
    expect(replay.raisedAt - replay.ignition).to.equal(2_000)
  })

  it('borrows from the one that runs what it plays with, and gives it back', async function () {
    if (process.platform === 'win32') this.skip()
    this.timeout(60_000)
    let pid = 0
    const first = simulate(common, null, (own) => (pid = own))
    await broker.until(() => broker.guests.length === 4)
    try {
      const { code, out } = await simulate([...common, '--scenario', 'test-button', '--at', 'c01'])
      expect(out).to.contain('a simulator runs already').and.contain('1 connections are taken over')
      expect(code, out).to.equal(0)
      // The gateway of the detector: the first one, the borrower, the first one again.
      await eventually('it is given back', () => broker.guests.filter((one) => one.connect.clientId === 'c01-gateway-01').length === 3)
    } finally {
      process.kill(-pid, 'SIGINT')
    }
    expect((await first).code).to.equal(0)
  })

  it('takes several processes when one may not open so many files, and joins what they did', async function () {
    if (process.platform === 'win32') this.skip()
    this.timeout(60_000)
    const report = join(folder, 'report.json')
    // A hundred and more connections, where each process has room for forty.
    const { code, out } = await simulate([...common, '--homes', '80', '--connections', 'direct', '--duration', '2s', '--report', report], 540)
    expect(code, out).to.equal(0)
    expect(out).to.match(/95 connections are there, for 95 devices; they are in 3 processes/)
    expect(new Set(broker.guests.map((one) => one.connect.clientId)).size).to.equal(95)
    const written = JSON.parse(await readFile(report, 'utf8')) as Record<string, unknown>
    expect(written.sent).to.equal(written.acknowledged).and.to.be.greaterThan(190)
    expect(new Set(broker.published.map(({ topic }) => parseTopic(topic)?.device)).size).to.equal(95)
  })

  it('ends all its processes by one Ctrl-C, with its report', async function () {
    if (process.platform === 'win32') this.skip()
    this.timeout(60_000)
    let pid = 0
    const ended = simulate([...common, '--homes', '80', '--connections', 'direct'], 540, (own) => (pid = own))
    await broker.until(() => broker.guests.length === 95)
    // To the whole group, as a terminal does.
    process.kill(-pid, 'SIGINT')
    const { code, out } = await ended
    expect(out).to.contain('sent ')
    expect(code, out).to.equal(0)
    await broker.until(() => broker.said.filter((one) => one === 'closed').length === 95)
  })

  it('says before anybody connects that the platform cannot hold so many', async () => {
    site.metrics = 'gatehouse_process_open_fds 61\ngatehouse_process_max_fds 64\n'
    const { code, out } = await simulate([...common, '--duration', '1s'])
    expect(out).to.contain('4 connections are more than').and.contain('may open 64 files')
    expect(code).to.equal(2)
    expect(broker.guests).to.have.length(0)
    expect(site.devices.size).to.equal(0)
  })

  it('ends with 2 and says why when it cannot begin', async () => {
    expect(await simulate(['--url', site.url, '--tokens', join(folder, 'none.json')])).to.include({ code: 2 }).and.property('out').contain('--token')
    expect(await simulate([...common, '--token', 'wrong'])).to.include({ code: 2 }).and.property('out').contain('not-logged-in')
    expect(await simulate([...common, '--at', 'c01-smoke-0999'])).to.include({ code: 2 }).and.property('out').contain('c01-smoke-0999')
    const closed = new TinySite()
    await closed.open()
    await closed.close()
    expect(await simulate([...common, '--url', closed.url])).to.include({ code: 2 }).and.property('out').contain('Is it running?')
  })
})

function heatAlarm(at: number): Alarm {
  const device = 'c01-smoke-0003' as NonNullable<Alarm['device']>
  return {
    id: 'a1', rule: 'smoke.heat', subject: device, severity: 'critical', compound: 'c01' as Alarm['compound'], building: '1', device, location: createPilot(1, 10).devices.get(device)?.location ?? null, state: 'active',
    acknowledged: false, latched: true, shelvedUntil: null, suppressedBy: null, raisedAt: at, receivedAt: at, clearedAt: null, closedAt: null, cause: null,
    occurrences: 1, message: { zh: '', en: '' }, incident: null
  }
}

describe('Two simulators', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-sim-test-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('lend and give back: a borrower that is gone has given everything back', async () => {
    const file = join(folder, 'control.json')
    const events: string[] = []
    const back = Promise.withResolvers<void>()
    const desk = new LendingDesk(file, {
      compounds: 3, homes: 9, access: () => ({ authorization: 'x' }), lend: (ids) => events.push(`lent ${ids.join()}`),
      takeBack: (ids) => {
        events.push(`back ${ids.join()}`)
        back.resolve()
      }
    })
    await desk.open()
    const loan = await findLender(file)
    expect(loan).to.include({ compounds: 3, homes: 9, pid: process.pid })
    await loan?.borrow(['a', 'b'])
    expect(events).to.deep.equal(['lent a,b'])
    loan?.end()
    await back.promise
    expect(events).to.deep.equal(['lent a,b', 'back a,b'])
    await desk.close()
    expect(await findLender(file)).to.equal(null)
  })

  it('do not believe a file that a killed one left behind', async () => {
    const file = join(folder, 'control.json')
    const closed = new TinyBroker()
    await closed.open()
    await closed.close()
    await writePrivate(file, JSON.stringify({ port: closed.port, secret: 's', pid: 1 }))
    expect(await findLender(file)).to.equal(null)
  })

  it('lend nothing to who does not know the secret', async () => {
    const file = join(folder, 'control.json')
    const desk = new LendingDesk(file, { compounds: 1, homes: 1, access: () => ({}), lend: () => undefined, takeBack: () => undefined })
    await desk.open()
    const { port } = JSON.parse(await readFile(file, 'utf8')) as { port: number }
    await writePrivate(file, JSON.stringify({ port, secret: 'guessed', pid: 1 }))
    expect(await findLender(file)).to.equal(null)
    await desk.close()
  })
})
