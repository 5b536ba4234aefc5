/** Programs that are measured beside us, each on a free port for as long as it is used. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/support/free-port.ts'

export interface Peer {
  readonly name: string
  readonly command: (port: number, folder: string) => readonly [file: string, args: readonly string[]]
}

/** Without any storage: what a broker can do that promises less. */
export const MOSQUITTO: Peer = {
  name: 'mosquitto',
  command: (port, folder) => {
    const file = join(folder, 'mosquitto.conf')
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nset_tcp_nodelay true\n`)
    return ['mosquitto', ['-c', file]]
  }
}

/** Runs it while `use` is under way. Fails with what to install when it is not there. */
export async function withPeer<Result>(peer: Peer, use: (port: number) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const port = await freePort()
  const [file, args] = peer.command(port, folder)
  const child = spawn(file, args, { stdio: 'ignore' })
  try {
    await listening(child, port)
    return await use(port)
  } finally {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
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
