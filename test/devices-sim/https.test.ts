import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { generate } from 'selfsigned'
import { PASSWORD, Platform } from '../support/platform.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { simulate } from './support/simulate.ts'

describe('A simulator against a platform with a certificate of its own', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  const cert = join(folder.path, 'cert.pem')
  let platform: Platform
  before(async () => {
    const made = await generate([{ name: 'commonName', value: 'gatehouse.example' }], { extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] })
    const key = join(folder.path, 'key.pem')
    writeFileSync(cert, made.cert)
    writeFileSync(key, made.private)
    platform = await new Platform({ HTTPS: 'on', TLS_CERT: cert, TLS_KEY: key, MQTTS_PORT: '0' }).start()
  })
  after(async () => {
    await platform?.stop()
    folder.remove()
  })
  const run = (more: readonly string[]): ReturnType<typeof simulate> => simulate([
    '--url', platform.url.replace('http', 'https'), '--user', 'admin', '--password', PASSWORD, '--compounds', '1', '--homes', '5', '--duration', '1s', '--tokens', join(folder.path, 'tokens.json'), ...more
  ])

  it('trusts it for HTTPS and MQTT with --ca', async () => {
    const { code, out } = await run(['--ca', cert])
    expect(code, out).to.equal(0)
    expect(out).to.contain('good: ')
  })

  it('does not trust it without, and says what is no certificate', async () => {
    expect(await run([])).to.have.property('code', 2)
    writeFileSync(join(folder.path, 'none.pem'), 'nothing')
    const { code, out } = await run(['--ca', join(folder.path, 'none.pem')])
    expect(code).to.equal(2)
    expect(out).to.contain('--ca is no PEM certificate')
  })
})
