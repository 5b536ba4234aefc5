/** The broker alone, with a recorder that calls back at once, beside bare Aedes and Mosquitto: what recording in order costs without a disk. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runPublishers } from './load/run.ts'
import type { LoadResult } from './load/run.ts'

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

interface Peer {
  readonly name: string
  readonly command: (port: number, folder: string) => readonly [string, readonly string[]]
}

const PEERS: readonly Peer[] = [
  {
    name: 'mosquitto',
    command: (port, folder) => {
      const file = join(folder, 'mosquitto.conf')
      writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nset_tcp_nodelay true\n`)
      return ['mosquitto', ['-c', file]]
    }
  },
  { name: 'bare aedes', command: (port) => [process.execPath, [join(ROOT, 'bench/load/bare-aedes.ts'), String(port)]] },
  { name: 'gatehouse broker', command: (port) => [process.execPath, [join(ROOT, 'broker/main.ts'), '--open', '--port', String(port)]] }
]

/** Acknowledged messages a second: 200 connections, 20 in flight, 150 bytes. Fails when Mosquitto is not installed (`apt-get install mosquitto`). */
export async function run(seconds = 4): Promise<Row[]> {
  const best = new Map<string, LoadResult>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const peer of PEERS) {
      const result = await measure(peer, seconds)
      if (result.ackedPerSecond > (best.get(peer.name)?.ackedPerSecond ?? 0)) best.set(peer.name, result)
    }
  }
  const yardstick = best.get('mosquitto')?.ackedPerSecond ?? Number.NaN
  return [...best].map(([name, { ackedPerSecond, latency }]) => ({
    name, value: ackedPerSecond, unit: 'acknowledged/s', ratio: name === 'mosquitto' ? null : ackedPerSecond / yardstick, p50: latency.p50, p99: latency.p99
  }))
}

async function measure(peer: Peer, seconds: number): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const port = await freePort()
  const [file, args] = peer.command(port, folder)
  const child = spawn(file, args, { stdio: 'ignore' })
  try {
    await listening(child, port)
    return await runPublishers({ port, connections: 200, inflight: 20, seconds, bytes: 150 })
  } finally {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  let failure: Error | null = null
  child.once('error', (error) => (failure = error))
  for (let tries = 0; tries < 200; tries += 1) {
    if (failure) throw new Error(`${child.spawnfile} does not start (for Mosquitto: apt-get install mosquitto)`, { cause: failure })
    const reached = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        done(true)
      })
      socket.once('error', () => done(false))
    })
    if (reached) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`${child.spawnfile} does not listen`)
}

if (import.meta.main) console.log(JSON.stringify(await run(), null, 2))
