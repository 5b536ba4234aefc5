import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { temporaryFolder } from './temporary-folder.ts'

const START_DEADLINE = 60_000

/** Whether this machine has a server to test against (Debian: `apt-get install influxdb`). */
export function influxdIsHere(): boolean {
  return spawnSync('influxd', ['version']).status === 0
}

/** Whether the files of a running process can be limited here (Linux: util-linux). */
export function canLimitFiles(): boolean {
  return spawnSync('prlimit', ['--version']).status === 0
}

/** A real InfluxDB 1.x of its own, on a free port with its data in a temporary folder. */
export class Influxd {
  readonly #folder = temporaryFolder()
  #port = 0
  #child: ChildProcess | null = null

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Resolves when it answers; a second start finds the data of the first, on the same port. `settings`: further ones, e.g. INFLUXDB_HTTP_AUTH_ENABLED. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<this> {
    if (this.#port === 0) this.#port = await freePort()
    const { path } = this.#folder
    // A file that may not grow is then an error of writing, as a full disk is, and not the end of the process.
    const child = spawn('sh', ['-c', "trap '' XFSZ; exec influxd run"], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'], HOME: path,
        INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${this.#port}`, INFLUXDB_BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
        INFLUXDB_META_DIR: join(path, 'meta'), INFLUXDB_DATA_DIR: join(path, 'data'), INFLUXDB_DATA_WAL_DIR: join(path, 'wal'),
        INFLUXDB_HTTP_LOG_ENABLED: 'false', INFLUXDB_MONITOR_STORE_ENABLED: 'false', ...settings
      }
    })
    this.#child = child
    for (const end = Date.now() + START_DEADLINE; Date.now() < end && child.exitCode === null;) {
      const answer = await fetch(`${this.url}/ping`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
      if (answer?.status === 204) return this
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error('influxd does not start')
  }

  /** From now on no file of it grows beyond so many bytes, which it meets as it meets a full disk; null: as large as they like. */
  limitFiles(bytes: number | null): void {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(this.#child?.pid), `--fsize=${bytes ?? 'unlimited'}:unlimited`], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`prlimit: ${stderr}`)
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.kill()
    this.#folder.remove()
  }

  /** The first number behind the time in the answer to an InfluxQL question; 0 when there is no row. */
  async number(database: string, question: string): Promise<number> {
    const address = `${this.url}/query?db=${encodeURIComponent(database)}&q=${encodeURIComponent(question)}`
    const { results } = (await (await fetch(address)).json()) as { results: { series?: { values: number[][] }[]; error?: string }[] }
    const [result] = results
    if (result?.error !== undefined) throw new Error(result.error)
    return result?.series?.[0]?.values[0]?.[1] ?? 0
  }
}
