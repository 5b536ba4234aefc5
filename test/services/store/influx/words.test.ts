import { readFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import { resolve } from 'node:path'
import { expect } from 'chai'
import { after, afterEach, before, describe, it } from 'mocha'
import { generate } from 'selfsigned'
import type { InfluxAddress } from '../../../../services/store/influx/address.ts'
import { eventually } from '../../../support/eventually.ts'
import { Influxd } from '../../../support/influxd.ts'
import { Proxy, Rig, addressOf, needInfluxd, reading } from './rig.ts'

const PASSWORD = 'geheim und lang'

describe('an InfluxDB that is not as it was set', function () {
  const server = new Influxd()
  let rig: Rig | null = null
  before(async function () {
    needInfluxd(this)
    await server.start({ INFLUXDB_HTTP_AUTH_ENABLED: 'true' })
    await ask(`CREATE USER admin WITH PASSWORD '${PASSWORD}' WITH ALL PRIVILEGES`)
    for (const statement of ["CREATE USER gate WITH PASSWORD 'gate'", 'CREATE DATABASE given', 'GRANT ALL ON given TO gate']) await ask(statement, `admin:${PASSWORD}`)
  })
  after(() => server.remove())
  afterEach(async () => {
    await rig?.remove()
    rig = null
  })

  async function ask(statement: string, login?: string): Promise<string> {
    const headers = login === undefined ? {} : { Authorization: `Basic ${Buffer.from(login).toString('base64')}` }
    return await (await fetch(`${server.url}/query?q=${encodeURIComponent(statement)}`, { method: 'POST', headers })).text()
  }
  const begin = async (database: string, some: Partial<InfluxAddress>, url = server.url): Promise<Rig> => {
    rig = await new Rig(addressOf(url, database, some)).start()
    await rig.append(reading('c07-smoke-1', { ts: Date.now(), boot: 'b', seq: 1, temperature: 20 }))
    return rig
  }
  const user = (name: string, password: string): InfluxAddress['login'] => ({ type: 'password', user: name, password })
  /** What it says, once it says something. */
  const words = (of: Rig): Promise<string> => eventually('it says what is wrong', () => of.history.stalled)

  it('says that a password is wrong, never which, keeps everything, and goes on when it is right', async () => {
    const started = await begin('site', { login: user('admin', 'wr0ng-secret') })
    expect(await words(started)).to.match(/does not let user admin in: authorization failed/)
    expect(started.log.join()).to.contain('does not let user admin in').and.not.contain('wr0ng-secret')
    expect(started.history.behind).to.be.greaterThan(0)
    await ask("SET PASSWORD FOR admin = 'wr0ng-secret'", `admin:${PASSWORD}`)
    await started.forwarded()
    expect(started.history.stalled).to.equal(null)
    await ask(`SET PASSWORD FOR admin = '${PASSWORD}'`, 'admin:wr0ng-secret')
  })

  it('says that the database is missing where there are no rights to make it, and makes do with one that was given', async () => {
    const started = await begin('missing', { login: user('gate', 'gate') })
    const said = await words(started)
    expect(said).to.match(/missing/)
    expect(started.log.join()).to.contain('the database missing is not there, and could not be made')
    await started.remove()
    const given = await begin('given', { login: user('gate', 'gate') })
    await given.forwarded()
    expect(given.history.counters.points).to.equal(1)
  })

  it('finds nothing wrong with a database and policies that were made by hand as the documents say', async () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/history.md'), 'utf8')
    const statements = page.match(/^(?:CREATE DATABASE|CREATE RETENTION POLICY) .*$/gm) ?? []
    expect(statements).to.have.length(3)
    for (const statement of [...statements, 'GRANT ALL ON gatehouse TO gate']) await ask(statement, `admin:${PASSWORD}`)
    const started = await begin('gatehouse', { login: user('gate', 'gate') })
    await started.forwarded()
    expect(started.history.counters.points).to.equal(1)
    expect(started.log.filter((line) => /"level":[45]0/.test(line))).to.deep.equal([])
  })

  it('says that nobody listens, and that what answers is no InfluxDB', async () => {
    const started = await begin('site', {}, 'http://127.0.0.1:1')
    expect(await words(started)).to.contain('nothing listens at http://127.0.0.1:1/site; is InfluxDB running, is INFLUX_URL right?')
    await started.remove()
    const plain = await begin('site', { protocol: 'https' })
    expect(await words(plain)).to.contain('does not speak TLS; is http:// meant in INFLUX_URL?')
  })

  it('goes over TLS with a certificate that nobody signed only where that was allowed, and with a token', async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }])
    const proxy = await new Proxy(server.url, (listener) => createSecureServer({ key: pems.private, cert: pems.cert }, listener)).start()
    const token: InfluxAddress['login'] = { type: 'token', token: 't0ken-secret' }
    const refused = await begin('site', { protocol: 'https', login: token }, proxy.url)
    expect(await words(refused)).to.match(/its certificate is not trusted .*INFLUX_TLS_INSECURE=on/)
    await refused.remove()
    const allowed = await begin('site', { protocol: 'https', login: token, insecure: true }, proxy.url)
    expect(await words(allowed)).to.contain('does not let the token in')
    expect(proxy.seen.map(({ authorization }) => authorization)).to.include('Token t0ken-secret').and.not.include('Basic cm9vdDpyb290')
    expect(allowed.log.join()).to.not.contain('t0ken-secret')
    await allowed.remove()
    rig = null
    await proxy.stop()
  })
})
