import { expect } from 'chai'
import { furnish, passage, raise, startHouse } from '../../support/house.ts'
import type { House } from '../../support/house.ts'

describe('Rights', () => {
  let house: House
  beforeEach(async () => {
    house = await startHouse()
    await furnish(house, 'c07', 'c08')
    house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001')] })
    house.brain.say('c08-smoke-0001', { signals: [raise('c08-smoke-0001')] })
  })
  afterEach(() => house.stop())

  it('end at the compounds of the asker: what lies outside is not there', async () => {
    const token = await house.token('administrator', ['c07'])
    for (const path of ['/compounds/c08', '/devices/c08-door-01', '/devices/c08-door-01/events', '/devices/c08-door-01/connections', '/devices/c08-smoke-0001/readings?field=co', '/alarms/a2', '/alarms?compound=c08', '/devices?compound=c08']) {
      const answer = await house.call('GET', `/api/v1${path}`, { token })
      expect(answer.status, path).to.equal(404)
      expect(answer.body['code'], path).to.equal('not-found')
    }
    for (const [method, path, body] of [['POST', '/alarms/a2/acknowledge', {}], ['DELETE', '/devices/c08-door-01', undefined], ['POST', '/devices/c08-door-01/token', undefined]] as const) {
      expect((await house.call(method, `/api/v1${path}`, { token, body })).status, path).to.equal(404)
    }
    const compounds = (await house.call('GET', '/api/v1/compounds', { token })).body['items'] as { id: string }[]
    const alarms = (await house.call('GET', '/api/v1/alarms', { token })).body['items'] as { compound: string }[]
    expect(compounds.map((compound) => compound.id)).to.deep.equal(['c07'])
    expect(alarms.map((alarm) => alarm.compound)).to.deep.equal(['c07'])
    expect((await house.call('POST', '/api/v1/alarms/a1/acknowledge', { token, body: {} })).status).to.equal(200)
  })

  it('leave alarms about the platform itself to administrators of all compounds', async () => {
    house.brain.say('c07-smoke-0001', { signals: [raise('c07-smoke-0001', { subject: 'platform:history', compound: null, building: null, device: null, location: null })] })
    for (const [role, compounds] of [['administrator', ['c07']], ['manager', 'all'], ['viewer', 'all']] as const) {
      const token = await house.token(role, compounds)
      expect((await house.call('GET', '/api/v1/alarms', { token })).body['items'], role).to.satisfy((items: { id: string }[]) => items.every(({ id }) => id !== 'a3'))
      expect((await house.call('GET', '/api/v1/alarms/a3', { token })).status, role).to.equal(404)
      if (role !== 'viewer') expect((await house.call('POST', '/api/v1/alarms/a3/acknowledge', { token, body: {} })).status, role).to.equal(404)
    }
    const token = await house.token('administrator', 'all')
    const [newest] = (await house.call('GET', '/api/v1/alarms', { token })).body['items'] as { id: string; compound: string | null }[]
    expect(newest).to.include({ id: 'a3', compound: null })
    expect((await house.call('POST', '/api/v1/alarms/a3/acknowledge', { token, body: {} })).status).to.equal(200)
  })

  it('cannot be handed on wider than one has them', async () => {
    const token = await house.token('administrator', ['c07'])
    const wider = await house.call('POST', '/api/v1/tokens', { token, body: { name: 'x', role: 'viewer' } })
    expect(wider.body['code']).to.equal('beyond-own-rights')
    expect((await house.call('POST', '/api/v1/tokens', { token, body: { name: 'x', role: 'viewer', compounds: ['c07'] } })).status).to.equal(201)
    expect((await house.call('DELETE', '/api/v1/tokens/t-1', { token: await house.token('administrator', ['c08']) })).status).to.equal(404)
  })

  it('show and give of tokens only what lies within one’s own compounds', async () => {
    const token = await house.token('administrator', ['c07'])
    const make = (compounds: unknown, more: object = {}) => house.call('POST', '/api/v1/tokens', { token, body: { name: 'x', role: 'viewer', compounds, ...more } })
    await house.token('viewer', ['c08'])
    await house.token('viewer', ['c07', 'c08'])
    await house.token('viewer', 'all')
    const own = (await make(['c07'])).body['id']
    const { items } = (await house.call('GET', '/api/v1/tokens', { token })).body as { items: { id: string; compounds: unknown }[] }
    expect(items.map(({ compounds }) => compounds)).to.deep.equal([['c07'], ['c07']])
    expect(items.map(({ id }) => id)).to.include(own)
    const [foreign, missing] = [await make(['c07', 'c08']), await make(['c07', 'c99'])]
    expect([foreign.status, missing.status]).to.deep.equal([400, 400])
    expect(foreign.text.replaceAll('c08', 'c99'), 'a compound that one may not see is not there').to.equal(missing.text)
    expect((await make('all')).body['code']).to.equal('beyond-own-rights')
    for (const role of ['manager', 'guard', 'viewer', 'auditor'] as const) {
      const lesser = await house.token(role, 'all')
      expect((await house.call('GET', '/api/v1/tokens', { token: lesser })).status, role).to.equal(403)
      expect((await house.call('POST', '/api/v1/tokens', { token: lesser, body: { name: 'x', role: 'viewer' } })).status, role).to.equal(403)
    }
  })

  it('of a token that ends are handed on to none that ends later', async () => {
    const admin = await house.token('administrator', 'all')
    const soon = Date.now() + 3_600_000
    const make = (token: string, expiresAt: number | null) => house.call('POST', '/api/v1/tokens', { token, body: { name: 'x', role: 'administrator', compounds: 'all', expiresAt } })
    const token = String((await make(admin, soon)).body['token'])
    expect([(await make(token, null)).body['code'], (await make(token, soon + 1)).body['code']]).to.deep.equal(['beyond-own-rights', 'beyond-own-rights'])
    expect((await make(token, soon)).status).to.equal(201)
  })

  it('let a guard acknowledge and close, and neither shelve nor reset', async () => {
    const token = await house.token('guard', 'all')
    expect((await house.call('POST', '/api/v1/alarms/a1/acknowledge', { token, body: {} })).status).to.equal(200)
    for (const call of ['shelve', 'unshelve', 'reset', 'confirm']) {
      const answer = await house.call('POST', `/api/v1/alarms/a1/${call}`, { token, body: {} })
      expect(answer.body['code'], call).to.equal('not-permitted')
    }
    expect((await house.call('POST', '/api/v1/devices', { token, body: {} })).body['code']).to.equal('not-permitted')
  })

  it('let those who decide give commands, and the others see what became of them; each in their own compounds', async () => {
    const unlock = { name: 'unlock' }
    const manager = await house.token('manager', ['c07'])
    const issued = await house.call('POST', '/api/v1/devices/c07-door-01/commands', { token: manager, body: unlock })
    expect([issued.status, issued.body]).to.deep.equal([202, { id: 'k1' }])
    for (const role of ['guard', 'viewer', 'auditor'] as const) {
      const token = await house.token(role, 'all')
      for (const path of ['/devices/c07-door-01/commands', '/compounds/c07/buildings/b01/restore']) {
        expect((await house.call('POST', `/api/v1${path}`, { token, body: path.endsWith('restore') ? undefined : unlock })).body['code'], `${role} ${path}`).to.equal('not-permitted')
      }
      expect((await house.call('GET', '/api/v1/commands/k1', { token })).body).to.include({ id: 'k1', state: 'queued', by: 't-1' })
    }
    const elsewhere = await house.token('administrator', ['c08'])
    for (const [method, path] of [['GET', '/commands/k1'], ['GET', '/devices/c07-door-01/commands'], ['POST', '/devices/c07-door-01/commands'], ['POST', '/compounds/c07/buildings/b01/restore']] as const) {
      const answer = await house.call(method, `/api/v1${path}`, { token: elsewhere, ...(path.startsWith('/devices') && method === 'POST' ? { body: unlock } : {}) })
      expect([answer.status, answer.body['code']], path).to.deep.equal([404, 'not-found'])
    }
  })

  it('let a viewer look and touch nothing', async () => {
    const token = await house.token('viewer', 'all')
    expect((await house.call('GET', '/api/v1/alarms', { token })).status).to.equal(200)
    expect((await house.call('POST', '/api/v1/alarms/a1/acknowledge', { token, body: {} })).status).to.equal(403)
    expect((await house.call('GET', '/api/v1/quarantine', { token })).status).to.equal(403)
  })

  it('let a guard note what was seen, which has to be something, and a viewer not', async () => {
    const token = await house.token('guard', 'all')
    expect((await house.call('POST', '/api/v1/alarms/a1/note', { token, body: { note: '楼道无烟' } })).status).to.equal(200)
    const { body } = await house.call('GET', '/api/v1/alarms/a1', { token })
    expect((body['timeline'] as { name: string; note: string }[]).at(-1)).to.include({ name: 'noted', note: '楼道无烟' })
    expect((await house.call('POST', '/api/v1/alarms/a1/note', { token, body: {} })).status).to.equal(400)
    expect((await house.call('POST', '/api/v1/alarms/a1/note', { token: await house.token('viewer', 'all'), body: { note: 'x' } })).status).to.equal(403)
  })

  it('end with the token: removed, it opens nothing', async () => {
    const token = await house.token('viewer', 'all')
    await house.brain.act('admin', { name: 'token.remove', id: 't-1' })
    expect((await house.call('GET', '/api/v1/alarms', { token })).status).to.equal(401)
  })

  it('answer 409 where the table of the book does not allow it', async () => {
    const token = await house.token('manager', 'all')
    const answer = await house.call('POST', '/api/v1/alarms/a1/reset', { token, body: {} })
    expect(answer.status).to.equal(409)
    expect(answer.body['code']).to.equal('not-allowed-in-this-state')
  })

  it('find an alarm that was just told and is not yet committed', async () => {
    const token = await house.token('viewer', 'all')
    house.queries.behind = true
    house.brain.say('c07-smoke-0002', { signals: [raise('c07-smoke-0002')] })
    const asked = house.call('GET', '/api/v1/alarms/a3', { token })
    setTimeout(() => house.queries.catchUp(), 100)
    expect((await asked).status).to.equal(200)
  })
})

describe('Passages', () => {
  let house: House
  beforeEach(async () => {
    house = await startHouse()
    await furnish(house, 'c07')
    house.queries.events_.set('c07-door-01', [passage('c07-door-01', 1), { ...passage('c07-door-01', 2), type: 'opened', fields: { method: 'card' } }])
  })
  afterEach(() => house.stop())
  const path = '/api/v1/devices/c07-door-01/events'

  it('show no credential to whoever gives no reason', async () => {
    const answer = await house.call('GET', path, { token: await house.token('administrator', 'all') })
    expect((answer.body['items'] as { fields: object }[]).map((event) => event.fields)).to.deep.equal([{ method: 'card' }, { method: 'card', direction: 'in' }])
    expect(answer.text).to.not.include('secret-card')
  })

  it('are shown with a reason, which is in the journal before they are', async () => {
    const token = await house.token('auditor', 'all')
    const before = house.brain.journal.length
    const events = house.queries.events.bind(house.queries)
    let onRecord: unknown = null
    house.queries.events = (...asked) => {
      onRecord = house.brain.journal.slice(before).map((entry) => (entry.type === 'action' ? [entry.actor, entry.action] : null))
      return events(...asked)
    }
    const answer = await house.call('GET', `${path}?reason=bicycle%20stolen`, { token })
    expect(answer.text).to.include('secret-card')
    expect(onRecord).to.deep.equal([['t-1', { name: 'passages.read', device: 'c07-door-01', reason: 'bicycle stolen' }]])
  })

  it('are shown to nobody when the reason could not be recorded, nor to a role that may not ask', async () => {
    const viewer = await house.call('GET', `${path}?reason=curious`, { token: await house.token('viewer', 'all') })
    expect(viewer.body['code']).to.equal('not-permitted')
    const token = await house.token('administrator', 'all')
    house.brain.failure = new Error('disk full')
    const answer = await house.call('GET', `${path}?reason=theft`, { token })
    expect(answer.status).to.equal(503)
    expect(answer.text).to.not.include('secret-card')
  })
})
