import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import { WebSocket } from 'ws'
import type { AlarmWithTimeline } from '../../../protocol/http/alarms.ts'
import { enrolSmallCompound } from '../../support/api-client.ts'
import type { ApiClient } from '../../support/api-client.ts'
import { connectDevice, inbox, report } from '../../support/device.ts'
import { eventually } from '../../support/eventually.ts'
import type { Platform } from '../../support/platform.ts'
import { deployChanged, press, startWithFlows, untilRunning } from './house.ts'
import type { ShippedNode } from './house.ts'
import { Receiver } from './receiver.ts'
import type { Received } from './receiver.ts'

type Inbox = ReturnType<typeof inbox>

describe('The shipped flows, in the whole platform', function () {
  this.timeout(120_000)
  const receiver = new Receiver()
  const clients: MqttClient[] = []
  let platform: Platform
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  let camera: MqttClient
  let smoke: MqttClient
  let liftDoor: MqttClient
  let atCamera: Inbox
  let atLift: Inbox

  before(async () => {
    const url = await receiver.start()
    const hook = (path: string, more = {}): Record<string, string> => ({ WEBHOOK_URL: `${url}/${path}`, ...more })
    ;({ platform, api } = await startWithFlows({
      'gh-ebike': { HOLD_SECONDS: '0.5' },
      'gh-firelane': hook('fire-lane'), 'gh-doors': hook('doors'), 'gh-daily': hook('daily'), 'gh-drill': hook('drill'),
      'gh-city': hook('city', { RETRY_FIRST_MS: '100', RETRY_LONGEST_MS: '400' })
    }, { RULE_CAMERA_FIRE_LANE_BLOCKED_HOLD: '1' }))
    devices = await enrolSmallCompound(api)
    const lift = await api.post<{ token: string }>('/api/v1/devices', {
      id: 'c07-door-09', kind: 'door', compound: 'c07', gateway: null, location: { building: 'b01', unit: '1' }, model: 'Lift-2000'
    })
    camera = await connect(devices.camera, 'camera')
    smoke = await connect(devices.gateway, 'smoke')
    liftDoor = await connect({ id: 'c07-door-09', token: lift.token }, 'door')
    const door = await connect(devices.door, 'door')
    atCamera = inbox(camera)
    atLift = inbox(liftDoor)
    await door.publishAsync('v1/c07/door/c07-door-01/telemetry', report({ open: false, locked: false }), { qos: 1 })
    await liftDoor.publishAsync('v1/c07/door/c07-door-09/telemetry', report({ open: false, locked: true }), { qos: 1 })
    // Devices answer what they are told.
    for (const [client, kind] of [[camera, 'camera'], [liftDoor, 'door']] as const) {
      client.on('message', (topic, payload) => {
        const [, , , device] = topic.split('/')
        const { id } = JSON.parse(payload.toString()) as { id: string }
        client.publish(`v1/c07/${kind}/${device}/command/${id}/result`, JSON.stringify({ state: 'done' }), { qos: 1 })
      })
    }
  })
  after(async () => {
    for (const client of clients) client.end(true)
    receiver.stop()
    await platform?.stop()
  })

  async function connect(credentials: { id: string; token: string }, kind: string): Promise<MqttClient> {
    const client = await connectDevice(platform, credentials)
    clients.push(client)
    if (kind !== 'smoke') await client.subscribeAsync(`v1/c07/${kind}/${credentials.id}/command`, { qos: 1 })
    return client
  }
  const sees = (type: string, phase: string): Promise<unknown> => camera.publishAsync('v1/c07/camera/c07-camera-001/event', report({ type, phase }), { qos: 1 })
  const smokes = (device: string, fields: object): Promise<unknown> => smoke.publishAsync(`v1/c07/smoke/${device}/telemetry`, report(fields), { qos: 1 })
  const told = (where: Inbox, name: string): Record<string, unknown>[] => where.map(({ body }) => body).filter((body) => body['name'] === name)
  const openAlarm = (rule: string): Promise<AlarmWithTimeline> => eventually(`an open ${rule}`, async () => {
    const { items: [alarm] } = await api.get<{ items: { id: string }[] }>(`/api/v1/alarms?state=open&rule=${rule}`)
    return alarm && await api.get<AlarmWithTimeline>(`/api/v1/alarms/${alarm.id}`)
  })

  it('hold the lift’s door and announce while an e-bike is in it, and let go at its end', async () => {
    await sees('ebike-in-lift', 'start')
    await eventually('the door is held open again and again', () => told(atLift, 'unlock').length >= 3)
    expect(told(atCamera, 'announce').map(({ args }) => args)).to.deep.equal([{ text: '电动车不得进入电梯，请推出去。' }])
    const { items } = await api.get<{ items: { name: string; by: string }[] }>('/api/v1/devices/c07-door-09/commands')
    expect(new Set(items.map(({ name, by }) => `${name} by ${by}`))).to.deep.equal(new Set(['unlock by flows']))
    expect((await api.get<{ items: unknown[] }>('/api/v1/devices/c07-door-01/commands')).items, 'the other door').to.deep.equal([])

    // It goes on where Node-RED is started anew, and where somebody deploys this tab alone: the alarm is open already when its nodes come.
    const { restarts } = await api.get<{ restarts: number }>('/api/v1/flows')
    await api.call('POST', '/api/v1/flows/restart')
    await untilRunning(api, restarts + 1)
    const restarted = told(atLift, 'unlock').length
    await eventually('the door is held on after a restart', () => told(atLift, 'unlock').length >= restarted + 3)
    const { flows } = await api.get<{ flows: ShippedNode[] }>('/api/v1/flows/export')
    const setting = flows.find(({ id }) => id === 'gh-ebike')?.env?.find(({ name }) => name === 'HOLD_SECONDS')
    Object.assign(setting ?? {}, { value: '0.4' })
    await deployChanged(api, flows)
    const deployed = told(atLift, 'unlock').length
    await eventually('the door is held on after a deployment', () => told(atLift, 'unlock').length >= deployed + 3)

    await sees('ebike-in-lift', 'end')
    await eventually('the alarm is over', async () => (await openAlarm('camera.ebike-in-lift')).state === 'cleared')
    // What was under way when it ended is over after a moment; then nothing comes for four times the pause.
    await eventually('the door is left alone', async () => {
      const before = told(atLift, 'unlock').length
      await new Promise((done) => setTimeout(done, 2000))
      return told(atLift, 'unlock').length === before
    })
  })

  it('announce at a blocked fire lane at once, and notify when it is still blocked', async () => {
    const announced = told(atCamera, 'announce').length
    await sees('fire-lane-blocked', 'start')
    const [notice] = await eventually('the notice', () => receiver.of('/fire-lane').length > 0 && receiver.of('/fire-lane'))
    const alarm = await openAlarm('camera.fire-lane-blocked')
    expect(notice!.body).to.include({ type: 'fire-lane-blocked', alarm: alarm.id, compound: 'c07', device: 'c07-camera-001' })
    await eventually('both announcements', () => told(atCamera, 'announce').length === announced + 2)

    // What was raised while Node-RED was away would be lost: what is fresh is notified once more, and the receiver knows it again.
    const { restarts } = await api.get<{ restarts: number }>('/api/v1/flows')
    await api.call('POST', '/api/v1/flows/restart')
    await untilRunning(api, restarts + 1)
    await eventually('the notice again', () => receiver.of('/fire-lane').length === 2)
    expect(new Set(receiver.of('/fire-lane').map(({ headers }) => headers['idempotency-key'])).size).to.equal(1)
    await sees('fire-lane-blocked', 'end')
  })

  it('report which doors are left unlocked', async () => {
    const reported = await eventually('the report', async () => {
      await press(api, 'gh-doors-try')
      return receiver.of('/doors').find(({ body }) => (body['unlocked'] as unknown[]).length > 0)
    })
    const { type, unlocked, offline, text } = reported.body as { type: string; unlocked: { id: string }[]; offline: string[]; text: { zh: string } }
    expect([type, unlocked.map(({ id }) => id), offline, text.zh]).to.deep.equal(['doors-unlocked', ['c07-door-01'], [], '有 1 扇门未锁：c07-door-01'])
  })

  it('remind of the drill', async () => {
    await press(api, 'gh-drill-try')
    const { body } = await eventually('the reminder', () => receiver.of('/drill')[0])
    expect(body).to.include({ type: 'drill-reminder' })
    expect(body['offline']).to.deep.equal([{ id: 'c07', name: '测试小区', offline: 2 }])
  })

  it('sum up the day', async () => {
    await press(api, 'gh-daily-try')
    const { body } = await eventually('the summary', () => receiver.of('/daily').at(-1))
    expect(body).to.deep.include({ type: 'daily-summary' })
    expect((body['alarms'] as { byRule: object }).byRule).to.deep.include({ 'camera.ebike-in-lift': 1, 'camera.fire-lane-blocked': 1 })
    expect(body['devices']).to.include({ total: 6 })
  })

  it('hand a fire over to the city within 3 s, and leave proof on the alarm', async () => {
    const since = Date.now()
    await smokes(devices.smoke1.id, { alarm: true })
    const handed = await eventually('the hand-over', () => receiver.of('/city')[0])
    const alarm = await openAlarm('smoke.alarm')
    expect(handed.at - since).to.be.below(3000)
    const key = `c07-${alarm.id}-1`
    expect(handed.headers['idempotency-key']).to.equal(key)
    expect(handed.body).to.include({ id: key, type: 'fire' })
    expect(handed.body['alarm']).to.deep.include({ id: alarm.id, rule: 'smoke.alarm', location: { building: 'b01', unit: '1', floor: 1, home: '101' } })
    const proof = await eventually('the proof', async () => (await openAlarm('smoke.alarm')).timeline.find(({ name }) => name === 'noted'))
    expect(proof.who).to.equal('flows')
    expect(proof.note).to.match(/^已上报城市平台 handed over to the city: 20\S+Z, HTTP 200, \{"receipt":"R-7"\} #/).and.to.contain(`#${key}`)
  })

  it('go on until the city has it, also when Node-RED is started anew in between, and under the same id', async () => {
    receiver.answers.push(...Array.from({ length: 4 }, () => 503))
    const before = receiver.of('/city').length
    await smokes(devices.smoke2.id, { alarm: true })
    await eventually('it was tried in vain', () => receiver.of('/city').length >= before + 4)
    await eventually('and delivered then', () => receiver.of('/city').length >= before + 5)
    const keys = new Set(receiver.of('/city').slice(before).map(({ headers }) => headers['idempotency-key']))
    expect(keys).to.have.lengthOf(1)

    // Another fire, at a time when the city is gone; Node-RED ends before it is back.
    receiver.answers.push(...Array.from({ length: 10_000 }, () => 503))
    const mark = receiver.of('/city').length
    await smokes(devices.smoke1.id, { temperature: 70 })
    await eventually('the heat was tried in vain', () => receiver.of('/city').length >= mark + 2)
    const { restarts } = await api.get<{ restarts: number }>('/api/v1/flows')
    await api.call('POST', '/api/v1/flows/restart')
    await untilRunning(api, restarts + 1)
    await eventually('it is tried again', () => receiver.of('/city').length >= mark + 3, 60_000)
    // A deployment drops what waits between two tries, and that comes anew as well: at once, for the pause before the next try is long by now.
    const { flows } = await api.get<{ flows: ShippedNode[] }>('/api/v1/flows/export')
    for (const one of flows.find(({ id }) => id === 'gh-city')?.env ?? []) if (one.name.startsWith('RETRY_')) Object.assign(one, { value: '600000' })
    await api.post('/api/v1/flows/import', { flows })
    const waiting = receiver.of('/city').length
    await eventually('it is tried with the long pause', () => receiver.of('/city').length > waiting)
    await api.post('/api/v1/flows/import', { flows: flows.map((node) => node.id === 'gh-city-sweep' ? Object.assign(node, { repeat: '' }) : node) })
    const lost = receiver.of('/city').length
    await eventually('it is tried once more', () => receiver.of('/city').length > lost, 60_000)
    for (const one of flows.find(({ id }) => id === 'gh-city')?.env ?? []) if (one.name.startsWith('RETRY_')) Object.assign(one, { value: '100' })
    receiver.answers.length = 0
    await api.post('/api/v1/flows/import', { flows })
    const noted = await eventually('the proof', async () => (await openAlarm('smoke.heat')).timeline.find(({ name }) => name === 'noted'), 60_000)
    const tried = new Set(receiver.of('/city').slice(mark).map(({ headers }) => headers['idempotency-key']))
    expect([...tried], 'what was delivered before the restart is not sent again').to.have.lengthOf(1)
    expect(noted.note).to.contain(`#${[...tried][0] as string}`)
  })

  it('write the proof of a hand-over later where the platform did not take it at once', async () => {
    const { flows } = await api.get<{ flows: ShippedNode[] }>('/api/v1/flows/export')
    const nowhere = { id: 'nowhere', type: 'gatehouse', name: '', url: 'http://127.0.0.1:9', mqttUrl: '' }
    await api.post('/api/v1/flows/import', { flows: [...flows.map((node) => node.id === 'gh-city-note' ? { ...node, gatehouse: nowhere.id } : node), nowhere] })
    const before = receiver.of('/city').length
    await smokes(devices.smoke2.id, { temperature: 71 })
    const isNew = (one: Received): boolean => (one.body['alarm'] as { device?: string; rule?: string }).device === devices.smoke2.id && (one.body['alarm'] as { rule?: string }).rule === 'smoke.heat'
    const handed = await eventually('the hand-over', () => receiver.of('/city').slice(before).find(isNew))
    const { id } = handed.body['alarm'] as { id: string }
    const proofs = async (): Promise<string[]> => (await api.get<AlarmWithTimeline>(`/api/v1/alarms/${id}`)).timeline.flatMap(({ name, note }) => name === 'noted' ? [note ?? ''] : [])
    expect(await proofs()).to.deep.equal([])
    await api.post('/api/v1/flows/import', { flows })
    const [proof] = await eventually('the proof', async () => {
      await press(api, 'gh-city-sweep')
      const found = await proofs()
      return found.length > 0 && found
    }, 60_000)
    expect(proof).to.contain(`#${handed.headers['idempotency-key'] as string}`)
    expect(receiver.of('/city').filter(isNew), 'it is handed over no second time').to.have.lengthOf(1)
  })

  it('send nothing where no address is set, and say so', async () => {
    const comms = new WebSocket(`${platform.url.replace('http', 'ws')}/flows/comms`, { headers: { cookie: api.cookie, origin: platform.url } })
    const states: string[] = []
    comms.on('open', () => comms.send(JSON.stringify({ subscribe: 'status/#' })))
    comms.on('message', (text: Buffer) => states.push(text.toString()))
    try {
      await eventually('the states of nodes', () => states.length > 0)
      const { flows } = await api.get<{ flows: ShippedNode[] }>('/api/v1/flows/export')
      for (const one of flows.find(({ id }) => id === 'gh-drill')?.env ?? []) if (one.name === 'WEBHOOK_URL') Object.assign(one, { value: '' })
      states.length = 0
      await api.post('/api/v1/flows/import', { flows })
      await eventually('it says that it is off', () => states.some((text) => text.includes('gh-drill-hook') && text.includes('关 off')))
      const before = receiver.of('/drill').length
      await press(api, 'gh-drill-try')
      const summed = receiver.of('/daily').length
      await press(api, 'gh-daily-try')
      await eventually('what was asked for after it', () => receiver.of('/daily').length > summed)
      expect(receiver.of('/drill')).to.have.lengthOf(before)
    } finally {
      comms.close()
    }
  })
})
