/** The broker alone, with a recorder that calls back at once, beside bare Aedes and Mosquitto: what recording in order costs without a disk. */
import { join, resolve } from 'node:path'
import { runPublishers } from './load/run.ts'
import type { LoadResult } from './load/run.ts'
import { MOSQUITTO, withPeer } from './peers.ts'
import type { Peer } from './peers.ts'

const ROOT = resolve(import.meta.dirname, '..')
/** Each peer is measured so often, in turn, and its best run counts: other work on the machine only ever slows. */
const ROUNDS = 3

export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Share of Mosquitto in the same run; null for Mosquitto. */
  readonly ratio: number | null
  readonly p50: number
  readonly p99: number
}

const PEERS: readonly Peer[] = [
  MOSQUITTO,
  { name: 'bare aedes', command: (port) => [process.execPath, [join(ROOT, 'bench/load/bare-aedes.ts'), String(port)]] },
  { name: 'gatehouse broker', command: (port) => [process.execPath, [join(ROOT, 'broker/main.ts'), '--open', '--port', String(port)]] }
]

/** Acknowledged messages a second: 200 connections, 20 in flight, 150 bytes. Fails when Mosquitto is not installed (`apt-get install mosquitto`). */
export async function run(seconds = 4): Promise<Row[]> {
  const best = new Map<string, LoadResult>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const peer of PEERS) {
      const result = await withPeer(peer, (port) => runPublishers({ port, connections: 200, inflight: 20, seconds, bytes: 150 }))
      if (result.ackedPerSecond > (best.get(peer.name)?.ackedPerSecond ?? 0)) best.set(peer.name, result)
    }
  }
  const yardstick = best.get('mosquitto')?.ackedPerSecond ?? Number.NaN
  return [...best].map(([name, { ackedPerSecond, latency }]) => ({
    name, value: ackedPerSecond, unit: 'acknowledged/s', ratio: name === 'mosquitto' ? null : ackedPerSecond / yardstick, p50: latency.p50, p99: latency.p99
  }))
}
