import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect as connectTcp } from 'node:net'
import type { AddressInfo } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect } from 'chai'
import { generate as generateCertificate } from 'selfsigned'
import { WebSocket, WebSocketServer, createWebSocketStream } from 'ws'
import { eventually } from '../support/eventually.ts'
import { openHouse } from './house.ts'
import type { House } from './house.ts'
import { RawClient } from './raw-client.ts'

const UPGRADE = [
  'GET /mqtt HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: mqtt', '', ''
].join('\r\n')

describe('the TLS listener', () => {
  let house: House
  let port: number
  before(async () => {
    const { private: key, cert } = await generateCertificate([{ name: 'commonName', value: 'localhost' }])
    const { createBroker } = await import('../../broker/broker.ts')
    const { TestRecorder, testGate } = await import('./house.ts')
    house = await openHouse()
    await house.broker.stop()
    const recorder = new TestRecorder()
    const broker = createBroker({
      gate: testGate, recorder, log: (await import('../../services/kernel/log.ts')).createLog('silent'), directory: house.directory,
      tls: { host: '127.0.0.1', port: 0, key, cert }, limits: { connectTime: 2000, strangers: 5 }
    })
    const listening = await broker.start()
    expect(listening.tcp).to.equal(null)
    port = listening.tls!
    house = { ...house, broker, recorder, close: () => broker.stop().then(() => rmSync(house.directory, { recursive: true, force: true })) }
  })
  after(() => house.close())

  async function open(): Promise<RawClient> {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return new RawClient(socket)
  }

  it('serves a client like the others', async () => {
    const client = await open()
    await client.connect('door')
    client.publish('a/1', Buffer.alloc(300_000))
    await client.next('puback')
    await client.goodbye()
  })

  it('is not hurt by handshakes that fail, and counts strangers in the middle of one', async () => {
    for (let n = 0; n < 8; n += 1) {
      const socket = connectTcp({ port, host: '127.0.0.1' }).on('error', () => {})
      socket.on('connect', () => (n % 2 === 0 ? socket.write('GET / HTTP/1.1\r\n\r\n') : socket.destroy()))
      await once(socket, 'close')
    }
    const idle = Array.from({ length: 5 }, () => connectTcp({ port, host: '127.0.0.1' }).on('error', () => {}))
    await eventually('five strangers', () => house.broker.counters.strangers === 5)
    const sixth = connectTcp({ port, host: '127.0.0.1' }).on('error', () => {})
    await once(sixth, 'close')
    for (const socket of idle) socket.destroy()
    await eventually('nobody', () => house.broker.counters.strangers === 0)
    const client = await open()
    await client.connect('door')
    await eventually('nobody again', () => house.broker.counters.strangers === 0)
    await client.goodbye()
  })
})

describe('the WebSocket listener', () => {
  let house: House
  let server: Server
  let port: number
  let other: WebSocketServer
  beforeEach(async () => {
    house = await openHouse()
    server = createServer()
    // Another upgrade path on the same server, as Socket.io has one.
    other = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/other') other.handleUpgrade(request, socket, head, (webSocket) => webSocket.send('other'))
    })
    house.broker.attachWebSocket(server, '/mqtt')
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as AddressInfo).port
  })
  afterEach(async () => {
    await house.close()
    other.close()
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })

  const open = (path = '/mqtt', protocols: string[] = ['mqtt']): WebSocket => new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols)

  it('serves MQTT with the subprotocol mqtt, cut into frames anywhere [MQTT-6.0.0-2] [MQTT-6.0.0-4]', async () => {
    const webSocket = open('/mqtt?x=1')
    await once(webSocket, 'open')
    expect(webSocket.protocol).to.equal('mqtt')
    const client = new RawClient(createWebSocketStream(webSocket))
    await client.connect('browser')
    client.publish('a/1', Buffer.alloc(200_000))
    await client.next('puback')
    for (const byte of [0xc0, 0]) client.raw(Buffer.from([byte]))
    await client.next('pingresp')
    expect(house.broker.counters.strangers).to.equal(0)
    await client.goodbye()
    expect(await house.recorder.saw('disconnected')).to.match(/said-goodbye$/)
  })

  it('refuses a client that does not offer the subprotocol [MQTT-6.0.0-3]', async () => {
    const webSocket = open('/mqtt', [])
    const [error] = (await once(webSocket, 'error')) as [Error]
    expect(error.message).to.include('400')
  })

  it('keeps no half of a connection that it refused', async () => {
    const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
    socket.resume().write(UPGRADE.replace('Sec-WebSocket-Protocol: mqtt\r\n', ''))
    await once(socket, 'end')
    await eventually('nobody', () => new Promise<boolean>((told) => server.getConnections((_error, count) => told(count === 0))))
    socket.destroy()
  })

  it('closes at a text frame [MQTT-6.0.0-1] and at a frame of more than 1 MiB', async () => {
    for (const data of ['text', Buffer.alloc(1_100_000)]) {
      const webSocket = open().on('error', () => {})
      await once(webSocket, 'open')
      webSocket.send(data)
      await once(webSocket, 'close')
    }
    await eventually('nobody', () => house.broker.counters.strangers === 0)
  })

  it('is not ended by a crowd whose first frames are bad, and who are gone before it is their turn', async () => {
    const crowd = Array.from({ length: 100 }, () => connectTcp({ port, host: '127.0.0.1' }).on('error', () => {}))
    await eventually('a crowd', () => new Promise<boolean>((told) => server.getConnections((_error, count) => told(count === crowd.length))))
    for (const socket of crowd) socket.write(Buffer.concat([Buffer.from(UPGRADE), Buffer.from([0xff, 0, 1])]))
    await eventually('everybody', () => house.broker.counters.strangers === crowd.length)
    for (const socket of crowd) socket.resetAndDestroy()
    await eventually('nobody', () => house.broker.counters.strangers === 0)
    const client = new RawClient(createWebSocketStream(open()))
    expect((await client.connect('browser')).returnCode).to.equal(0)
    await client.goodbye()
  })

  it('leaves other paths alone', async () => {
    const webSocket = open('/other', [])
    const [message] = (await once(webSocket, 'message')) as [Buffer]
    expect(String(message)).to.equal('other')
    webSocket.close()
    await once(webSocket, 'close')
  })
})

describe('a port that is taken', () => {
  it('is said, and nothing stays behind', async () => {
    const house = await openHouse()
    const error = await openHouse({ tcp: { host: '127.0.0.1', port: house.port } }).then(() => null, (thrown: Error & { code?: string }) => thrown)
    expect(error?.code).to.equal('mqtt-cannot-listen')
    await house.close()
  })
})
