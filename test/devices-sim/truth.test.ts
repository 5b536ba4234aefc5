import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { SCENARIOS } from '../../devices-sim/scenarios/catalogue.ts'
import type { Report } from '../../devices-sim/report.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { Liar } from './support/liar.ts'
import type { Lie } from './support/liar.ts'

/** Rules brought down so far that everything is over within half a minute. */
const HASTE = {
  RULE_SMOKE_ALARM_QUIET: '1', RULE_SMOKE_HEAT_QUIET: '1', RULE_SMOKE_PRE_ALARM_QUIET: '1', RULE_SMOKE_PRE_ALARM_HOLD: '2', RULE_SMOKE_PRE_ALARM_WINDOW: '4',
  RULE_SMOKE_CO_HIGH_HOLD: '0.1', RULE_SMOKE_CO_QUIET: '0.05', RULE_SMOKE_CALL_POINT_QUIET: '2', RULE_DOOR_HELD_OPEN_HOLD: '12', RULE_DOOR_HELD_OPEN_HIGH_HOLD: '18',
  RULE_DOOR_DENIED_BURST_QUIET: '3', RULE_DOOR_DURESS_QUIET: '2', RULE_CAMERA_VIDEO_LOSS_HOLD: '3', RULE_CAMERA_VIDEO_LOSS_QUIET: '2', RULE_CAMERA_FIRE_LANE_BLOCKED_HOLD: '4',
  RULE_CAMERA_FALLING_OBJECT_QUIET: '3', RULE_DEVICE_OFFLINE_DOOR: '10', RULE_DEVICE_OFFLINE_CAMERA: '10', RULE_DEVICE_OFFLINE_GATEWAY: '10', RULE_DEVICE_OFFLINE_SETTLE: '2',
  RULE_DEVICE_FLAPPING_COUNT: '6', RULE_DEVICE_FLAPPING_WINDOW: '8', RULE_LATE_LONGEST: '4', RULE_DEVICE_REJECTED_WINDOW: '8', RULE_DEVICE_CLOCK_HOLD: '2'
}
/** A fire burns for minutes, a device that was never seen is waited for for longer than any other needs for its first word, and a power cut has to be alone. */
const TOO_LONG = new Set(['fire', 'never-seen', 'power-cut'])

describe('A whole platform under the eye of the simulator', () => {
  let folder: string
  let platform: Platform | null = null

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-truth-'))
  })
  afterEach(async () => {
    await platform?.stop()
    if (platform) await rm(platform.dataDir, { recursive: true, force: true })
    platform = null
    await rm(folder, { recursive: true })
  })

  async function play(environment: Readonly<Record<string, string>>, scenarios: readonly string[], homes: number, lie: Lie = (_, body) => body): Promise<{ code: number | null; out: string; report: Report }> {
    platform = await new Platform({ ...HASTE, ...environment, LOG_LEVEL: 'info' }).start()
    const file = join(folder, 'report.json')
    const liar = new Liar(platform.url, lie)
    await liar.open()
    const args = [
      'devices-sim/main.ts', '--url', liar.url, '--user', 'admin', '--tokens', join(folder, 'tokens.json'), '--compounds', '1', '--homes', String(homes), '--at', 'c01',
      '--scenario', scenarios.join(','), '--report', file
    ]
    const child = spawn(process.execPath, args, { env: { ...process.env, GATEHOUSE_TOKEN: '', GATEHOUSE_PASSWORD: PASSWORD } })
    let out = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (out += text))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    await liar.close()
    return { code, out, report: JSON.parse(await readFile(file, 'utf8')) as Report }
  }

  it('tells everything that happens in a compound at once: all found, nothing false, doubled, late or wrong', async function () {
    this.timeout(180_000)
    const names = SCENARIOS.map((one) => one.name).filter((name) => !TOO_LONG.has(name))
    const { code, out, report } = await play({}, names, 400)
    expect(report, out).to.deep.include({ missed: [], false: [], doubled: [], late: [], wrong: [] })
    expect(report.found, out).to.equal(report.expected)
    expect(report.scenarios.map((one) => one.scenario).toSorted()).to.deep.equal(names.toSorted())
    expect(code, out).to.equal(0)
  })

  it('is caught when one of its rules is deafer than it says and another too eager', async function () {
    this.timeout(120_000)
    const { code, out, report } = await play({ RULE_SMOKE_BATTERY_LIMIT: '5', RULE_SMOKE_ALARM_LIMIT: '3' }, ['battery-drain', 'cooking-steam', 'detector-removed'], 20,
      (path, body) => (path === '/rules' ? claimed(body, new Map([['smoke.battery.limit', 15]])) : body))
    expect(report.missed.map((one) => `${one.scenario} ${one.rule}`), out).to.deep.equal(['battery-drain smoke.battery'])
    expect(report.false.map((one) => `${one.scenario} ${one.rule}`), out).to.deep.equal(['cooking-steam smoke.alarm'])
    expect(report.scenarios.map((one) => [one.scenario, one.faults]), out).to.deep.equal([['battery-drain', 1], ['cooking-steam', 1], ['detector-removed', 0]])
    expect(out).to.contain('NOT good')
    expect(code, out).to.equal(1)
  })

  it('is caught when its rules are slower, milder and longer than it says, and when it tells one thing twice', async function () {
    this.timeout(120_000)
    const broken = { RULE_DOOR_HELD_OPEN_HOLD: '12', RULE_DOOR_HELD_OPEN_HIGH_HOLD: '100', RULE_CAMERA_FALLING_OBJECT_QUIET: '120' }
    const claims = new Map([['door.held-open.hold', 5], ['door.held-open.high-hold', 10], ['camera.falling-object.quiet', 3]])
    const { code, out, report } = await play(broken, ['door-held-open', 'falling-object', 'detector-removed'], 60, (path, body) => {
      if (path === '/rules') return claimed(body, claims)
      if (path !== '/alarms') return body
      const page = body as { items: { id: string; rule: string }[] }
      for (const one of page.items.filter(({ rule }) => rule === 'smoke.tamper')) page.items.push({ ...one, id: `${one.id}-again` })
      return page
    })
    const told = (kind: 'missed' | 'false' | 'doubled' | 'late' | 'wrong'): string[] => report[kind].map((one) => `${one.rule} ${one.why.replace(/[\d.]+ ms.*|: .*/, '')}`)
    expect(told('missed'), out).to.deep.equal(['door.held-open not raised within '])
    expect(told('late'), out).to.deep.equal(['door.held-open after '])
    expect(told('wrong'), out).to.deep.equal(['door.held-open severity medium, should be high', 'camera.falling-object not cleared although what called for it is over'])
    expect(told('doubled'), out).to.deep.equal(['smoke.tamper raised 2 times'])
    expect(told('false'), out).to.deep.equal([])
    expect(code, out).to.equal(1)
  })
})

/** The answer to `GET /rules` with other numbers in it. */
function claimed(body: unknown, claims: ReadonlyMap<string, number>): unknown {
  const view = body as { settings: { name: string; value: number }[]; rules: { settings: { name: string; value: number }[] }[] }
  for (const one of [view, ...view.rules].flatMap(({ settings }) => settings)) one.value = claims.get(one.name) ?? one.value
  return view
}
