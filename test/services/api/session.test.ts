import { expect } from 'chai'
import { SESSION_COOKIE } from '../../../protocol/http/access.ts'
import { hashSecret } from '../../../services/registry/secret.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { ADMIN_PASSWORD, furnish, startHouse } from '../../support/house.ts'
import type { Called, House } from '../../support/house.ts'

const RIGHT = { username: 'admin', password: ADMIN_PASSWORD }

describe('A session', () => {
  const clock = new FakeClock()
  let house: House
  beforeEach(async () => {
    house = await startHouse({ clock })
    await furnish(house, 'c07')
  })
  afterEach(() => house.stop())

  async function logIn(): Promise<{ answer: Called; cookie: string }> {
    const answer = await house.call('POST', '/api/v1/session', { body: RIGHT })
    return { answer, cookie: (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '' }
  }

  it('is opened by the right password, by a cookie that no script and no other site can use', async () => {
    const { answer, cookie } = await logIn()
    expect(answer.status).to.equal(204)
    expect(answer.headers.getSetCookie()[0]).to.match(/^gatehouse_session=[\w-]{43}; Max-Age=43200; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/)
    const me = await house.call('GET', '/api/v1/session', { cookie })
    expect(me.body).to.deep.equal({ name: 'admin', role: 'administrator', compounds: 'all', expiresAt: clock.now() + 12 * 3600 * 1000 })
  })

  it('is kept as a hash: neither the password nor the secret reaches the journal', async () => {
    const { cookie } = await logIn()
    const secret = cookie.slice(SESSION_COOKIE.length + 1)
    const journal = JSON.stringify(house.brain.journal)
    expect(journal).to.not.include(secret).and.not.include(ADMIN_PASSWORD)
    expect(journal).to.include(hashSecret(secret))
  })

  it('ends after twelve hours, and when it is closed', async () => {
    const first = (await logIn()).cookie
    clock.tick(12 * 3600 * 1000)
    expect((await house.call('GET', '/api/v1/session', { cookie: first })).status).to.equal(401)
    const second = (await logIn()).cookie
    expect((await house.call('DELETE', '/api/v1/session', { cookie: second, origin: house.url })).status).to.equal(204)
    expect((await house.call('GET', '/api/v1/session', { cookie: second })).status).to.equal(401)
  })

  it('changes nothing without an Origin, or with one of another site', async () => {
    const { cookie } = await logIn()
    const body = { id: 'c99', name: 'x', district: 'x', homes: 0, buildings: [] }
    const without = await house.call('POST', '/api/v1/compounds', { cookie, body })
    const foreign = await house.call('POST', '/api/v1/compounds', { cookie, body, origin: 'http://evil.example' })
    const opaque = await house.call('POST', '/api/v1/compounds', { cookie, body, origin: 'null' })
    expect([without.status, foreign.status, opaque.status]).to.deep.equal([403, 403, 403])
    expect([without.body['code'], foreign.body['code'], opaque.body['code']]).to.deep.equal(['origin-missing', 'origin-foreign', 'origin-foreign'])
    expect(house.directory.compounds.has('c99' as never)).to.equal(false)
    expect((await house.call('POST', '/api/v1/compounds', { cookie, body, origin: house.url })).status).to.equal(201)
    expect((await house.call('DELETE', '/api/v1/session', { cookie })).body['code']).to.equal('origin-missing')
  })

  it('is not opened by a page of another site', async () => {
    expect((await house.call('POST', '/api/v1/session', { body: RIGHT, origin: 'http://evil.example' })).body['code']).to.equal('origin-foreign')
  })

  it('counts for nothing beside a wrong token', async () => {
    const { cookie } = await logIn()
    expect((await house.call('GET', '/api/v1/session', { cookie, token: 'wrong' })).status).to.equal(401)
  })

  it('answers the same to a wrong password and to an unknown user', async () => {
    const wrong = await house.call('POST', '/api/v1/session', { body: { ...RIGHT, password: 'wrong' } })
    const unknown = await house.call('POST', '/api/v1/session', { body: { ...RIGHT, username: 'nobody' } })
    expect(wrong.status).to.equal(401)
    expect(unknown.body).to.deep.equal(wrong.body)
  })

  it('slows down whoever tries passwords, for that user alone, and does not count logins that succeed', async () => {
    for (let n = 0; n < 7; n += 1) expect((await logIn()).answer.status).to.equal(204)
    const statuses: number[] = []
    for (let n = 0; n < 6; n += 1) statuses.push((await house.call('POST', '/api/v1/session', { body: { username: 'guard', password: 'wrong' } })).status)
    expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 429])
    const slowed = await house.call('POST', '/api/v1/session', { body: { username: 'guard', password: 'wrong' } })
    expect(slowed.body['code']).to.equal('too-many-attempts')
    expect(slowed.headers.get('retry-after')).to.match(/^\d+$/)
    expect((await logIn()).answer.status).to.equal(204)
  })

  it('is opened by a browser that is known, however often others fail under its name; what knows it is for one user and one password, and opens nothing', async () => {
    const { answer } = await logIn()
    const [, known = ''] = answer.headers.getSetCookie()
    expect(known).to.match(/^gatehouse_known=[\w-]{16}\.[\w-]{43}; Max-Age=15552000; Path=\/api\/v1\/session; Expires=[^;]+; HttpOnly; SameSite=Strict$/)
    const cookie = known.split(';')[0] ?? ''
    const open = async (body: object, shown?: string): Promise<number> => (await house.call('POST', '/api/v1/session', { body, ...(shown === undefined ? {} : { cookie: shown }) })).status
    for (let n = 0; n < 5; n += 1) expect(await open({ ...RIGHT, password: 'wrong' })).to.equal(401)
    expect(await open(RIGHT)).to.equal(429)
    expect(await open(RIGHT, `${cookie.slice(0, -1)}_`), 'a made-up cookie').to.equal(429)
    expect(await open(RIGHT, cookie)).to.equal(204)
    expect((await house.call('GET', '/api/v1/session', { cookie })).status).to.equal(401)
    expect((await house.call('POST', '/api/v1/session', { body: RIGHT, cookie })).headers.getSetCookie(), 'it stays as it is').to.have.length(1)
  })

  it('is not opened when the journal does not take it, and says so', async () => {
    house.brain.failure = new Error('disk full at /secret/path')
    const { answer } = await logIn()
    expect(answer.status).to.equal(503)
    expect(answer.body['code']).to.equal('not-stored')
    expect(answer.text).to.not.include('/secret/path')
  })
})
