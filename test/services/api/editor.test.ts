import { once } from 'node:events'
import { createServer, request as requestHttp } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { expect } from 'chai'
import { WebSocket, WebSocketServer } from 'ws'
import { EditorDoor } from '../../../services/api/editor.ts'
import type { FlowEditor, FlowsPort } from '../../../services/api/editor.ts'
import { createIdentify } from '../../../services/api/identity.ts'
import { createLog } from '../../../services/kernel/log.ts'
import { hashSecret } from '../../../services/registry/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { ADMIN_PASSWORD, startHouse } from '../../support/house.ts'
import type { House } from '../../support/house.ts'

describe('The way to the editor of the flows', () => {
  let house: House
  let behind: Server
  let seen: { url: string; headers: IncomingHttpHeaders }[]
  let editors: FlowEditor[]
  let flows: FlowsPort
  let isThere: boolean
  let changes: number

  beforeEach(async () => {
    seen = []
    editors = []
    isThere = true
    changes = 0
    behind = createServer((request, response) => {
      seen.push({ url: request.url ?? '', headers: request.headers })
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }).listen(0, '127.0.0.1')
    await once(behind, 'listening')
    const refuse = (): Promise<never> => Promise.reject(new Error('not asked here'))
    flows = {
      state: refuse, restart: refuse, ask: refuse,
      door(editor) {
        editors.push(editor)
        return isThere ? { target: `http://127.0.0.1:${(behind.address() as AddressInfo).port}`, headers: { 'x-gatehouse-flows': 'the secret' } } : null
      }
    }
    house = await startHouse({ flows, onFlowsChanged: () => void (changes += 1) })
  })
  afterEach(async () => {
    await house.stop()
    behind.closeAllConnections()
    behind.close()
  })

  it('hands on who asks and the pass, and nothing that opens the platform', async () => {
    const token = await house.token('administrator', 'all')
    await house.call('GET', '/flows/settings?x=1', { token, cookie: 'gatehouse_session=stolen; other=1', headers: { 'x-gatehouse-flows': 'forged' } })
    expect(seen.map(({ url }) => url)).to.deep.equal(['/flows/settings?x=1'])
    const headers: IncomingHttpHeaders = seen[0]?.headers ?? {}
    expect(headers).to.not.have.any.keys('cookie', 'authorization')
    expect(headers['x-gatehouse-flows']).to.equal('the secret')
    expect(editors).to.have.length(1)
    expect(editors[0]).to.have.property('permissions', '*')
  })

  it('is closed to whoever may not edit every compound, and nothing of it is passed on', async () => {
    for (const [role, compounds] of [['manager', 'all'], ['guard', 'all'], ['viewer', 'all'], ['auditor', 'all'], ['administrator', ['c07']]] as const) {
      expect((await house.call('GET', '/flows/settings', { token: await house.token(role, compounds) })).status, role).to.equal(403)
    }
    expect((await house.call('GET', '/flows/settings')).status).to.equal(401)
    expect(seen).to.deep.equal([])
  })

  it('says so while nobody is there, and leaves other addresses alone', async () => {
    const token = await house.token('administrator', 'all')
    isThere = false
    expect((await house.call('GET', '/flows/settings', { token })).body).to.deep.include({ status: 503, code: 'flows-unavailable' })
    isThere = true
    for (const path of ['/flowsomething', '/control/flows', '/Flows/settings']) await house.call('GET', path, { token })
    expect(seen).to.deep.equal([])
  })

  it('leads nowhere else, however its address is written, and knows a change by every spelling that Node-RED takes', async () => {
    const token = await house.token('administrator', 'all')
    const raw = (method: string, path: string): Promise<number> => new Promise((told, failed) => {
      requestHttp(house.url, { method, path, headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.resume()
        told(response.statusCode ?? 0)
      }).once('error', failed).end()
    })
    for (const path of ['/flows/../control/restart', '/flows/%2e%2e/control/restart', '/flows/x/../../control/restart', '/flows/.%2E/control/versions', '/flows/./flows', '/flows/..\\control/restart']) {
      expect(await raw('POST', path), path).to.equal(404)
    }
    expect(seen).to.deep.equal([])
    expect(changes).to.equal(0)
    for (const [count, path] of ['/flows/flows', '/flows/FLOWS', '/flows/flow/1', '/flows/Flows/state'].entries()) {
      await raw('POST', path)
      await eventually(path, () => changes === count + 1)
    }
    expect(await raw('GET', '/flows/library/local/flows/a%20b%2Fc')).to.equal(200)
    expect(await raw('GET', '/flows/library/local/flows/%E9%97%A8')).to.equal(200)
  })

  it('puts a change on record also when nobody waits for its answer', async () => {
    const token = await house.token('administrator', 'all')
    behind.removeAllListeners('request')
    const asked = once(behind, 'request')
    const request = requestHttp(house.url, { method: 'POST', path: '/flows/flows', headers: { authorization: `Bearer ${token}` } }).on('error', () => undefined)
    request.end('[]')
    await asked
    request.destroy()
    await eventually('it is on record', () => changes === 1)
  })

  it('lets go of those at its socket whose session or token runs out while they sit there, and of nobody else', async () => {
    const HOUR = 3_600_000
    const clock = new FakeClock(Date.now())
    const timed = await startHouse({ clock })
    const { directory, server, url } = timed
    const door = new EditorDoor({ directory, clock, log: createLog('silent'), identify: createIdentify({ directory, clock, trustProxy: false }), flows, onChanged: () => undefined })
    const comms = new WebSocketServer({ server: behind })
    door.attach(server)
    try {
      const sit = async (headers: Record<string, string>): Promise<{ gone: boolean }> => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/flows/comms`, { headers })
        const state = { gone: false }
        socket.on('close', () => (state.gone = true)).on('error', () => undefined)
        await once(socket, 'open')
        return state
      }
      await timed.brain.act('admin', { name: 'token.create', id: 't-short', label: 'short', role: 'administrator', compounds: 'all', hash: hashSecret('short'), expiresAt: clock.now() + HOUR })
      const { headers } = await timed.call('POST', '/api/v1/session', { origin: url, body: { username: 'admin', password: ADMIN_PASSWORD } })
      const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const bySession = await sit({ cookie, origin: url })
      const byShort = await sit({ authorization: 'Bearer short' })
      const byToken = await sit({ authorization: `Bearer ${await timed.token('administrator', 'all')}` })
      clock.tick(HOUR + 10_000)
      await eventually('the token has run out', () => byShort.gone)
      expect(bySession.gone).to.equal(false)
      clock.tick(12 * HOUR)
      await eventually('the session has run out', () => bySession.gone)
      expect(byToken.gone).to.equal(false)
    } finally {
      door.stop()
      comms.close()
      await timed.stop()
    }
  })

  it('opens nothing to Node-RED for a browser that is gone before it answers', async () => {
    const { directory, server, url } = house
    const clock = new FakeClock(Date.now())
    const door = new EditorDoor({ directory, clock, log: createLog('silent'), identify: createIdentify({ directory, clock, trustProxy: false }), flows, onChanged: () => undefined })
    door.attach(server)
    const asked = once(behind, 'upgrade') as Promise<[IncomingMessage, Duplex]>
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined)
    try {
      socket.write([
        'GET /flows/comms HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        `Authorization: Bearer ${await house.token('administrator', 'all')}`, '', ''
      ].join('\r\n'))
      const [, held] = await asked
      const closed = new Promise((gone) => held.on('end', gone).on('error', gone).resume())
      socket.resetAndDestroy()
      await closed
      held.destroy()
    } finally {
      socket.destroy()
      door.stop()
    }
  })

  it('has a policy of its own for its pages, which weakens no other', async () => {
    const token = await house.token('administrator', 'all')
    const policy = async (path: string): Promise<string> =>
      (await fetch(house.url + path, { headers: { authorization: `Bearer ${token}` } })).headers.get('content-security-policy') ?? ''
    expect(await policy('/flows/')).to.contain("script-src 'self' 'unsafe-inline' 'unsafe-eval'").and.to.contain("frame-ancestors 'none'")
    for (const path of ['/api/v1/site', '/', '/flowsomething']) expect(await policy(path), path).to.not.contain('unsafe-eval')
  })
})
