import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { generate } from 'selfsigned'
import { AlarmLine } from '../../../flows/nodes/platform/alarm-line.ts'
import { PlatformApi } from '../../../flows/nodes/platform/api.ts'
import { eventually } from '../../support/eventually.ts'
import { Platform } from '../../support/platform.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('Flows where the platform serves HTTPS', function () {
  this.timeout(120_000)
  const folder = temporaryFolder()
  let platform: Platform
  let other: string
  before(async () => {
    const pair = async (name: string): Promise<{ cert: string; private: string }> => generate([{ name: 'commonName', value: name }])
    const own = await pair('gatehouse.example')
    other = (await pair('gatehouse.example')).cert
    for (const [name, text] of [['cert.pem', own.cert], ['key.pem', own.private]] as const) writeFileSync(join(folder.path, name), text)
    platform = await new Platform({ HTTPS: 'on', TLS_CERT: join(folder.path, 'cert.pem'), TLS_KEY: join(folder.path, 'key.pem'), MQTTS_PORT: '0' }).start()
  })
  after(async () => {
    await platform?.stop()
    folder.remove()
  })

  const access = (certificate: string | null): ConstructorParameters<typeof PlatformApi>[0] => ({
    url: `https://127.0.0.1:${platform.httpPort}`, mqttUrl: `mqtt://127.0.0.1:${platform.mqttPort}`, token: 'x', certificate
  })
  async function codeOf(certificate: string | null): Promise<string> {
    try {
      await new PlatformApi(access(certificate)).get('/session')
      return 'answered'
    } catch (thrown) {
      return (thrown as { code: string }).code
    }
  }

  it('believe its own certificate, whatever the name in it, and no other', async () => {
    const own = readFileSync(join(folder.path, 'cert.pem'), 'utf8')
    expect(await codeOf(own), 'it spoke to the platform, which does not know this token').to.equal('not-signed-in')
    expect(await codeOf(other)).to.equal('platform-unreachable')
    expect(await codeOf(null)).to.equal('platform-unreachable')
  })

  it('do so on the live link too', async () => {
    for (const [certificate, wanted] of [[readFileSync(join(folder.path, 'cert.pem'), 'utf8'), 'not-signed-in'], [other, 'websocket error']] as const) {
      const line = new AlarmLine(access(certificate), new PlatformApi(access(certificate)))
      const said: (string | null)[] = []
      line.state.on(({ why }) => said.push(why))
      line.on(() => undefined)
      await eventually(wanted, () => said.includes(wanted))
      line.stop()
    }
  })
})
