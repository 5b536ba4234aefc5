import { expect } from 'chai'
import { after, before, describe, it } from 'mocha'
import type { MqttClient } from 'mqtt'
import type { Alarm } from '../../protocol/alarm.ts'
import { needInfluxd } from '../services/store/influx/rig.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, inbox, report } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Influxd } from '../support/influxd.ts'
import { Platform } from '../support/platform.ts'

describe('a platform whose InfluxDB stops', function () {
  this.timeout(180_000)
  const server = new Influxd()
  const clients: MqttClient[] = []
  let platform: Platform | null = null
  before(function () {
    needInfluxd(this)
  })
  after(async () => {
    for (const client of clients) await client.endAsync(true)
    await platform?.stop()
    await server.remove()
  })

  it('raises platform.history-lag for administrators, in lists, on MQTT and after a restart, once, and clears it when InfluxDB has caught up', async () => {
    await server.start()
    platform = await new Platform({ INFLUX_URL: `${server.url}/gatehouse`, RULE_PLATFORM_HISTORY_LAG_LIMIT: '8', RULE_PLATFORM_HISTORY_LAG_CLEAR: '5' }).start()
    let api = await ApiClient.admin(platform)
    const account = async (role: string): Promise<{ id: string; token: string }> => api.post('/api/v1/tokens', { name: role, role, compounds: 'all', expiresAt: null })
    const [administrator, viewer] = [await account('administrator'), await account('viewer')]
    const listen = async (who: { id: string; token: string }, clientId: string): Promise<ReturnType<typeof inbox>> => {
      const client = await connectDevice(platform!, who, { clientId })
      clients.push(client)
      const received = inbox(client)
      await client.subscribeAsync('v1/+/alarms/+', { qos: 1 })
      return received
    }
    const [heard, unheard] = [await listen(administrator, 'desk'), await listen(viewer, 'wall')]
    const alarms = async (client = api, state = 'open'): Promise<Alarm[]> => (await client.get<{ items: Alarm[] }>(`/api/v1/alarms?state=${state}`)).items

    const { door } = await enrolSmallCompound(api)
    const device = await connectDevice(platform, door)
    clients.push(device)
    const say = async (): Promise<unknown> => device.publishAsync(`v1/c07/door/${door.id}/telemetry`, report({ battery: 80 }), { qos: 1 })
    await say()
    expect(await alarms()).to.deep.equal([])
    await server.kill()
    // Where nothing is to be written, InfluxDB is not behind.
    await say()
    const [alarm] = await eventually('it is raised', async () => ((await alarms()).length > 0 ? await alarms() : null), 60_000)
    expect(alarm).to.deep.include({ rule: 'platform.history-lag', subject: 'platform:history', severity: 'medium', compound: null, building: null, device: null, state: 'active', occurrences: 1 })
    expect(alarm!.message.en).to.match(/^InfluxDB is \d+ s behind$/)
    expect(await alarms(new ApiClient(platform.url, viewer.token))).to.deep.equal([])
    await eventually('it is on MQTT', () => heard.some(({ topic }) => topic === `v1/-/alarms/${alarm!.id}`))

    await platform.kill()
    await platform.start()
    api = await ApiClient.admin(platform)
    expect((await alarms())[0]).to.deep.include({ id: alarm!.id, state: 'active', occurrences: 1 })

    await server.start()
    const closed = await eventually('it is over', async () => (await alarms(api, 'closed'))[0], 90_000)
    expect(closed).to.include({ id: alarm!.id, occurrences: 1, cause: null })
    expect(await alarms()).to.deep.equal([])
    expect(unheard).to.deep.equal([])
  })
})
