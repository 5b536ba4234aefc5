/** What flows cost the platform: the same alarms and the same load beside no flows, flows that rest, and a flow in a loop for ever. */
import { io } from 'socket.io-client'
import { connectDevice } from '../test/support/device.ts'
import { eventually } from '../test/support/eventually.ts'
import { share, timeAlarms } from './alarm.ts'
import { DOOR_REPORT, startFleet } from './fleet.ts'
import { runPublishers } from './load/run.ts'

const KINDS = ['none', 'at rest', 'in a loop for ever'] as const
/** Measured in turn, so that other work on the machine falls on all. */
const ROUNDS = 2
const ALARMS = 120
const RATE = 1000
/** Long enough for the alarms, shorter than a hung Node-RED is let live. */
const SECONDS = 14

const LOOP = [
  { id: 'tab', type: 'tab', label: 'trouble' },
  { id: 'start', type: 'inject', z: 'tab', once: true, onceDelay: 0.5, repeat: '', props: [{ p: 'payload' }], payload: '', payloadType: 'date', wires: [['do']] },
  { id: 'do', type: 'function', z: 'tab', func: 'node.warn("in a loop for ever"); while (true) {}', outputs: 0, wires: [] }
]

interface Measured {
  alarms: number[]
  acknowledged: { p50: number; p99: number }[]
  delay: number
}

async function measure(kind: (typeof KINDS)[number], into: Measured): Promise<void> {
  const { platform, api, credentials, gateway, detectors } = await startFleet(200, ALARMS, kind === 'none' ? {} : { FLOWS: 'on', FLOWS_PORT: '0' })
  const socket = io(platform.url, { extraHeaders: { cookie: api.cookie }, transports: ['websocket'] })
  try {
    await socket.emitWithAck('watch', { compounds: 'all' })
    const device = await connectDevice(platform, gateway)
    const said = (text: string): Promise<true> => eventually(text, () => platform.log.some((line) => line.includes(text)) || null, 120_000)
    if (kind !== 'none') await said('flows are there')
    if (kind === 'in a loop for ever') {
      await api.post('/api/v1/flows/import', { flows: LOOP })
      await said('in a loop for ever')
    }
    // The percentile of the delay counts from when it was last asked for.
    await api.call('GET', '/metrics')
    const load = runPublishers({ port: platform.mqttPort, connections: 200, inflight: 20, rate: RATE, seconds: SECONDS, payload: DOOR_REPORT, credentials })
    into.alarms.push(...await timeAlarms(socket, device, detectors))
    into.acknowledged.push((await load).latency)
    const [, delay] = /^gatehouse_main_thread_delay_p99_seconds (.*)$/m.exec(String((await api.call('GET', '/metrics')).body)) ?? []
    into.delay = Math.max(into.delay, Number(delay))
    await device.endAsync()
  } finally {
    socket.disconnect()
    await platform.stop()
  }
}

/** Milliseconds: alarms from publishing to the live link, acknowledgements of the load beside them, the main thread's delay (the worse round). */
export async function run(): Promise<Record<string, string | number>[]> {
  const measured = new Map<(typeof KINDS)[number], Measured>(KINDS.map((kind) => [kind, { alarms: [], acknowledged: [], delay: 0 }]))
  for (let round = 0; round < ROUNDS; round += 1) for (const [kind, into] of measured) await measure(kind, into)
  return [...measured].map(([kind, { alarms, acknowledged, delay }]) => {
    const sorted = alarms.toSorted((a, b) => a - b)
    const mean = (pick: (one: { p50: number; p99: number }) => number): number => Number((acknowledged.reduce((sum, one) => sum + pick(one), 0) / acknowledged.length).toFixed(1))
    return {
      flows: kind, alarms: sorted.length, 'alarm p50 ms': share(sorted, 0.5), 'alarm p99 ms': share(sorted, 0.99),
      'ack p50 ms': mean(({ p50 }) => p50), 'ack p99 ms': mean(({ p99 }) => p99), 'delay p99 ms': Number((delay * 1000).toFixed(1))
    }
  })
}
