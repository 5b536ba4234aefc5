import { expect } from 'chai'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

describe('MQTT sessions in the whole platform', function () {
  this.timeout(120_000)
  const platform = new Platform({ MQTT_SESSION_LIMIT: '2' })
  let api: ApiClient
  const sessions = async (): Promise<number> => Number(/^gatehouse_mqtt_sessions (\d+)/m.exec(await (await fetch(`${platform.url}/metrics`)).text())?.[1])
  const sessionsAre = (count: number): Promise<unknown> => eventually(`${count} sessions`, async () => (await sessions()) === count)

  before(async () => {
    await platform.start()
    api = await ApiClient.admin(platform)
  })
  after(() => platform.stop())

  it('of a device outlive its connection and end with the device, connected or not', async () => {
    const { door, camera } = await enrolSmallCompound(api)
    const away = await connectDevice(platform, door, { clean: false })
    await away.subscribeAsync(`v1/c07/door/${door.id}/rejected`, { qos: 1 })
    await away.endAsync()
    const here = await connectDevice(platform, camera, { clean: false })
    const closed = new Promise<void>((done) => here.once('close', () => done()))
    await sessionsAre(2)
    await api.call('DELETE', `/api/v1/devices/${door.id}`)
    await sessionsAre(1)
    await api.call('DELETE', `/api/v1/devices/${camera.id}`)
    await closed
    await sessionsAre(0)
    await here.endAsync()
  })

  it('of a service account are no more than MQTT_SESSION_LIMIT, and end with its token', async () => {
    const { id, token } = await api.post<{ id: string; token: string }>('/api/v1/tokens', { name: 'integrator', role: 'viewer' })
    for (const clientId of ['one', 'two', 'three']) {
      const client = await connectDevice(platform, { id: clientId, token }, { username: id, clean: false })
      await client.endAsync()
    }
    await sessionsAre(2)
    const here = await connectDevice(platform, { id: 'three', token }, { username: id, clean: false })
    const closed = new Promise<void>((done) => here.once('close', () => done()))
    await api.call('DELETE', `/api/v1/tokens/${id}`)
    await closed
    await sessionsAre(0)
    await here.endAsync()
    expect(await sessions()).to.equal(0)
  })
})
