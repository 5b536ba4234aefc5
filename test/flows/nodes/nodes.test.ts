import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { ApiClient, enrolSmallCompound } from '../../support/api-client.ts'
import { connectDevice, report } from '../../support/device.ts'
import { eventually } from '../../support/eventually.ts'
import { Platform } from '../../support/platform.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { errorsOf, first, heard, helper, lay, states } from './bench.ts'
import type { Message } from './bench.ts'

const MINUTE = 60_000

describe('Our nodes, before a real platform', function () {
  this.timeout(120_000)
  const clients: MqttClient[] = []
  let platform: Platform
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  let token: string
  let door: MqttClient
  let gateway: MqttClient
  let camera: MqttClient

  before(async () => {
    platform = await new Platform().start()
    api = await ApiClient.admin(platform)
    devices = await enrolSmallCompound(api)
    ;({ token } = await api.post<{ token: string }>('/api/v1/flows/token', {}))
    for (const one of ['door', 'gateway', 'camera'] as const) clients.push(await connectDevice(platform, devices[one]))
    ;[door, gateway, camera] = clients as [MqttClient, MqttClient, MqttClient]
    helper.init(createRequire(import.meta.url).resolve('node-red'))
    await helper.startServer()
  })
  afterEach(() => helper.unload())
  after(async () => {
    await helper.stopServer()
    for (const client of clients) client.end(true)
    await platform?.stop()
  })

  /** One of our nodes with what it sends, and what goes wrong at it. */
  async function bench(type: string, more: object, wires: readonly (readonly string[])[] = [['out']], secret = token): Promise<Record<'out' | 'out2' | 'faults', Message[]>> {
    const { httpPort, mqttPort } = platform
    const flow = [
      { id: 'tab', type: 'tab', label: 'bench' },
      { id: 'p', type: 'gatehouse', url: `http://127.0.0.1:${httpPort}`, mqttUrl: `mqtt://127.0.0.1:${mqttPort}` },
      { id: 'n', z: 'tab', type, gatehouse: 'p', wires, ...more },
      { id: 'out', z: 'tab', type: 'helper' }, { id: 'out2', z: 'tab', type: 'helper' },
      { id: 'c', z: 'tab', type: 'catch', wires: [['faults']] }, { id: 'faults', z: 'tab', type: 'helper' }
    ]
    await lay(flow, { p: { token: secret } })
    return { out: heard('out'), out2: heard('out2'), faults: heard('faults') }
  }
  const says = (client: MqttClient, topic: string, fields: object): Promise<unknown> => client.publishAsync(topic, report(fields), { qos: 1 })
  const faultOf = ({ error }: Message): { message: string; code?: string } => error as { message: string; code?: string }

  it('alarm in: what is open when it starts, then each transition that fits, and none that does not', async () => {
    await says(gateway, 'v1/c07/smoke/c07-smoke-0001/telemetry', { alarm: true })
    await eventually('the alarm', async () => (await api.get<{ items: unknown[] }>('/api/v1/alarms?rule=smoke.alarm')).items.length > 0)
    const { out } = await bench('gatehouse-alarm-in', { severity: 'critical', compound: 'c07', transition: 'open,raised,acknowledged,noted' })
    const open = await first('the open alarm', out)
    expect(open).to.deep.include({ topic: 'smoke.alarm' })
    expect(open['payload']).to.include({ id: 'a1', rule: 'smoke.alarm', state: 'active' })
    expect(open['transition']).to.include({ name: 'open' })
    await says(door, 'v1/c07/door/c07-door-01/telemetry', { tamper: true })
    await api.post('/api/v1/alarms/a1/acknowledge', { note: '去看' })
    await eventually('the acknowledgement', () => out.length === 2)
    expect(out[1]!['transition']).to.include({ name: 'acknowledged', who: 'admin', note: '去看' })
  })

  it('reading in: the field that was chosen, of the kind that was chosen, as it was checked', async () => {
    const { out } = await bench('gatehouse-reading-in', { kind: 'smoke', compound: 'c07', field: 'temperature' })
    const seen = states('n')
    await eventually('the connection', async () => {
      await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: 21, obscuration: 1 })
      return out.length > 0
    })
    expect(out[0]).to.deep.include({ payload: 21, topic: 'c07-smoke-0002' })
    expect(out[0]!['reading']).to.include({ compound: 'c07', kind: 'smoke', device: 'c07-smoke-0002', field: 'temperature', historical: false })
    const before = out.length
    await says(door, 'v1/c07/door/c07-door-01/telemetry', { open: false })
    await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: 'hot' })
    await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: 5, historical: true })
    await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { obscuration: 2 })
    await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: 22 })
    await eventually('the last one', () => out.some(({ payload }) => payload === 22))
    expect(out.slice(before).map(({ payload }) => payload).filter((value) => value !== 21)).to.deep.equal([22])
    expect(seen.every((text) => text.startsWith('node-red:common.status.'))).to.equal(true)
  })

  it('reading in: does not let a flow drown, and says how many it left out', async () => {
    const { out } = await bench('gatehouse-reading-in', { kind: 'smoke', device: 'c07-smoke-0002', field: 'temperature', rate: '2' })
    const seen = states('n')
    await eventually('the connection', async () => {
      await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: 30 })
      return out.length > 0
    })
    for (let one = 0; one < 40; one += 1) void says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: one })
    await eventually('the newest', () => out.some(({ payload }) => payload === 39))
    expect(out.length).to.be.below(20)
    await eventually('the count of what was left out', () => seen.some((text) => /少送 \d+ left out/.test(text)))
  })

  it('event in: what happens at a door, and not who it was', async () => {
    const { out } = await bench('gatehouse-event-in', { kind: 'door', event: 'granted,forced' })
    await eventually('the passage', async () => {
      await says(door, 'v1/c07/door/c07-door-01/event', { type: 'opened' })
      await says(door, 'v1/c07/door/c07-door-01/event', { type: 'granted', method: 'card', credential: 'secret-card', direction: 'in' })
      return out.length > 0
    })
    expect(out[0]).to.deep.include({ payload: { type: 'granted', method: 'card', direction: 'in' }, topic: 'c07-door-01' })
    expect(JSON.stringify(out)).to.not.contain('secret')
    expect(new Set(out.map(({ event }) => (event as { type: string }).type))).to.deep.equal(new Set(['granted']))
  })

  it('event in: by phase', async () => {
    const { out } = await bench('gatehouse-event-in', { kind: 'camera', event: 'motion', phase: 'end' })
    await eventually('the end', async () => {
      await says(camera, 'v1/c07/camera/c07-camera-001/event', { type: 'motion', phase: 'start' })
      await says(camera, 'v1/c07/camera/c07-camera-001/event', { type: 'motion', phase: 'end', zone: 'lift' })
      return out.length > 0
    })
    expect(out[0]!['payload']).to.deep.equal({ type: 'motion', phase: 'end', zone: 'lift' })
  })

  it('device command: says at the first output that it was issued, at the second what became of it', async () => {
    const commands: { id: string; args: object }[] = []
    await camera.subscribeAsync('v1/c07/camera/c07-camera-001/command', { qos: 1 })
    camera.on('message', (topic, payload) => {
      const command = JSON.parse(payload.toString()) as { id: string; args: object }
      commands.push(command)
      camera.publish(`${topic}/${command.id}/result`, JSON.stringify({ state: 'done', message: '已播放' }), { qos: 1 })
    })
    const { out, out2 } = await bench('gatehouse-device-command', { command: 'announce', args: '请移开' }, [['out'], ['out2']])
    helper.getNode('n').receive({ device: 'c07-camera-001', mine: 7 })
    const issued = await first('that it was issued', out)
    expect(issued['payload']).to.include({ device: 'c07-camera-001', name: 'announce', state: 'queued' })
    const result = await first('the result', out2)
    expect(result).to.include({ mine: 7 })
    expect(result['payload']).to.include({ id: commands[0]!.id, state: 'done', message: '已播放', by: 'flows' })
    expect(commands[0]!.args).to.deep.equal({ text: '请移开' })
  })

  it('device command: refuses what cannot be done, names the field, and the catch node gets it with its code', async () => {
    const { faults } = await bench('gatehouse-device-command', {})
    const node = helper.getNode('n')
    node.receive({ topic: 'c07-door-01' })
    node.receive({ topic: 'c07-door-01', command: 'release' })
    node.receive({ topic: 'nobody', command: 'unlock' })
    node.receive({ topic: 'c07-door-01', command: 'unlock', args: 7 })
    await eventually('all four', () => faults.length === 4)
    expect(new Map(faults.map((fault) => [faultOf(fault).code, faultOf(fault).message.replace(/^\w+: /, '')]))).to.have.all.keys('bad-input', 'life-safety-right-missing', 'not-found')
    expect(faultOf(faults.find(({ command }) => command === undefined)!).message).to.contain('msg.command or msg.payload.command must be a text, or command set in the node, was missing')
    expect(faultOf(faults.find(({ args }) => args === 7)!).message).to.contain('msg.args must be an object')
  })

  it('acknowledge / note: answers an alarm in the name of the flows, and looks at its timeline', async () => {
    await says(gateway, 'v1/c07/smoke/c07-smoke-0002/telemetry', { temperature: 70 })
    const { id } = await eventually('the alarm', async () => (await api.get<{ items: { id: string }[] }>('/api/v1/alarms?rule=smoke.heat')).items[0])
    const noted = await bench('gatehouse-alarm-answer', { deed: 'note', note: '已转消防' })
    helper.getNode('n').receive({ payload: { id } })
    expect((await first('the alarm', noted.out))['payload']).to.include({ id, acknowledged: false })
    await helper.unload()
    const acknowledged = await bench('gatehouse-alarm-answer', { deed: 'acknowledge' })
    helper.getNode('n').receive({ alarm: id })
    expect((await first('the alarm', acknowledged.out))['payload']).to.include({ id, acknowledged: true })
    helper.getNode('n').receive({ alarm: id })
    expect(faultOf(await first('the second time', acknowledged.faults)).code).to.equal('not-allowed-in-this-state')
    await helper.unload()
    const looked = await bench('gatehouse-alarm-answer', { deed: 'look' })
    helper.getNode('n').receive({ alarm: id })
    const { timeline } = (await first('the timeline', looked.out))['payload'] as { timeline: { name: string; who: string; note: string | null }[] }
    expect(timeline[0]).to.include({ name: 'raised', who: 'system' })
    expect(timeline.filter(({ who }) => who === 'flows').map(({ name, note }) => [name, note])).to.deep.equal([['noted', '已转消防'], ['acknowledged', null]])
  })

  it('acknowledge / note: a note needs words and an alarm', async () => {
    const { faults } = await bench('gatehouse-alarm-answer', { deed: 'note' })
    helper.getNode('n').receive({ alarm: 'a1' })
    helper.getNode('n').receive({ note: 'x' })
    await eventually('both', () => faults.length === 2)
    expect(faults.map((fault) => faultOf(fault).message).join()).to.match(/msg\.note must be a text/).and.to.match(/msg\.alarm or msg\.payload\.id must be a text/)
  })

  it('compound state: how one stands, or all, with alarms and devices where they are wanted', async () => {
    const { out, faults } = await bench('gatehouse-compound-state', { alarms: 'open', devices: 'door' })
    const node = helper.getNode('n')
    node.receive({ compound: 'c07', kept: true })
    const one = await first('the compound', out)
    const { compounds, alarms, devices: doors, site } = one['payload'] as { compounds: Message[]; alarms: Message[]; devices: Message[]; site: Message }
    expect(one).to.include({ kept: true })
    expect([compounds.map(({ id }) => id), doors.map(({ id }) => id), site['timeZone']]).to.deep.equal([['c07'], ['c07-door-01'], 'Asia/Shanghai'])
    expect(alarms.map(({ rule }) => rule)).to.include.members(['smoke.alarm', 'smoke.heat'])
    node.receive({})
    await eventually('all', () => out.length === 2)
    expect(out[1]!['payload']).to.include({ compound: null })
    node.receive({ compound: 'c99' })
    expect(faultOf(await first('the one that is not there', faults)).code).to.equal('not-found')
  })

  it('time of day: goes at once where a message comes in, shows when it will, and names a time that is none', async () => {
    const { out } = await bench('gatehouse-time-of-day', { at: '23:30', days: '' })
    const seen = states('n')
    await eventually('the next moment', () => seen.some((text) => /^→ \d{4}-\d\d-\d\d 23:30 Asia\/Shanghai$/.test(text)))
    helper.getNode('n').receive({ mine: 1 })
    expect(await first('the message', out)).to.include({ mine: 1, topic: 'time' })
    await helper.unload()
    await bench('gatehouse-time-of-day', { at: '25:00' })
    expect(errorsOf('n').join()).to.contain('at must be a time of day such as 23:30, was "25:00"')
    await helper.unload()
    await bench('gatehouse-reading-in', { rate: '0' })
    expect(errorsOf('n').join()).to.contain('rate must be a number from 1 to 1000, was "0"')
  })

  it('time of day: makes up once for what it missed a moment ago, and not for what is long ago or was planned otherwise', async () => {
    const folder = temporaryFolder()
    helper.settings({ userDir: folder.path })
    try {
      // A minute that has passed, and is not gone into the next day by the site's clock.
      const now = Date.now()
      const at = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now - 3 * MINUTE)
      const due = Math.floor(now / MINUTE) * MINUTE - 3 * MINUTE
      const shows = async (seen: string[]): Promise<unknown> => eventually('the next moment', () => seen.some((text) => text.startsWith('→ ')))
      const run = async (more: object): Promise<Message[]> => {
        const { out } = await bench('gatehouse-time-of-day', { at, days: '', ...more })
        await shows(states('n'))
        await new Promise(setImmediate)
        return out
      }
      expect(await run({}), 'a node that is new missed nothing').to.deep.equal([])
      const [name = ''] = readdirSync(join(folder.path, 'plans'))
      const file = join(folder.path, 'plans', name)
      const plan = JSON.parse(readFileSync(file, 'utf8')) as { of: string; due: number }
      expect(plan).to.deep.equal({ of: at, due: due + 1440 * MINUTE })
      await helper.unload()

      writeFileSync(file, JSON.stringify({ of: at, due }))
      expect((await run({})).map(({ payload }) => payload)).to.deep.equal([due])
      await helper.unload()
      expect(await run({}), 'once').to.deep.equal([])
      await helper.unload()

      writeFileSync(file, JSON.stringify({ of: '08:00', due }))
      expect(await run({}), 'planned by other settings').to.deep.equal([])
      await helper.unload()
      writeFileSync(file, 'cut off by a pow')
      expect(await run({})).to.deep.equal([])
    } finally {
      await helper.unload()
      helper.settings({})
      folder.remove()
    }
  })

  it('gatehouse: shows what a token that is none leads to, and fills the lists of the editor', async () => {
    await bench('gatehouse-alarm-in', {}, [['out']], 'wrong')
    const seen = states('n')
    await eventually('the refusal', () => seen.includes('not-signed-in'))
    await helper.unload()
    await bench('gatehouse-alarm-in', {})
    const { status, body } = await helper.request().get('/gatehouse/choices?gatehouse=p')
    expect(status).to.equal(200)
    const { compounds, rules, kinds } = body as { compounds: Message[]; rules: Message[]; kinds: { id: string; rights: string[] }[] }
    expect(compounds).to.deep.equal([{ id: 'c07', zh: '测试小区', en: '测试小区' }])
    expect(rules.find(({ id }) => id === 'smoke.alarm')).to.deep.equal({ id: 'smoke.alarm', zh: '烟雾报警', en: 'Smoke alarm' })
    expect(kinds.find(({ id }) => id === 'door')?.rights).to.deep.equal(['lock', 'release', 'restore', 'configure'])
  })

  it('gatehouse: a node that names none says so', async () => {
    const { faults } = await bench('gatehouse-device-command', { gatehouse: '' })
    expect(errorsOf('n').join()).to.contain('gatehouse is missing')
    helper.getNode('n').receive({ topic: 'c07-door-01', command: 'unlock' })
    expect(faultOf(await first('the fault', faults)).message).to.contain('gatehouse is missing')
  })

  it('gatehouse: comes back when the platform was away, and misses no alarm', async () => {
    const { out } = await bench('gatehouse-alarm-in', { rule: 'door.duress', transition: 'raised,open' })
    const seen = states('n')
    await eventually('the connection', () => seen.some((text) => text.endsWith('.connected')))
    const again = { httpPort: platform.httpPort, mqttPort: platform.mqttPort }
    await platform.stop()
    await eventually('it says that it is gone', () => seen.some((text) => !text.endsWith('.connected')))
    platform = await new Platform({ HTTP_PORT: String(again.httpPort), MQTT_PORT: String(again.mqttPort) }, platform.dataDir).start()
    const back = await connectDevice(platform, devices.door)
    clients.push(back)
    await says(back, 'v1/c07/door/c07-door-01/event', { type: 'duress' })
    expect((await first('the alarm', out))['topic']).to.equal('door.duress')
    expect(out).to.have.lengthOf(1)
  })
})
