import { expect } from 'chai'
import { io } from 'socket.io-client'
import type { Alarm, Transition } from '../../protocol/alarm.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, inbox, report } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

interface Page<Item> {
  items: Item[]
  next: string | null
}
interface DeviceView {
  id: string
  online: boolean
  latest: Record<string, { value: unknown; ts: number }>
}

describe('the whole platform, from the wire to the screen', function () {
  this.timeout(120_000)
  const platform = new Platform()
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  const topic = (kind: string, id: string, channel: string): string => `v1/c07/${kind}/${id}/${channel}`
  const alarmsOf = async (rule: string, state = 'open'): Promise<Alarm[]> =>
    (await api.get<Page<Alarm>>(`/api/v1/alarms?state=${state}&rule=${rule}`)).items

  before(async () => {
    await platform.start()
    api = await ApiClient.admin(platform)
    devices = await enrolSmallCompound(api)
  })
  after(() => platform.stop())

  it('shows a reading as latest value and in the chart’s points', async () => {
    const door = await connectDevice(platform, devices.door)
    const ts = Date.now()
    await door.publishAsync(topic('door', devices.door.id, 'telemetry'), JSON.stringify({ ts, boot: 'b', seq: 1, battery: 81, open: false, locked: true }), { qos: 1 })
    const view = await eventually('the latest value', async () => {
      const found = await api.get<DeviceView>(`/api/v1/devices/${devices.door.id}`)
      // Values come from history and presence from the brain: neither waits for the other.
      return found.latest['battery'] && found.online && found
    })
    expect(view.latest['battery']).to.deep.equal({ value: 81, ts })
    const readings = await api.get<{ unit: string; points: number[][] }>(
      `/api/v1/devices/${devices.door.id}/readings?field=battery&from=${ts - 60_000}&to=${ts + 60_000}`
    )
    expect(readings.unit).to.equal('%')
    expect(readings.points.map(([, ...rest]) => rest)).to.deep.equal([[81, 81, 81, 1]])
    await door.endAsync()
  })

  it('answers a wrong message on `rejected` and keeps it in quarantine with the path of the fault', async () => {
    const gateway = await connectDevice(platform, devices.gateway)
    const received = inbox(gateway)
    await gateway.subscribeAsync('v1/c07/+/+/rejected', { qos: 0 })
    await gateway.publishAsync(topic('smoke', devices.smoke1.id, 'telemetry'), report({ temperature: 'hot', obscuration: 0.1 }), { qos: 1 })
    const answer = await eventually('a rejection', () => received[0])
    expect(answer.topic).to.equal(topic('smoke', devices.smoke1.id, 'rejected'))
    expect(answer.body).to.include({ path: 'temperature', channel: 'telemetry', boot: 'test' })
    const kept = await eventually('the quarantine', async () => (await api.get<Page<{ path: string }>>(`/api/v1/quarantine?device=${devices.smoke1.id}`)).items[0])
    expect(kept).to.include({ path: 'temperature' })
    expect((await api.call<string>('GET', '/metrics')).body).to.match(/^gatehouse_faults_total\{code="wrong-type"\} [1-9]/m)
    await gateway.endAsync()
  })

  it('raises a smoke alarm on the API, the live link and MQTT, and follows it to its end', async () => {
    const socket = io(platform.url, { extraHeaders: { cookie: api.cookie }, transports: ['websocket'] })
    const live: { seq: number; alarm: Alarm; transition: Transition }[] = []
    socket.on('alarm', (event: (typeof live)[number]) => live.push(event))
    await new Promise<void>((done, failed) => {
      socket.once('connect', done)
      socket.once('connect_error', failed)
    })
    const snapshot = (await socket.emitWithAck('watch', { compounds: ['c07'] })) as { seq: number; alarms: Alarm[] }
    const gateway = await connectDevice(platform, devices.gateway)
    await gateway.publishAsync(topic('smoke', devices.smoke1.id, 'event'), report({ type: 'alarm' }), { qos: 1 })
    const raised = await eventually('the alarm on the live link', () => live.find(({ alarm }) => alarm.rule === 'smoke.alarm'))
    expect(raised.alarm).to.include({ severity: 'critical', subject: devices.smoke1.id, state: 'active', acknowledged: false, building: 'b01' })
    expect(raised.alarm.message.zh).to.not.equal('')
    expect(raised.seq).to.be.greaterThan(snapshot.seq)
    const [open] = await alarmsOf('smoke.alarm')
    expect(open?.id).to.equal(raised.alarm.id)

    const { id: tokenId, token } = await api.post<{ id: string; token: string }>('/api/v1/tokens', { name: 'listener', role: 'viewer', compounds: 'all', expiresAt: null })
    const listener = await connectDevice(platform, { id: tokenId, token }, { clientId: 'listener' })
    const topics = inbox(listener)
    await listener.subscribeAsync('v1/+/alarms/+', { qos: 1 })
    const retained = await eventually('the retained alarm', () => topics.find(({ topic: name }) => name === `v1/c07/alarms/${raised.alarm.id}`))
    expect(retained.body).to.include({ id: raised.alarm.id, state: 'active' })

    await gateway.publishAsync(topic('smoke', devices.smoke1.id, 'event'), report({ type: 'alarm' }), { qos: 1 })
    await eventually('a second occurrence', async () => (await alarmsOf('smoke.alarm'))[0]?.occurrences === 2)
    expect(await alarmsOf('smoke.alarm')).to.have.length(1)

    const refused = await api.call<{ code: string }>('POST', `/api/v1/alarms/${raised.alarm.id}/close`, { cause: 'fire', note: 'x' })
    expect(refused.status).to.equal(409)
    expect(refused.headers.get('content-type')).to.contain('application/problem+json')
    expect((await api.call('POST', `/api/v1/alarms/${raised.alarm.id}/acknowledge`, { note: 'seen' })).status).to.equal(200)
    expect((await api.call('POST', `/api/v1/alarms/${raised.alarm.id}/acknowledge`, { note: 'seen' })).status).to.equal(409)
    expect((await api.call('POST', `/api/v1/alarms/${raised.alarm.id}/close`, { cause: 'cooking', note: 'soup' })).status).to.equal(409)
    socket.disconnect()
    await Promise.all([gateway.endAsync(), listener.endAsync()])
  })

  it('tells of a forced door', async () => {
    const door = await connectDevice(platform, devices.door)
    const at = topic('door', devices.door.id, 'event')
    await door.publishAsync(at, report({ type: 'granted', method: 'card', credential: 'c1' }), { qos: 1 })
    await door.publishAsync(at, report({ type: 'opened' }), { qos: 1 })
    await door.publishAsync(at, report({ type: 'closed' }), { qos: 1 })
    await door.publishAsync(at, report({ type: 'forced' }), { qos: 1 })
    const alarm = await eventually('door.forced', async () => (await alarmsOf('door.forced'))[0])
    expect(alarm).to.include({ severity: 'high', device: devices.door.id, occurrences: 1 })
    await door.endAsync()
  })

  it('shows passages without credential until a reason is given, and audits the reason', async () => {
    const path = `/api/v1/devices/${devices.door.id}/events`
    const granted = (body: Page<Record<string, unknown>>): Record<string, unknown> | undefined => body.items.find((event) => event['type'] === 'granted')
    const without = await eventually('the passage', async () => granted(await api.get(path)))
    expect(JSON.stringify(without)).to.not.contain('credential')
    const withReason = granted(await api.get(`${path}?reason=${encodeURIComponent('a lost key')}`))
    expect(JSON.stringify(withReason), 'its hash').to.match(/"credential":"[\w-]{27}"/).and.not.contain('c1"')
  })

  it('closes the connection of a device that publishes on another’s topic, and answers 0x80 to a foreign subscription', async () => {
    const door = await connectDevice(platform, devices.door)
    // The client library reports a refused filter as an error; 128 is the SUBACK return code.
    const refusal = await door.subscribeAsync('v1/c07/#').then(
      (granted) => granted[0]?.qos,
      (error: Error) => error.message
    )
    expect(String(refusal)).to.match(/128|Unspecified error/)
    const closed = new Promise<void>((done) => door.once('close', () => done()))
    door.publish(topic('smoke', devices.smoke1.id, 'telemetry'), report({ temperature: 20 }), { qos: 1 })
    await closed
    door.end(true)
  })

  it('refuses a wrong password and serves the right one', async () => {
    const refusal = await connectDevice(platform, { ...devices.door, token: 'wrong' }).then(
      () => 'let in',
      (error: Error) => error.message
    )
    expect(refusal).to.match(/not authorized|bad user ?name or password/i)
    const door = await eventually('the right password', () => connectDevice(platform, devices.door).catch(() => null))
    await door.endAsync()
  })

  it('lets go of a device that was removed and of one that got a new token', async () => {
    const extra = await api.post<{ token: string }>('/api/v1/devices', { id: 'c07-door-09', kind: 'door', compound: 'c07', gateway: null, location: { building: 'b01' }, model: 'test' })
    const door = await connectDevice(platform, { id: 'c07-door-09', token: extra.token })
    let closed = new Promise<void>((done) => door.once('close', () => done()))
    const renewed = await api.post<{ token: string }>('/api/v1/devices/c07-door-09/token', {})
    await closed
    door.end(true)
    const again = await connectDevice(platform, { id: 'c07-door-09', token: renewed.token })
    closed = new Promise<void>((done) => again.once('close', () => done()))
    expect((await api.call('DELETE', '/api/v1/devices/c07-door-09')).status).to.equal(204)
    await closed
    again.end(true)
    expect((await api.call('GET', '/api/v1/devices/c07-door-09')).status).to.equal(404)
  })

  it('comes back after a restart with everything that was open, and nothing twice', async () => {
    const before = await alarmsOf('smoke.alarm')
    expect(before).to.have.length(1)
    await platform.stop()
    await platform.start()
    api = await ApiClient.admin(platform)
    const after = await alarmsOf('smoke.alarm')
    expect(after).to.deep.equal(before)
    expect(await alarmsOf('device.offline')).to.deep.equal([])
  })
})
