import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { ApiClient, enrolSmallCompound } from '../support/api-client.ts'
import { connectDevice } from '../support/device.ts'
import { Platform } from '../support/platform.ts'

const SOCKETS = 15
const STREAMED = 40 * 1024 * 1024
/** A PUBLISH that announces 243 MB: fixed header and remaining length only. */
const HUGE_FRAME = Buffer.from([0x30, 0xff, 0xff, 0xff, 0x73])

/** Resident memory of a process in bytes (Linux; elsewhere the test has no such look inside and is not run). */
function residentBytes(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').find((text) => text.startsWith('VmRSS'))
  return Number(line?.match(/\d+/)?.[0]) * 1024
}

describe('fifteen sockets that never log in and stream 40 MB each', function () {
  this.timeout(180_000)
  before(function () {
    if (process.platform !== 'linux') this.skip()
  })

  it('cost the platform less than 20 MB, and a fresh client is served meanwhile', async () => {
    const platform = await new Platform().start()
    const api = await ApiClient.admin(platform)
    const { door } = await enrolSmallCompound(api)
    const first = await connectDevice(platform, door)
    await first.endAsync()
    const before = residentBytes(platform.pid)
    let highest = before
    const watch = setInterval(() => (highest = Math.max(highest, residentBytes(platform.pid))), 50)
    let sent: number[]
    try {
      const streams = Array.from({ length: SOCKETS }, () => stream(platform.mqttPort))
      const fresh = await connectDevice(platform, door)
      await fresh.publishAsync(`v1/c07/door/${door.id}/telemetry`, JSON.stringify({ ts: Date.now(), battery: 50 }), { qos: 1 })
      sent = await Promise.all(streams)
      await fresh.endAsync()
    } finally {
      clearInterval(watch)
    }
    await platform.stop()
    expect(highest - before, `streamed ${sent.join()}`).to.be.lessThan(20 * 1024 * 1024)
  })
})

/** Streams until everything is sent or the other side hangs up; answers how many bytes went out. */
function stream(port: number): Promise<number> {
  return new Promise((done) => {
    const chunk = Buffer.alloc(64 * 1024, 0x61)
    const socket: Socket = connect({ host: '127.0.0.1', port })
    let sent = 0
    const finish = (): void => {
      socket.destroy()
      done(sent)
    }
    const push = (): void => {
      while (sent < STREAMED) {
        sent += chunk.length
        if (!socket.write(chunk)) return
      }
      finish()
    }
    socket.on('connect', () => {
      socket.write(HUGE_FRAME)
      push()
    })
    socket.on('drain', push)
    socket.on('error', finish)
    socket.on('close', finish)
  })
}
