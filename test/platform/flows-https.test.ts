import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { expect } from 'chai'
import { generate } from 'selfsigned'
import { WebSocket } from 'ws'
import { eventually } from '../support/eventually.ts'
import { PASSWORD, Platform } from '../support/platform.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PATIENCE = 120_000

interface Answer { readonly status: number; readonly cookie: string; readonly text: string }

describe('Flows beside a platform with a certificate of its own', function () {
  this.timeout(2 * PATIENCE)
  const folder = temporaryFolder()
  let platform: Platform
  let url: string
  before(async () => {
    // Nobody signed it but itself, and its name is not the address at which Node-RED finds the platform.
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'gatehouse.example' }])
    const [certFile, keyFile] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key)
    platform = await new Platform({ FLOWS: 'on', FLOWS_PORT: '0', HTTPS: 'on', TLS_CERT: certFile, TLS_KEY: keyFile, MQTTS_PORT: '0' }).start()
    url = platform.url.replace('http', 'https')
    await eventually('Node-RED', () => platform.log.some((line) => line.includes('flows are there')), PATIENCE)
  })
  after(async () => {
    await platform?.stop()
    folder.remove()
  })

  const call = (method: string, path: string, cookie: string, body?: object): Promise<Answer> => new Promise((done, failed) => {
    request(url + path, { method, rejectUnauthorized: false, headers: { origin: url, cookie, 'content-type': 'application/json' } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).once('error', failed)
      response.once('end', () => done({ status: response.statusCode ?? 0, cookie: response.headers['set-cookie']?.[0]?.split(';')[0] ?? '', text }))
    }).once('error', failed).end(body && JSON.stringify(body))
  })

  it('have their editor behind it, and reach the platform through it: by the live link, the API and MQTT', async () => {
    expect((await call('GET', '/flows/settings', '')).status).to.equal(401)
    const { cookie } = await call('POST', '/api/v1/session', '', { username: 'admin', password: PASSWORD })
    const settings = await call('GET', '/flows/settings', cookie)
    expect(JSON.parse(settings.text)).to.have.nested.property('user.username', 'admin')

    const comms = new WebSocket(`${url.replace('http', 'ws')}/flows/comms`, { rejectUnauthorized: false, headers: { cookie, origin: url } })
    try {
      const states = new Map<string, string>()
      comms.on('open', () => comms.send(JSON.stringify({ subscribe: 'status/#' })))
      comms.on('message', (text: Buffer) => {
        for (const { topic, data } of [JSON.parse(text.toString()) as { topic?: string; data?: { text?: string } }].flat()) states.set(topic ?? '', data?.text ?? '')
      })
      const shows = (node: string, wanted: string): Promise<unknown> => eventually(`${node}: ${wanted}`, () => states.get(`status/${node}`)?.includes(wanted), PATIENCE)
      await shows('gh-ebike-alarm', 'status.connected')
      await shows('gh-firelane-event', 'status.connected')
      expect((await call('POST', '/flows/inject/gh-doors-try', cookie, {})).status).to.equal(200)
      await shows('gh-doors-report', '0 / 0')
    } finally {
      comms.close()
    }
  })
})
