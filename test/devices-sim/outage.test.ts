import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Report } from '../../devices-sim/report.ts'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'

/** Rules brought down so far that a run takes a minute, and nobody is taken for silent while the platform is away. */
const HASTE = {
  RULE_SMOKE_ALARM_QUIET: '2', RULE_SMOKE_HEAT_QUIET: '2', RULE_SMOKE_PRE_ALARM_QUIET: '2', RULE_SMOKE_PRE_ALARM_HOLD: '5', RULE_SMOKE_PRE_ALARM_WINDOW: '8', RULE_SMOKE_CALL_POINT_QUIET: '2',
  RULE_DOOR_HELD_OPEN_HOLD: '12', RULE_DOOR_HELD_OPEN_HIGH_HOLD: '24', RULE_DOOR_DENIED_BURST_QUIET: '5', RULE_DOOR_DURESS_QUIET: '2', RULE_CAMERA_VIDEO_LOSS_HOLD: '10',
  RULE_CAMERA_VIDEO_LOSS_QUIET: '3', RULE_CAMERA_FIRE_LANE_BLOCKED_HOLD: '10', RULE_CAMERA_FALLING_OBJECT_QUIET: '5', RULE_DEVICE_FLAPPING_WINDOW: '20'
}
const SCENARIOS = [
  'gateway-lost', 'smouldering', 'firmware-chatter', 'late-backlog', 'call-point', 'battery-drain', 'detector-removed', 'door-forced', 'door-held-open', 'denied-burst', 'duress', 'bad-payloads',
  'flapping', 'lens-covered', 'video-lost', 'ebike-in-lift', 'fire-lane-blocked', 'falling-object', 'flame'
]
/** In the middle of what happens. */
const KILL_AFTER_MS = 7_000

describe('A platform that is killed in the middle of everything', () => {
  let folder: string
  let platform: Platform | null = null

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-outage-'))
  })
  afterEach(async () => {
    await platform?.stop()
    if (platform) await rm(platform.dataDir, { recursive: true, force: true })
    platform = null
    await rm(folder, { recursive: true })
  })

  it('still tells all of it, once and rightly, and what is late is late by its absence alone', async function () {
    this.timeout(240_000)
    platform = await new Platform(HASTE).start()
    const file = join(folder, 'report.json')
    const args = [
      'devices-sim/main.ts', '--url', platform.url, '--user', 'admin', '--tokens', join(folder, 'tokens.json'), '--compounds', '2', '--homes', '300', '--at', 'c02',
      '--scenario', SCENARIOS.join(','), '--report', file
    ]
    const child = spawn(process.execPath, args, { env: { ...process.env, GATEHOUSE_TOKEN: '', GATEHOUSE_PASSWORD: PASSWORD } })
    let out = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (out += text))
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))

    await eventually('everything is connected', () => out.includes('connections are there'), 60_000)
    await new Promise((resolve) => setTimeout(resolve, KILL_AFTER_MS))
    const { dataDir, httpPort, mqttPort } = platform
    await platform.kill()
    platform = await new Platform({ ...HASTE, HTTP_PORT: String(httpPort), MQTT_PORT: String(mqttPort) }, dataDir).start()

    const code = await ended
    const report = JSON.parse(await readFile(file, 'utf8')) as Report
    expect(report, out).to.deep.include({ missed: [], false: [], doubled: [], late: [], wrong: [] })
    expect(report.found, out).to.equal(report.expected).and.to.be.greaterThan(30)
    expect(report.sent).to.equal(report.acknowledged)
    expect(report.away?.times, out).to.have.length(1)
    expect(code, out).to.equal(0)
  })
})
