import { expect } from 'chai'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate as generateCertificate } from 'selfsigned'
import { readConfig, readNumbers } from '../../../services/config/config.ts'
import { InputError } from '../../../services/kernel/errors.ts'

function faultsOf(run: () => unknown): Record<string, string> {
  try {
    run()
  } catch (error) {
    if (error instanceof InputError) return Object.fromEntries(error.faults.map((fault) => [fault.path, fault.message]))
    throw error
  }
  return {}
}

function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gatehouse-config-')), name)
  writeFileSync(path, text)
  return path
}

describe('the settings', () => {
  it('have the defaults of the contract', () => {
    const config = readConfig({})
    expect(config.http).to.include({ host: '127.0.0.1', port: 3000, tls: false, trustProxy: false })
    expect(config.mqtt).to.include({ host: '127.0.0.1', port: 1883, tlsPort: null })
    expect(config.mqtt).to.include({ sessionTime: 7 * 86_400_000, sessionsPerAccount: 20 })
    expect(config.site.timeZone).to.equal('Asia/Shanghai')
    expect(config.dataDir).to.match(/data$/)
    expect(config.adminPassword).to.equal(null)
  })

  it('name every fault at once', () => {
    const faults = faultsOf(() =>
      readConfig({ HTTP_PORT: '70000', MQTT_PORT: 'abc', LOG_LEVEL: 'loud', SITE_TZ: 'Mars/Olympus', ADMIN_PASSWORD: 'short', RETENTION_DAYS: '1.5' })
    )
    expect(faults).to.have.all.keys('HTTP_PORT', 'MQTT_PORT', 'LOG_LEVEL', 'SITE_TZ', 'ADMIN_PASSWORD', 'RETENTION_DAYS')
    expect(faults['SITE_TZ']).to.contain('Mars/Olympus')
  })

  it('take a certificate only together with its key', async () => {
    const [mine, other] = await Promise.all([generateCertificate([{ name: 'commonName', value: 'localhost' }]), generateCertificate([{ name: 'commonName', value: 'other' }])])
    const cert = file('cert.pem', mine.cert)
    expect(faultsOf(() => readConfig({ TLS_CERT: cert }))['TLS_CERT']).to.contain('TLS_KEY')
    expect(faultsOf(() => readConfig({ TLS_CERT: cert, TLS_KEY: '/does/not/exist' }))).to.have.property('TLS_KEY')
    const config = readConfig({ TLS_CERT: cert, TLS_KEY: file('key.pem', mine.private) })
    expect(config.tls).to.deep.equal({ cert: mine.cert, key: mine.private })
    expect(config.mqtt.tlsPort).to.equal(8883)
    expect(faultsOf(() => readConfig({ TLS_CERT: cert, TLS_KEY: file('key.pem', other.private) })), 'a key of another certificate').to.have.property('TLS_CERT')
    expect(faultsOf(() => readConfig({ TLS_CERT: file('empty.pem', ''), TLS_KEY: file('key.pem', 'key') })), 'no PEM').to.have.keys('TLS_CERT', 'TLS_KEY')
  })

  it('say what was given and what would be right, and of a secret only what it lacks', () => {
    const faults = faultsOf(() => readConfig({ HTTP_PORT: '1.5', HTTPS: 'yes', HTTP_HOST: 'a b', ADMIN_PASSWORD: 'geheim', FLOWS_URL: 'ftp://geheim', FLOWS_SECRET: 'geheim' }))
    expect(faults).to.include({
      HTTP_PORT: 'HTTP_PORT must be a whole number from 0 to 65535, was "1.5"',
      HTTPS: 'HTTPS must be one of [on, off], was "yes"',
      HTTP_HOST: 'HTTP_HOST must be an address or a host name, was "a b"',
      ADMIN_PASSWORD: 'ADMIN_PASSWORD must have at least 8 characters'
    })
    expect(faults).to.include.keys('FLOWS_URL', 'FLOWS_SECRET')
    expect(JSON.stringify(faults)).to.not.contain('geheim')
  })

  it('tell a key of another certificate from one that has a passphrase, and name an empty file of a secret', async () => {
    const mine = await generateCertificate([{ name: 'commonName', value: 'localhost' }])
    const locked = createPrivateKey(mine.private).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'abcd' }).toString()
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const faulty = (key: string) => faultsOf(() => readConfig({ TLS_CERT: file('cert.pem', mine.cert), TLS_KEY: file('key.pem', key) }))['TLS_CERT']
    expect(faulty(locked)).to.contain('passphrase')
    expect(faulty(other)).to.contain('not the one of this certificate')
    const empty = file('password', '\n')
    expect(faultsOf(() => readConfig({ ADMIN_PASSWORD_FILE: empty }))).to.deep.equal({ ADMIN_PASSWORD_FILE: `ADMIN_PASSWORD_FILE: ${empty} is empty` })
  })

  it('refuse HTTPS without a certificate', () => {
    expect(faultsOf(() => readConfig({ HTTPS: 'on' }))).to.have.property('HTTPS')
  })

  it('read a secret from a file, without its last line break, and refuse it given twice', () => {
    const path = file('password', 'from-a-file\n')
    expect(readConfig({ ADMIN_PASSWORD_FILE: path }).adminPassword).to.equal('from-a-file')
    expect(faultsOf(() => readConfig({ ADMIN_PASSWORD_FILE: path, ADMIN_PASSWORD: 'given-too' }))).to.have.property('ADMIN_PASSWORD_FILE')
  })

  it('take an empty value as not given', () => {
    expect(readConfig({ HTTP_PORT: '', ADMIN_PASSWORD: '' })).to.deep.include({ adminPassword: null })
  })

  it('understand the forms of INFLUX_URL', () => {
    const influx = (INFLUX_URL: string, more = {}) => readConfig({ INFLUX_URL, ...more }).influx
    expect(readConfig({}).influx).to.equal(null)
    expect(influx('http://gate:p%40ss@influx.example:9999/site')).to.deep.equal({
      address: { protocol: 'http', host: 'influx.example', port: 9999, path: '', database: 'site', insecure: false, login: { type: 'password', user: 'gate', password: 'p@ss' } },
      rawDays: 90, rollupDays: 1095
    })
    expect(influx('https://[::1]/behind/a-proxy/site?token=abc==', { INFLUX_TLS_INSECURE: 'on' })!.address).to.deep.equal({
      protocol: 'https', host: '::1', port: 8086, path: '/behind/a-proxy', database: 'site', insecure: true, login: { type: 'token', token: 'abc==' }
    })
    expect(influx('https://host:443/site')!.address.port).to.equal(443)
    expect(influx('http://127.0.0.1')!.address).to.deep.include({ port: 8086, database: 'gatehouse', login: { type: 'none' } })
    expect(influx('', { INFLUX_URL_FILE: file('influx', 'http://a:b@h/d\n') })!.address.login).to.deep.equal({ type: 'password', user: 'a', password: 'b' })
  })

  it('refuse an INFLUX_URL that is none, without repeating what is secret in it', () => {
    for (const url of ['influx.example:8086', 'ftp://u:geheim@h/d', 'http://u:ge%heim@h/d', 'http://u:geheim@h/d?token=x', 'http://h/d?u=geheim', 'not a url geheim', 'http://:geheim@h/d']) {
      const faults = faultsOf(() => readConfig({ INFLUX_URL: url }))
      expect(faults, url).to.have.all.keys('INFLUX_URL')
      expect(JSON.stringify(faults)).to.not.contain('heim')
    }
    expect(faultsOf(() => readConfig({ INFLUX_URL: 'http://h/d', RETENTION_DAYS: '100', PASSAGE_DAYS: '100' }))).to.have.all.keys('INFLUX_RAW_DAYS')
  })

  it('keep passages at least as long as the journal that holds them', () => {
    expect(readConfig({})).to.include({ passageDays: 30, quarantineDays: 30, alarmDays: 1095, auditDays: 1095 })
    expect(faultsOf(() => readConfig({ RETENTION_DAYS: '31' }))).to.have.all.keys('PASSAGE_DAYS')
    expect(readConfig({ RETENTION_DAYS: '31', PASSAGE_DAYS: '31' }).passageDays).to.equal(31)
  })

  it('understand the forms of TRUST_PROXY', () => {
    expect(['off', 'on', '1', '10.0.0.0/8'].map((text) => readConfig({ TRUST_PROXY: text }).http.trustProxy)).to.deep.equal([false, true, 1, '10.0.0.0/8'])
    expect(readConfig({ TRUST_PROXY: 'loopback, 10.0.0.1, fd00::/8' }).http.trustProxy).to.equal('loopback, 10.0.0.1, fd00::/8')
  })

  it('refuse a TRUST_PROXY that is none, by its name', () => {
    for (const text of ['true', 'my proxy', '10.0.0.0/99', 'fd00::/129', '10.0.0.1/8/8', '10.0.0.1,']) {
      expect(faultsOf(() => readConfig({ TRUST_PROXY: text })), text).to.have.all.keys('TRUST_PROXY')
    }
  })
})

describe('the numbers of the rules', () => {
  const declared = { 'smoke.heat.limit': { env: 'RULE_SMOKE_HEAT_LIMIT', default: 57, min: 20, max: 125 } }

  it('have their defaults and can be set', () => {
    expect(readNumbers({}, declared)).to.deep.equal({ 'smoke.heat.limit': 57 })
    expect(readNumbers({ RULE_SMOKE_HEAT_LIMIT: '60.5' }, declared)).to.deep.equal({ 'smoke.heat.limit': 60.5 })
  })

  it('are refused out of range, as no number, and under a name that no rule knows', () => {
    expect(faultsOf(() => readNumbers({ RULE_SMOKE_HEAT_LIMIT: '300' }, declared))).to.have.property('RULE_SMOKE_HEAT_LIMIT')
    expect(faultsOf(() => readNumbers({ RULE_SMOKE_HEAT_LIMIT: 'hot', RULE_SMOKE_HAET_LIMIT: '60' }, declared))).to.have.all.keys(
      'RULE_SMOKE_HEAT_LIMIT',
      'RULE_SMOKE_HAET_LIMIT'
    )
  })
})
