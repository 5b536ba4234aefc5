import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { furnish, startHouse } from '../../support/house.ts'
import type { Called, House } from '../../support/house.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('A request that is not right', () => {
  let house: House
  let token: string
  before(async () => {
    house = await startHouse()
    await furnish(house, 'c07')
    token = await house.token('administrator', 'all')
  })
  after(() => house.stop())

  function code(answer: Called): unknown {
    expect(answer.type).to.match(/^application\/problem\+json/)
    expect(answer.body).to.include.keys('type', 'title', 'status', 'code', 'detail')
    expect(answer.body['status']).to.equal(answer.status)
    return [answer.status, answer.body['code']]
  }
  const paths = (answer: Called): unknown => (answer.body['faults'] as { path: string }[]).map((fault) => fault.path)

  it('to an unknown address is a 404 that says so, whatever the method', async () => {
    expect(code(await house.call('GET', '/api/v1/nothing', { token }))).to.deep.equal([404, 'no-such-call'])
    expect(code(await house.call('POST', '/elsewhere', { token }))).to.deep.equal([404, 'no-such-call'])
  })

  it('by a method that the address does not know is a 405 that names the ones it knows', async () => {
    const answer = await house.call('PUT', '/api/v1/compounds', { token })
    expect(code(answer)).to.deep.equal([405, 'method-not-allowed'])
    expect(answer.headers.get('allow')).to.equal('GET, HEAD, POST')
  })

  it('with a body that is no JSON, too large, compressed, or of another type says which', async () => {
    const post = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Called> => house.call('POST', '/api/v1/compounds', { token, body, headers })
    expect(code(await post('{"id":'))).to.deep.equal([400, 'bad-json'])
    expect(code(await post(`"${'x'.repeat(1024 * 1024)}"`))).to.deep.equal([413, 'too-large'])
    expect(code(await post('id=c07', { 'content-type': 'application/x-www-form-urlencoded' }))).to.deep.equal([415, 'wrong-content-type'])
    expect(code(await post('{}', { 'content-encoding': 'gzip' }))).to.deep.equal([415, 'wrong-content-type'])
    expect(code(await post('{}', { 'content-type': 'application/json; charset=gb2312' }))).to.deep.equal([415, 'wrong-content-type'])
    expect(code(await post(Buffer.from('{"name":"\xff"}', 'latin1')))).to.deep.equal([400, 'bad-json'])
    expect(code(await post('[1]'))).to.deep.equal([400, 'bad-input'])
    expect(code(await post('null'))).to.deep.equal([400, 'bad-input'])
    expect(code(await post('{"__proto__":{"admin":true}}'))).to.deep.equal([400, 'bad-input'])
  })

  it('without a body names the fields that are missing', async () => {
    const answer = await house.call('POST', '/api/v1/tokens', { token })
    expect(paths(answer)).to.have.members(['name', 'role'])
  })

  it('names parameters that are unknown, given twice, or no numbers', async () => {
    const answer = await house.call('GET', '/api/v1/devices?limit=many&compound=c07&compound=c08&colour=red&online=perhaps', { token })
    expect(code(answer)).to.deep.equal([400, 'bad-input'])
    expect(paths(answer)).to.have.members(['limit', 'compound', 'colour', 'online'])
    expect(paths(await house.call('GET', '/api/v1/compounds?limit=0', { token }))).to.deep.equal(['limit'])
    expect(paths(await house.call('GET', '/api/v1/compounds?limit=1001', { token }))).to.deep.equal(['limit'])
    expect(paths(await house.call('GET', '/api/v1/site?x=1', { token }))).to.deep.equal(['x'])
  })

  it('with a made-up cursor or a crooked address is told apart from a fault of ours', async () => {
    expect(code(await house.call('GET', '/api/v1/compounds?cursor=nonsense', { token }))).to.deep.equal([400, 'bad-cursor'])
    expect(code(await house.call('GET', '/api/v1/devices?cursor=nonsense', { token }))).to.deep.equal([400, 'bad-cursor'])
    expect(code(await house.call('GET', '/api/v1/devices/%E0%A4%A', { token }))).to.deep.equal([400, 'bad-input'])
    expect(code(await house.call('GET', '/api/v1/devices/UPPER', { token }))).to.deep.equal([400, 'bad-input'])
    expect(paths(await house.call('GET', '/api/v1/devices/c07-door-01/readings?field=temperature', { token }))).to.deep.equal(['field'])
    expect(paths(await house.call('GET', '/api/v1/devices/c07-smoke-0001/readings?field=co&from=5&to=5', { token }))).to.deep.equal(['from'])
  })

  it('names what the brain refuses by the field', async () => {
    const device = { id: 'c07-door-09', kind: 'door', compound: 'c07', location: { building: 'b99' } }
    const answer = await house.call('POST', '/api/v1/devices', { token, body: device })
    expect(code(answer)).to.deep.equal([400, 'unknown-building'])
    expect(paths(answer)).to.deep.equal(['location.building'])
    expect(code(await house.call('POST', '/api/v1/devices', { token, body: { ...device, id: 'c07-door-01', location: { building: 'b01' } } }))).to.deep.equal([409, 'exists-already'])
    expect(code(await house.call('DELETE', '/api/v1/devices/c07-gateway-01', { token }))).to.deep.equal([409, 'has-children'])
  })

  it('that meets a fault of ours is answered with an id and nothing of the inside', async () => {
    const devices = house.queries.devices.bind(house.queries)
    house.queries.devices = () => Promise.reject(new Error('no such table: secrets'))
    const answer = await house.call('GET', '/api/v1/devices', { token })
    house.queries.devices = devices
    expect(code(answer)).to.deep.equal([500, 'internal'])
    expect(answer.text).to.not.include('secrets').and.not.include('node_modules')
    expect(answer.body['detail']).to.match(/[0-9a-f-]{36}/)
  })
})

describe('Lists', () => {
  it('come in pages that together are the whole, each once', async () => {
    const house = await startHouse()
    await furnish(house, 'c01', 'c02', 'c03', 'c04', 'c05')
    const token = await house.token('viewer', 'all')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const answer: Called = await house.call('GET', `/api/v1/compounds?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, { token })
      seen.push(...(answer.body['items'] as { id: string }[]).map((item) => item.id))
      cursor = answer.body['next'] as string | null
    }
    await house.stop()
    expect(seen).to.deep.equal(['c01', 'c02', 'c03', 'c04', 'c05'])
  })
})

describe('Every answer', () => {
  it('carries the security headers, whatever it is', async () => {
    const house = await startHouse()
    for (const path of ['/', '/api/v1/site', '/api/v1/nothing', '/healthz']) {
      const { headers } = await house.call('GET', path)
      expect(headers.get('content-security-policy'), path).to.include("script-src 'self';").and.include("connect-src 'self' ws: wss:")
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff')
      expect(headers.get('x-frame-options'), path).to.equal('DENY')
      expect(headers.get('x-powered-by'), path).to.equal(null)
      expect(headers.get('strict-transport-security'), path).to.equal(null)
    }
    await house.stop()
  })
})

describe('The machine room', () => {
  it('says that it is not ready until it is, and measures calls without naming anybody', async () => {
    const house = await startHouse()
    await furnish(house, 'c07')
    house.ready = false
    const starting = await house.call('GET', '/readyz')
    expect([starting.status, starting.body['code'], starting.body['detail']]).to.deep.equal([503, 'not-ready', 'brain: judging'])
    house.ready = true
    expect((await house.call('GET', '/readyz')).status).to.equal(200)
    await house.call('GET', '/api/v1/devices/c07-door-01', { token: await house.token('viewer', 'all') })
    const { text } = await house.call('GET', '/metrics')
    expect(text).to.match(/gatehouse_http_request_seconds_count\{call="devices.show",status="200"\} 1/).and.not.include('c07-door-01')
    await house.stop()
  })
})

describe('The screens', () => {
  it('are served fresh, their hashed files for ever, and their page for every address of a screen', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder.path, 'assets'))
    writeFileSync(join(folder.path, 'index.html'), '<title>page</title>')
    writeFileSync(join(folder.path, 'assets', 'index-abc123.js'), 'hello')
    const house = await startHouse({ screens: folder.path })
    const page = await house.call('GET', '/compounds/c07', { headers: { accept: 'text/html' } })
    expect([page.status, page.text, page.headers.get('cache-control')]).to.deep.equal([200, '<title>page</title>', 'no-cache'])
    expect((await house.call('GET', '/')).text).to.equal('<title>page</title>')
    expect((await house.call('GET', '/assets/index-abc123.js')).headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
    expect((await house.call('GET', '/assets/index-gone.js')).status).to.equal(404)
    expect((await house.call('GET', '/..%2f..%2fetc%2fpasswd')).status).to.not.equal(200)
    await house.stop()
    folder.remove()
  })

  it('are sent packed to a browser that takes it, and plain to one that does not, never the one for the other', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder.path, 'assets'))
    const text = 'const hello = 1 '.repeat(200)
    for (const name of ['index.html', 'assets/index-abc123.js']) {
      writeFileSync(join(folder.path, name), text)
      writeFileSync(join(folder.path, `${name}.br`), brotliCompressSync(text))
      writeFileSync(join(folder.path, `${name}.gz`), gzipSync(text))
    }
    writeFileSync(join(folder.path, 'assets', 'small-abc123.js'), 'hello')
    const house = await startHouse({ screens: folder.path })
    const get = async (path: string, encodings: string) => {
      const { status, text: body, headers } = await house.call('GET', path, { headers: { 'accept': '*/*', 'accept-encoding': encodings } })
      expect([status, body, headers.get('vary')?.includes('Accept-Encoding')]).to.deep.equal([200, path.includes('small') ? 'hello' : text, true])
      return [headers.get('content-encoding'), headers.get('content-type')?.split(';')[0], headers.get('etag')]
    }
    const [br, type, tag] = await get('/assets/index-abc123.js', 'gzip, deflate, br')
    expect([br, type]).to.deep.equal(['br', 'text/javascript'])
    expect((await get('/assets/index-abc123.js', 'gzip, br;q=0'))[0]).to.equal('gzip')
    const plain = await get('/assets/index-abc123.js', 'identity')
    expect(plain[0]).to.equal(null)
    expect(plain[2]).to.not.equal(tag)
    expect((await get('/assets/small-abc123.js', 'br'))[0]).to.equal(null)
    expect((await get('/devices/c07-door-01', 'br')).slice(0, 2)).to.deep.equal(['br', 'text/html'])
    expect((await house.call('GET', '/assets/index-abc123.js.br')).status).to.equal(404)
    await house.stop()
    folder.remove()
  })

  it('say what to do when they are not built', async () => {
    const house = await startHouse()
    const page = await house.call('GET', '/', { headers: { accept: 'text/html' } })
    await house.stop()
    expect(page.status).to.equal(503)
    expect(page.text).to.include('npm run setup')
  })
})
