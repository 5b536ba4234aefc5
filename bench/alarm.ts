/** From a detector's PUBLISH to the screen: how long a smoke alarm takes to a Socket.io client, at rest and under load. */
import type { MqttClient } from 'mqtt'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { Alarm } from '../protocol/alarm.ts'
import { connectDevice } from '../test/support/device.ts'
import { DOOR_REPORT, startFleet } from './fleet.ts'
import { runPublishers } from './load/run.ts'

/** A load: how long the alarms take is measured while it runs. */
const LOADS = [0, 1000, 4000]
const ALARMS = 300
/** ms between two alarms. */
const PAUSE = 50
const WARM_UP = 3000

/** Milliseconds from the moment of publishing, in this process, to the event on the live link, in this process. */
export async function run(): Promise<Record<string, string | number>[]> {
  const { platform, api, credentials, gateway, detectors } = await startFleet(200, ALARMS * LOADS.length)
  const socket: Socket = io(platform.url, { extraHeaders: { cookie: api.cookie }, transports: ['websocket'] })
  try {
    await socket.emitWithAck('watch', { compounds: 'all' })
    const device = await connectDevice(platform, gateway)
    const rows: Record<string, string | number>[] = []
    for (const [round, rate] of LOADS.entries()) {
      const seconds = (ALARMS * (PAUSE + 25) + WARM_UP) / 1000
      const load = rate > 0 ? runPublishers({ port: platform.mqttPort, connections: 200, inflight: 20, rate, seconds, payload: DOOR_REPORT, credentials }) : null
      await pause(WARM_UP)
      const times = await timeAlarms(socket, device, detectors.slice(round * ALARMS, (round + 1) * ALARMS))
      const sent = await load
      rows.push({
        load: `${rate} messages/s`, 'acknowledged/s': sent?.ackedPerSecond ?? 0, alarms: times.length,
        'p50 ms': share(times, 0.5), 'p99 ms': share(times, 0.99), 'max ms': share(times, 1 - 1e-9)
      })
    }
    await device.endAsync()
    return rows
  } finally {
    socket.disconnect()
    await platform.stop()
  }
}

/** Raises an alarm of each of these detectors; answers how long each took to come back on the live link, ms, in ascending order. */
export async function timeAlarms(socket: Socket, device: MqttClient, detectors: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for (const id of detectors) {
    const raised = new Promise<void>((done) => {
      const take = ({ alarm }: { alarm: Alarm }): void => {
        if (alarm.device !== id) return
        socket.off('alarm', take)
        done()
      }
      socket.on('alarm', take)
    })
    const start = performance.now()
    device.publish(`v1/c01/smoke/${id}/event`, JSON.stringify({ ts: Date.now(), type: 'alarm' }), { qos: 1 })
    await raised
    times.push(performance.now() - start)
    await pause(PAUSE)
  }
  return times.sort((a, b) => a - b)
}

/** The value below which this part of them lies, to a tenth. */
export function share(sorted: readonly number[], part: number): number {
  return Number((sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(1))
}

const pause = (millis: number): Promise<void> => new Promise((done) => void setTimeout(done, millis))
