import { expect } from 'chai'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate as generateCertificate } from 'selfsigned'
import { generate } from 'mqtt-packet'
import { WebSocket } from 'ws'
import { Platform } from '../support/platform.ts'

describe('a platform that is told to stop', function () {
  this.timeout(120_000)
  let folder: string
  const open: Socket[] = []
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-shutdown-'))
    const { private: key, cert } = await generateCertificate([{ name: 'commonName', value: 'localhost' }])
    writeFileSync(join(folder, 'key.pem'), key)
    writeFileSync(join(folder, 'cert.pem'), cert)
  })
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy()
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function reach(port: number): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
    open.push(socket)
    await once(socket, 'connect')
    return socket
  }

  it('says so with exit code 0, though strangers are in the middle of a TLS handshake or a log-in', async () => {
    const platform = await new Platform({ HTTPS: 'on', MQTTS_PORT: '0', TLS_CERT: join(folder, 'cert.pem'), TLS_KEY: join(folder, 'key.pem') }).start()
    const mqttsPort = Number(/"service":"mqtts".*"port":(\d+)/.exec(platform.log.join('\n'))?.[1])
    for (const port of [platform.httpPort, mqttsPort, platform.mqttPort]) await reach(port)
    // From the fourth wrong token on it has to wait before it is looked at.
    for (let n = 0; n < 6; n += 1) {
      const socket = await reach(platform.mqttPort)
      socket.write(generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0, clientId: 'nobody', username: 'nobody', password: Buffer.from('wrong') }))
    }
    expect(await platform.stop(), platform.log.at(-1)).to.equal(0)
    expect(platform.log.at(-1)).to.include('"stopped"')
  })

  it('does not wait for what left HTTP: WebSockets of MQTT, and who asked for what is not there', async () => {
    const platform = await new Platform().start()
    const webSocket = new WebSocket(`ws://127.0.0.1:${platform.httpPort}/mqtt`, ['mqtt']).on('error', () => {})
    await once(webSocket, 'open')
    const closed = once(webSocket, 'close')
    const elsewhere = await reach(platform.httpPort)
    elsewhere.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n')
    const [answer] = (await once(elsewhere, 'data')) as [Buffer]
    expect(String(answer), 'an offer to switch is left out').to.match(/^HTTP\/1\.1 200 /)
    expect(await platform.stop(), platform.log.at(-1)).to.equal(0)
    await closed
  })
})
