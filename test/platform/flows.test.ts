import type { Socket } from 'node:net'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { ApiClient } from '../support/api-client.ts'
import { eventually } from '../support/eventually.ts'
import { Platform } from '../support/platform.ts'

const PATIENCE = 120_000
const LOOP = [
  { id: 'tab', type: 'tab', label: 'trouble' },
  { id: 'start', type: 'inject', z: 'tab', once: true, onceDelay: 0.5, repeat: '', props: [{ p: 'payload' }], payload: '', payloadType: 'date', wires: [['do']] },
  { id: 'do', type: 'function', z: 'tab', func: 'node.warn("in a loop for ever"); while (true) {}', outputs: 0, wires: [] }
]

interface There { readonly pid: number; readonly port: number }

describe('Flows beside the platform', function () {
  this.timeout(2 * PATIENCE)
  let platform: Platform
  let api: ApiClient
  let there: There

  before(async () => {
    platform = await new Platform({ FLOWS: 'on', FLOWS_PORT: '0' }).start()
    api = await ApiClient.admin(platform)
    there = await eventually('Node-RED', () => lines('flows are there').at(-1) as unknown as There | undefined, PATIENCE)
  })
  after(() => platform?.kill())

  const lines = (text: string): Record<string, unknown>[] => platform.log.filter((line) => line.includes(text)).map((line) => JSON.parse(line) as Record<string, unknown>)
  const editor = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> =>
    fetch(`${platform.url}/flows${path}`, { redirect: 'manual', ...init, headers })
  const session = async (): Promise<ApiClient> => ApiClient.admin(platform)
  /** What comes of a socket of the editor: `open`, or why not. */
  const comms = (headers: Record<string, string>, seen: (socket: WebSocket) => void = (socket) => socket.terminate()): Promise<string> => new Promise((told) => {
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/flows/comms`, { headers })
    socket.once('open', () => {
      seen(socket)
      told('open')
    })
    socket.once('error', (error) => told(error.message))
  })

  it('open their editor to the administrator of this platform, and to nobody else', async () => {
    const page = await editor('/', { cookie: api.cookie, accept: 'text/html' })
    expect(page.status).to.equal(200)
    expect(await page.text()).to.contain('Gatehouse')
    expect(page.headers.get('content-security-policy')).to.contain("frame-ancestors 'none'")
    const settings = await (await editor('/settings', { cookie: api.cookie })).json() as { user: object }
    expect(settings.user).to.deep.include({ username: 'admin', permissions: '*' })

    const { token: viewer } = await api.post<{ token: string }>('/api/v1/tokens', { name: 'viewer', role: 'viewer' })
    const { token: manager } = await api.post<{ token: string }>('/api/v1/tokens', { name: 'manager', role: 'manager' })
    const stranger = await editor('/', { accept: 'text/html' })
    expect([stranger.status, stranger.headers.get('location')]).to.deep.equal([302, '/admin/flows'])
    for (const path of ['/settings', '/flows', '/red/red.min.js', '/nodes', '/auth/login']) {
      expect((await editor(path)).status, path).to.equal(401)
      expect((await editor(path, { cookie: 'gatehouse_session=guessed' })).status, path).to.equal(401)
      // The secret between platform and Node-RED is not what opens the platform.
      expect((await editor(path, { 'x-gatehouse-flows': 'guessed.e30' })).status, path).to.equal(401)
      for (const token of [viewer, manager]) expect((await editor(path, { authorization: `Bearer ${token}` })).status, path).to.equal(403)
    }
    expect(await comms({})).to.contain('401')
    expect(await comms({ authorization: `Bearer ${viewer}` })).to.contain('403')
    expect(await comms({ cookie: api.cookie, origin: 'http://elsewhere.example' })).to.contain('403')
    expect(await comms({ cookie: api.cookie })).to.contain('403')
    expect(await comms({ cookie: api.cookie, origin: platform.url })).to.equal('open')
  })

  it('answer nothing on their own port, and listen on the loopback address alone', async () => {
    for (const path of ['/flows/', '/flows/settings', '/control/flows', '/']) {
      expect((await fetch(`http://127.0.0.1:${there.port}${path}`, { headers: { cookie: api.cookie } })).status, path).to.equal(401)
    }
    // What only the platform asks is not reached through it.
    expect((await fetch(`${platform.url}/control/flows`, { headers: { cookie: api.cookie } })).headers.get('content-type') ?? '').to.not.contain('json;')
  })

  it('are changed from pages of this site alone, with a version and a line in the log of who did it', async () => {
    const flows = JSON.stringify([{ id: 'mine', type: 'tab', label: '我的流程' }])
    const deploy = (headers: Record<string, string>): Promise<Response> =>
      editor('/flows', { 'content-type': 'application/json', cookie: api.cookie, ...headers }, { method: 'POST', body: flows })
    expect((await deploy({})).status).to.equal(403)
    expect((await deploy({ origin: 'http://elsewhere.example' })).status).to.equal(403)
    expect((await deploy({ origin: platform.url })).status).to.equal(204)
    const { items: [version] } = await api.get<{ items: { user: string; cause: string }[] }>('/api/v1/flows/versions')
    expect(version).to.deep.include({ user: 'admin', cause: 'deploy' })
    expect(await api.get<object>('/api/v1/flows/export')).to.deep.equal({ flows: [{ id: 'mine', type: 'tab', label: '我的流程' }] })
    expect(await api.get<object>('/api/v1/flows')).to.deep.include({ phase: 'running', safe: false, restarts: 0 })
    expect(String((await api.call('GET', '/metrics')).body)).to.match(/^gatehouse_flows_up 1$/m)
  })

  it('let nobody stay whose session has ended', async () => {
    const guest = await session()
    let closed: Promise<unknown> = Promise.reject(new Error('never opened'))
    closed.catch(() => undefined)
    expect(await comms({ cookie: guest.cookie, origin: platform.url }, (socket) => {
      closed = new Promise((done) => socket.once('close', done))
      socket.on('error', () => undefined)
    })).to.equal('open')
    expect((await editor('/settings', { cookie: guest.cookie })).status).to.equal(200)
    const { cookie } = guest
    await guest.call('DELETE', '/api/v1/session')
    await closed
    expect((await editor('/settings', { cookie })).status).to.equal(401)

    const { id, token } = await api.post<{ id: string; token: string }>('/api/v1/tokens', { name: 'editor', role: 'administrator' })
    expect(await comms({ authorization: `Bearer ${token}` }, (socket) => {
      closed = new Promise((done) => socket.once('close', done))
      socket.on('error', () => undefined)
    })).to.equal('open')
    await api.call('DELETE', `/api/v1/tokens/${id}`)
    await closed
  })

  it('cost the platform nothing when a browser tears its sockets down', async () => {
    for (let round = 0; round < 5; round += 1) {
      let closed: Promise<unknown> = Promise.resolve()
      expect(await comms({ cookie: api.cookie, origin: platform.url }, (socket) => {
        closed = new Promise((done) => socket.once('close', done))
        socket.on('error', () => undefined);
        // As a page that is closed in the middle: no goodbye, a reset.
        (socket as unknown as { _socket: Socket })._socket.resetAndDestroy()
      })).to.equal('open')
      await closed
    }
    expect((await api.call('GET', '/healthz')).status).to.equal(200)
    expect((await editor('/settings', { cookie: api.cookie })).status).to.equal(200)
  })

  it('are ended with the platform, and started again with it, as they were', async () => {
    await platform.stop()
    expect(() => process.kill(there.pid, 0)).to.throw('ESRCH')
    platform.log.length = 0
    await platform.start()
    api = await ApiClient.admin(platform)
    there = await eventually('Node-RED', () => lines('flows are there').at(-1) as unknown as There | undefined, PATIENCE)
    const { flows } = await api.get<{ flows: { id: string }[] }>('/api/v1/flows/export')
    expect(flows.map(({ id }) => id)).to.include('mine')
  })

  it('leave nobody behind when the platform is killed, even in a loop for ever', async () => {
    await api.post('/api/v1/flows/import', { flows: LOOP })
    await eventually('the loop', () => lines('in a loop for ever').length > 0, PATIENCE)
    await platform.kill()
    await eventually('the end of Node-RED', () => {
      try {
        process.kill(there.pid, 0)
        return false
      } catch {
        return true
      }
    }, PATIENCE)
  })
})
