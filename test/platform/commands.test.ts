import { expect } from 'chai'
import type { MqttClient } from 'mqtt'
import type { IssuedCommand } from '../../protocol/command.ts'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice, inbox, report } from '../support/device.ts'
import type { Credentials } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

/** The shortest that can be set, s. */
const EXPIRY = 5

interface Page<Item> {
  items: Item[]
  next: string | null
}

describe('commands, from the API to the device and back', function () {
  this.timeout(120_000)
  const platform = new Platform({ RULE_COMMAND_EXPIRY_DOOR: String(EXPIRY) })
  let api: ApiClient
  let devices: Awaited<ReturnType<typeof enrolSmallCompound>>
  const clients: MqttClient[] = []

  before(async () => {
    await platform.start()
    api = await ApiClient.admin(platform)
    devices = await enrolSmallCompound(api)
  })
  after(() => platform.stop())
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true)
  })

  const door = (channel: string): string => `v1/c07/door/${devices.door.id}/${channel}`
  async function come(who: Credentials, options: Parameters<typeof connectDevice>[2] = {}): Promise<MqttClient> {
    const client = await connectDevice(platform, who, options)
    clients.push(client)
    return client
  }
  const issue = async (device: string, name: string, args: object = {}): Promise<string> => (await api.post<{ id: string }>(`/api/v1/devices/${device}/commands`, { name, args })).id
  const show = (id: string): Promise<IssuedCommand> => api.get<IssuedCommand>(`/api/v1/commands/${id}`)
  const reaches = (id: string, state: string, holding = false): Promise<IssuedCommand> => eventually(`${id} to be ${state}`, async () => {
    const found = await show(id)
    return found.state === state && found.holding === holding && found
  })
  const answer = (client: MqttClient, id: string, state: string, message = ''): Promise<unknown> =>
    client.publishAsync(door(`command/${id}/result`), JSON.stringify({ state, message }), { qos: 1 })
  /** The device's messages up to now are judged: what it was sent is what it is sent. */
  async function settled(client: MqttClient): Promise<void> {
    await client.publishAsync(door('telemetry'), report({ battery: 80 }), { qos: 1 })
    const marker = await issue(devices.door.id, 'lock')
    await reaches(marker, 'sent')
  }

  it('are sent, accepted and done, with times, and told as the contract says', async () => {
    const client = await come(devices.door)
    const received = inbox(client)
    await client.subscribeAsync(door('command'), { qos: 1 })
    const before = Date.now()
    const id = await issue(devices.door.id, 'unlock')
    const told = await eventually('the command', () => received.find(({ body }) => body['id'] === id))
    expect(told.topic).to.equal(door('command'))
    expect(Object.keys(told.body)).to.have.members(['id', 'name', 'args', 'expiresAt'])
    expect(told.body).to.deep.include({ name: 'unlock', args: {} })
    expect(told.body['expiresAt']).to.be.within(before + EXPIRY * 1000, Date.now() + EXPIRY * 1000)
    await reaches(id, 'sent')
    await answer(client, id, 'accepted')
    await reaches(id, 'accepted')
    await answer(client, id, 'done', 'opened for 5 s')
    const done = await reaches(id, 'done')
    expect(done).to.include({ device: devices.door.id, compound: 'c07', name: 'unlock', by: 'admin', message: 'opened for 5 s', failedAt: null, expiredAt: null })
    expect(done.queuedAt).to.be.at.most(Number(done.sentAt))
    expect(done.acceptedAt).to.be.at.most(Number(done.doneAt))
    expect(received.filter(({ body }) => body['id'] === id)).to.have.length(1)

    const failing = await issue(devices.door.id, 'lock')
    await answer(client, failing, 'failed', 'the bolt is jammed')
    expect(await reaches(failing, 'failed')).to.include({ message: 'the bolt is jammed' })
  })

  it('reach a detector through its gateway', async () => {
    const gateway = await come(devices.gateway)
    const received = inbox(gateway)
    await gateway.subscribeAsync('v1/c07/+/+/command', { qos: 1 })
    const id = await issue(devices.smoke1.id, 'locate')
    const told = await eventually('the command', () => received[0])
    expect(told.topic).to.equal(`v1/c07/smoke/${devices.smoke1.id}/command`)
    await gateway.publishAsync(`v1/c07/smoke/${devices.smoke1.id}/command/${id}/result`, JSON.stringify({ state: 'done' }), { qos: 1 })
    await reaches(id, 'done')
  })

  it('are in the history of their device, newest first, by pages', async () => {
    const first = await api.get<Page<IssuedCommand>>(`/api/v1/devices/${devices.door.id}/commands?limit=1`)
    const second = await api.get<Page<IssuedCommand>>(`/api/v1/devices/${devices.door.id}/commands?limit=100&cursor=${String(first.next)}`)
    expect([...first.items, ...second.items].map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['lock failed', 'unlock done'])
    expect(second.next).to.equal(null)
  })

  it('are refused with every fault and its path', async () => {
    const { status, body } = await api.call<{ code: string; faults: { path: string }[] }>('POST', `/api/v1/devices/${devices.camera.id}/commands`, { name: 'announce', args: { text: 7, loud: true } })
    expect([status, body.code, body.faults.map(({ path }) => path)]).to.deep.equal([400, 'bad-input', ['args.text', 'args.loud']])
    expect((await api.call('POST', '/api/v1/devices/nobody/commands', { name: 'unlock' })).status).to.equal(404)
    expect((await api.call('GET', '/api/v1/commands/k99999')).status).to.equal(404)
  })

  it('wait for a device that comes in time, and expire by the platform’s clock: one that comes later gets nothing old, whatever session it kept', async () => {
    const session = { clean: false } as const
    const client = await come(devices.door, session)
    await client.subscribeAsync(door('command'), { qos: 1 })
    await client.endAsync()
    const late = await issue(devices.door.id, 'unlock')
    expect(await reaches(late, 'expired')).to.include({ message: 'never sent: the device was not connected', sentAt: null })
    const inTime = await issue(devices.door.id, 'unlock')
    expect(await show(inTime)).to.include({ state: 'queued' })
    const again = await come(devices.door, session)
    const received = inbox(again)
    await reaches(inTime, 'sent')
    await settled(again)
    expect(received.map(({ body }) => body['id'])).to.include(inTime)
    expect(received.map(({ body }) => body['id'])).to.not.include(late)
    await answer(again, late, 'done')
    const kept = await eventually('the quarantine', async () =>
      (await api.get<Page<{ code: string; channel: string }>>(`/api/v1/quarantine?device=${devices.door.id}`)).items.find(({ code }) => code === 'command-over'))
    expect(kept.channel).to.equal(`command/${late}/result`)
    expect(await show(late)).to.include({ state: 'expired', doneAt: null })
  })

  it('are answered by the device alone that they are for: another is cut off, and nothing is believed', async () => {
    const id = await issue(devices.door.id, 'unlock')
    const camera = await come(devices.camera)
    const closed = new Promise<void>((done) => void camera.once('close', done))
    camera.publish(door(`command/${id}/result`), JSON.stringify({ state: 'done' }), { qos: 1 })
    await closed
    const other = await come(devices.camera)
    await other.publishAsync(`v1/c07/camera/${devices.camera.id}/command/${id}/result`, JSON.stringify({ state: 'done' }), { qos: 1 })
    const kept = await eventually('the quarantine', async () =>
      (await api.get<Page<{ code: string }>>(`/api/v1/quarantine?device=${devices.camera.id}`)).items.find(({ code }) => code === 'unknown-command'))
    expect(kept).to.include({ code: 'unknown-command' })
    expect(await show(id)).to.include({ state: 'queued', doneAt: null })
    await reaches(id, 'expired')
  })

  it('that hold survive a kill and are sent on each connection, until the building is restored', async () => {
    const release = await issue(devices.door.id, 'release')
    const unlock = await issue(devices.door.id, 'unlock')
    await platform.kill()
    await platform.start()
    api = await ApiClient.admin(platform)
    await reaches(unlock, 'expired')
    expect(await show(release)).to.include({ state: 'queued', holding: true, expiresAt: null })
    for (let time = 0; time < 2; time += 1) {
      const client = await come(devices.door)
      const received = inbox(client)
      await eventually('the release', () => received.find(({ body }) => body['id'] === release))
      await answer(client, release, 'done')
      await reaches(release, 'done', true)
      expect(received.map(({ body }) => body['name'])).to.deep.equal(['release'])
      await client.endAsync()
    }
    const { commands: [restore = ''] } = await api.post<{ commands: string[] }>('/api/v1/compounds/c07/buildings/b01/restore', {})
    expect(await show(release)).to.include({ state: 'done', holding: false })
    // Away while it was restored: without that it would stay open for ever.
    const client = await come(devices.door)
    const received = inbox(client)
    await eventually('the restore', () => received.find(({ body }) => body['id'] === restore && body['name'] === 'restore'))
    await answer(client, restore, 'done')
    await reaches(restore, 'done')
    await settled(client)
    expect(received.map(({ body }) => body['name'])).to.deep.equal(['restore', 'lock'])
    expect((await api.call<{ code: string }>('POST', '/api/v1/compounds/c07/buildings/b01/restore', {})).body.code).to.equal('nothing-held')
  })
})
