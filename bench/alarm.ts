/** From a detector's PUBLISH to the screen: how long a smoke alarm takes to a Socket.io client, at rest and under load. */
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { Alarm } from '../protocol/alarm.ts'
import { connectDevice } from '../test/support/device.ts'
import { DOOR_REPORT, startFleet } from './fleet.ts'
import { runPublishers } from './load/run.ts'

const ALARMS = 200
const LOADS = [0, 1000, 4000]

/** Milliseconds from the moment of publishing, in this process, to the event on the live link, in this process. */
export async function run(): Promise<Record<string, string | number>[]> {
  const { platform, api, credentials, detector } = await startFleet(200)
  const socket: Socket = io(platform.url, { extraHeaders: { cookie: api.cookie }, transports: ['websocket'] })
  try {
    await socket.emitWithAck('watch', { compounds: 'all' })
    const device = await connectDevice(platform, detector)
    const rows: Record<string, string | number>[] = []
    for (const rate of LOADS) {
      const seconds = (ALARMS * 2 * 60) / 1000 + 3
      const load = rate > 0 ? runPublishers({ port: platform.mqttPort, connections: 200, inflight: 20, rate, seconds, payload: DOOR_REPORT, credentials }) : null
      if (load) await new Promise((done) => setTimeout(done, 2500))
      const times: number[] = []
      for (let n = 0; n < ALARMS; n += 1) {
        const raised = new Promise<{ alarm: Alarm }>((done) => socket.once('alarm', done))
        const start = performance.now()
        device.publish(`v1/c01/smoke/${detector.id}/event`, JSON.stringify({ ts: Date.now(), type: 'alarm' }), { qos: 1 })
        const { alarm } = await raised
        times.push(performance.now() - start)
        // Closed as a fault of the device, so that the next event raises a new alarm and is no count of this one.
        const closed = new Promise((done) => socket.once('alarm', done))
        await api.post(`/api/v1/alarms/${alarm.id}/close`, { cause: 'device-fault', note: 'measurement' })
        await closed
        const cleared = new Promise((done) => socket.once('alarm', done))
        device.publish(`v1/c01/smoke/${detector.id}/event`, JSON.stringify({ ts: Date.now(), type: 'alarm-cleared' }), { qos: 1 })
        await cleared
      }
      const sent = await load
      times.sort((a, b) => a - b)
      const at = (share: number): number => Number((times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1))
      rows.push({ load: `${rate} messages/s`, 'acknowledged/s': sent?.ackedPerSecond ?? 0, alarms: times.length, 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'max ms': at(1 - 1e-9) })
    }
    await device.endAsync()
    return rows
  } finally {
    socket.disconnect()
    await platform.stop()
  }
}
