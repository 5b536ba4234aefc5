import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { Alarm } from '../../protocol/alarm.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

const KILLS = 20

interface Page<Item> {
  items: Item[]
  next: string | null
}

/** Small and repeatable, so that a failure can be looked at again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('the platform killed at twenty random moments under load', function () {
  this.timeout(600_000)

  it('has every message that it acknowledged, its open alarms as before, and none twice', async () => {
    const random = seeded(20_261_122)
    const platform = await new Platform().start()
    let api = await ApiClient.admin(platform)
    const devices = await enrolSmallCompound(api)
    const acknowledged: number[] = []
    const alarmed = [devices.smoke1, devices.smoke2]
    let ts = Date.now() - 3_600_000
    const from = ts
    let alarms: Alarm[] = []

    for (let round = 0; round < KILLS; round += 1) {
      const door = await connectDevice(platform, devices.door)
      const gateway = await connectDevice(platform, devices.gateway)
      const smoke = alarmed[round]
      if (smoke) await gateway.publishAsync(`v1/c07/smoke/${smoke.id}/event`, JSON.stringify({ ts: Date.now(), type: 'alarm' }), { qos: 1 })
      const loading = { over: false }
      const load = (async () => {
        while (!loading.over) {
          ts += 1
          const mine = ts
          // Nobody waits for these: those whose acknowledgement came are held against the platform afterwards.
          publish(door, `v1/c07/door/${devices.door.id}/telemetry`, { ts: mine, battery: 50 }, () => acknowledged.push(mine))
          if (ts % 50 === 0) await new Promise((done) => setImmediate(done))
          if (ts % 500 === 0) await new Promise((done) => setTimeout(done, 5))
        }
      })()
      await new Promise((done) => setTimeout(done, 50 + random() * 500))
      await platform.kill()
      loading.over = true
      await load
      door.end(true)
      gateway.end(true)
      await platform.start()
      api = await ApiClient.admin(platform)
      const now = (await api.get<Page<Alarm>>('/api/v1/alarms?state=all&limit=1000')).items
      for (const alarm of alarms) expect(now.find(({ id }) => id === alarm.id), `alarm ${alarm.id} after kill ${round + 1}`).to.deep.include({ state: alarm.state, occurrences: alarm.occurrences })
      const open = now.filter(({ state }) => state !== 'closed').map(({ rule, subject }) => `${rule} ${subject}`)
      expect(new Set(open).size, open.join()).to.equal(open.length)
      alarms = now
    }
    expect(alarms.filter(({ rule }) => rule === 'smoke.alarm')).to.have.length(2)
    expect(alarms.filter(({ rule }) => rule === 'device.offline')).to.deep.equal([])

    const kept = await eventually('all acknowledged readings', async () => {
      const stored = await storedTimes(api, devices.door.id, from, ts + 1)
      return acknowledged.every((mine) => stored.has(mine)) && stored
    })
    expect(acknowledged.length).to.be.greaterThan(KILLS * 10)
    for (const [mine, count] of kept) expect(count, `reading at ${mine}`).to.equal(1)
    await platform.stop()
  })
})

function publish(client: MqttClient, topic: string, body: object, acknowledged: () => void): void {
  client.publish(topic, JSON.stringify(body), { qos: 1 }, (error) => {
    if (!error) acknowledged()
  })
}

/** Every millisecond that holds a reading, with how many: asked in steps so fine that each reading has its own. */
async function storedTimes(api: ApiClient, device: string, from: number, to: number): Promise<Map<number, number>> {
  const times = new Map<number, number>()
  const span = 5000
  for (let begin = from; begin < to; begin += span) {
    const end = Math.min(begin + span, to)
    const { points } = await api.get<{ points: [number, number, number, number, number][] }>(
      `/api/v1/devices/${device}/readings?field=battery&from=${begin}&to=${end}&points=${span}`
    )
    for (const [at, , , , count] of points) times.set(at, count)
  }
  return times
}
