import { join } from 'node:path'
import { expect } from 'chai'
import { createBroker } from '../../broker/broker.ts'
import type { HouseMessage } from '../../broker/broker.ts'
import { createForgetfulRecorder, openGate } from '../../broker/open-house.ts'
import type { Alarm } from '../../protocol/alarm.ts'
import { createLog } from '../../services/kernel/log.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, inbox, report } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

interface Token {
  id: string
  token: string
}

/** Leaves a retained message in the folder of a platform that is down, as a crash does. */
async function leaveRetained(platform: Platform, message: HouseMessage): Promise<void> {
  const broker = createBroker({ gate: openGate, recorder: createForgetfulRecorder(), log: createLog('silent'), directory: join(platform.dataDir, 'mqtt') })
  await broker.start()
  await broker.publish(message)
  await broker.stop()
}

describe('service accounts at the broker of the whole platform', function () {
  this.timeout(120_000)
  const platform = new Platform()
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  const makeToken = (fields: object): Promise<Token> => api.post<Token>('/api/v1/tokens', { name: 'flows', role: 'viewer', ...fields })
  const connect = (clientId: string, { id, token }: Token, clean = true): ReturnType<typeof connectDevice> =>
    connectDevice(platform, { id: clientId, token }, { username: id, clean })

  before(async () => {
    await platform.start()
    api = await ApiClient.admin(platform)
    devices = await enrolSmallCompound(api)
  })
  after(() => platform.stop())

  it('are disconnected when their token is removed, whatever they call themselves, and nobody else is', async () => {
    const [mine, other] = [await makeToken({}), await makeToken({})]
    const [flows, stays] = [await connect('my-flows', mine), await connect('other-flows', other)]
    const ended = new Promise<void>((done) => flows.once('close', () => done()))
    expect((await api.call('DELETE', `/api/v1/tokens/${mine.id}`)).status).to.equal(204)
    await ended
    await stays.subscribeAsync('v1/c07/alarms/+', { qos: 1 })
    expect(stays.connected).to.equal(true)
    await stays.endAsync()
  })

  it('do not find retained what a device said that was removed since', async () => {
    const door = await connectDevice(platform, devices.door)
    door.on('error', () => undefined)
    await door.publishAsync(`v1/c07/door/${devices.door.id}/status`, '{"state":"online"}', { qos: 1, retain: true })
    const flows = await connect('my-flows', await makeToken({}))
    const received = inbox(flows)
    await flows.subscribeAsync('v1/c07/+/+/status', { qos: 1 })
    await eventually('its status', () => received.length === 1)
    expect((await api.call('DELETE', `/api/v1/devices/${devices.door.id}`)).status).to.equal(204)
    await eventually('its status taken back', () => Object.keys(received[1]?.body ?? { some: 1 }).length === 0)
    await flows.endAsync()
    await door.endAsync()
  })

  it('find retained, after a crash, what is open then and nothing else', async () => {
    const gateway = await connectDevice(platform, devices.gateway)
    await gateway.publishAsync(`v1/c07/smoke/${devices.smoke1.id}/event`, report({ type: 'alarm' }), { qos: 1 })
    const open = await eventually('an alarm', async () => (await api.get<{ items: Alarm[] }>('/api/v1/alarms?rule=smoke.alarm')).items[0])
    const token = await makeToken({})
    await gateway.endAsync()
    await platform.kill()
    await leaveRetained(platform, { topic: 'v1/c07/alarms/a9999', payload: JSON.stringify({ ...open, id: 'a9999' }), qos: 1, retain: true })
    await leaveRetained(platform, { topic: `v1/c07/alarms/${open.id}`, payload: '', qos: 1, retain: true })
    await platform.start()
    const flows = await connect('my-flows', token)
    const received = inbox(flows)
    await flows.subscribeAsync('v1/c07/alarms/+', { qos: 1 })
    await eventually('the open alarm', () => received.some(({ body }) => body['id'] === open.id))
    // What is retained comes right after the SUBACK; whatever comes behind this publication came too late to be that.
    await flows.unsubscribeAsync('v1/c07/alarms/+')
    expect(received.filter(({ body }) => 'id' in body).map(({ body }) => body['id'])).to.deep.equal([open.id])
    await flows.endAsync()
  })
})
