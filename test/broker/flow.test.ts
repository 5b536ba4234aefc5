import { expect } from 'chai'
import { once } from 'node:events'
import { createServer, connect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { generate as generateCertificate } from 'selfsigned'
import { endInTurn } from '../../broker/flow.ts'

describe('a socket whose end waits for its turn', () => {
  async function endWhileBytesCome(server: Server, arrival: string, open: (port: number) => Socket): Promise<void> {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const waiting: (() => void)[] = []
    const arrived = once(server, arrival) as Promise<[Socket]>
    const client = open(port).on('error', () => undefined)
    const [socket] = await arrived
    endInTurn(socket, { take: (step) => waiting.push(step) })
    socket.on('error', () => undefined).resume()
    const closed = once(socket, 'close')
    client.write('what it reads')
    await once(socket, 'data')
    socket.destroy()
    for (let n = 0; n < 50; n += 1) {
      client.write(Buffer.alloc(1000))
      // Another connection goes the same way: what was written before it has arrived by then.
      const other = open(port).on('error', () => undefined)
      await once(server, arrival)
      other.destroy()
    }
    expect(waiting).to.have.length(1)
    waiting[0]!()
    await closed
    client.destroy()
    server.close()
  }

  it('takes nothing more, and throws nothing, however much still comes', async () => {
    await endWhileBytesCome(createServer((socket) => socket.on('error', () => undefined)), 'connection', (port) => connect(port, '127.0.0.1'))
  })

  it('takes nothing more over TLS', async () => {
    const { private: key, cert } = await generateCertificate([{ name: 'commonName', value: 'localhost' }])
    const server = createTlsServer({ key, cert }, (socket) => socket.on('error', () => undefined))
    await endWhileBytesCome(server, 'secureConnection', (port) => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }))
  })
})
