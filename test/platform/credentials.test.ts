import { expect } from 'chai'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { connectDevice } from '../support/device.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

interface Event {
  type: string
  sequenceReused: boolean
  fields: Record<string, string>
}

const SECRET = 'Kx7-Q29-SECRET'
const CARD = `card-${SECRET}`

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile())
}

describe('a credential', function () {
  this.timeout(120_000)
  const platform = new Platform({ LOG_LEVEL: 'trace' })
  after(() => platform.stop())

  it('is in no file, no log line and no message, whatever form it came in, and its hash tells that it was the same card', async () => {
    await platform.start()
    const api = await ApiClient.admin(platform)
    const devices = await enrolSmallCompound(api)
    const service = await api.post<{ id: string; token: string }>('/api/v1/tokens', { name: 'integrator', role: 'administrator', compounds: 'all', expiresAt: null })
    const asService = { username: service.id, password: service.token }
    const at = `v1/c07/door/${devices.door.id}`
    // One who listens, and one for whom the broker keeps what is said meanwhile.
    const away = await connectDevice(platform, devices.door, { ...asService, clientId: 'away', clean: false })
    await away.subscribeAsync('v1/c07/+/+/event', { qos: 1 })
    await away.endAsync()
    const listener = await connectDevice(platform, devices.door, { ...asService, clientId: 'listener' })
    const heard: string[] = []
    listener.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`))
    await listener.subscribeAsync(['v1/c07/+/+/event', 'v1/c07/+/+/status'], { qos: 1 })

    const door = await connectDevice(platform, devices.door, {
      will: { topic: `${at}/status`, payload: JSON.stringify({ state: 'offline', credential: CARD }), qos: 1, retain: true }
    })
    const ts = Date.now()
    const passage = (seq: number, more: object = {}): Record<string, unknown> => ({ ts: ts + seq, boot: 'b', seq, type: 'granted', method: 'card', credential: CARD, direction: 'in', ...more })
    const publish = (channel: string, body: unknown, retain = false): Promise<unknown> =>
      door.publishAsync(`${at}/${channel}`, typeof body === 'string' ? body : JSON.stringify(body), { qos: 1, retain })
    await publish('event', passage(1))
    await publish('event', passage(1))
    await publish('event', passage(1, { credential: `other-${SECRET}` }))
    await publish('event', [passage(2), passage(3, { type: 'denied', reason: 'expired' })])
    await publish('event', passage(4, { historical: true, ts: ts - 3_600_000 }))
    await publish('event', passage(5), true)
    await publish('event', `{"ts":${ts},"boot":"b","seq":6,"type":"granted","\\u0063redential":"${CARD}"}`)
    await publish('event', `{"ts":${ts},"type":"granted","credential":"${CARD}"`)
    await publish('event', passage(7, { pad: 'x'.repeat(70_000) }))
    await publish('event', passage(8, { credential: [CARD], pad: 'x'.repeat(300_000) }))
    await publish('telemetry', { ts, boot: 'b', seq: 1, open: false, credential: CARD })
    await publish('status', { state: 'online', credential: CARD }, true)
    await publish('passages', { credential: CARD })
    await publish('command/k1/result', { state: 'done', message: 'x', credential: CARD })
    await publish('event', passage(9, { ts: 'now' }))
    await publish('event', passage(10, { type: 'duress', ts: null }))

    const events = await eventually('all passages', async () => {
      const { items } = await api.get<{ items: Event[] }>(`/api/v1/devices/${devices.door.id}/events?limit=100&reason=test`)
      return items.filter(({ fields }) => fields['credential'] !== undefined).length >= 7 && items
    })
    const hashes = (type: string): string[] => events.filter((event) => event.type === type && !event.sequenceReused).map(({ fields }) => fields['credential'] ?? '')
    expect(hashes('granted')[0]).to.match(/^[\w-]{27}$/)
    expect(new Set([...hashes('granted'), ...hashes('denied')]), 'the same card').to.have.property('size', 1)
    expect(events.filter(({ sequenceReused }) => sequenceReused), 'another card under the same number').to.have.length(1)
    expect(hashes('granted'), 'a repeat counts once').to.have.length(5)
    await eventually('what the broker passed on', () => heard.some((message) => message.includes('"seq":10,')))
    expect(heard.join('\n')).to.contain(hashes('granted')[0]).and.not.contain(SECRET)
    const { items: refused } = await api.get<{ items: { code: string; body: string }[] }>('/api/v1/quarantine?limit=100')
    expect(refused.map(({ code }) => code)).to.include.members(['not-json', 'too-large', 'unknown-channel', 'sequence-reused'])
    expect(JSON.stringify(refused)).to.not.contain(SECRET)

    door.stream.destroy()
    await eventually('the last will', () => heard.some((message) => message.includes('"offline"')))
    await listener.endAsync()
    await platform.stop()
    const files = filesIn(platform.dataDir)
    expect(files.some((path) => path.includes('journal')) && files.some((path) => path.includes('mqtt'))).to.equal(true)
    for (const path of files) expect(readFileSync(path).includes(SECRET), path).to.equal(false)
    expect(platform.log.join('\n')).to.not.contain(SECRET)
    if (process.platform !== 'win32') expect(statSync(join(platform.dataDir, 'credentials.key')).mode & 0o777).to.equal(0o600)

    const key = readFileSync(join(platform.dataDir, 'credentials.key'), 'utf8')
    await platform.start()
    expect(readFileSync(join(platform.dataDir, 'credentials.key'), 'utf8'), 'after a restart').to.equal(key)
  })
})
