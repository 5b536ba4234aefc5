import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = resolve(import.meta.dirname, '../..')
/** Generous: a slow, shared machine must not fail a start. */
const START_DEADLINE = 60_000

export const PASSWORD = 'correct horse battery'

/** The whole platform as a process of its own, as a user starts it, on free ports. */
export class Platform {
  readonly dataDir: string
  readonly log: string[] = []
  httpPort = 0
  mqttPort = 0
  #child: ChildProcess | null = null
  #exited: Promise<number | null> = Promise.resolve(null)
  readonly #environment: Readonly<Record<string, string>>

  constructor(environment: Readonly<Record<string, string>> = {}, dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))) {
    this.dataDir = dataDir
    this.#environment = environment
  }

  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Resolves with its exit code; null when a signal ended it. */
  get exited(): Promise<number | null> {
    return this.#exited
  }

  /** Resolves when the platform says that it is ready. @param deadline how long that may take, ms */
  async start(deadline = START_DEADLINE): Promise<this> {
    const child = spawn(process.execPath, [join(ROOT, 'tools/run.mjs'), join(ROOT, 'services/main.ts')], {
      env: {
        PATH: process.env['PATH'], DATA_DIR: this.dataDir, HTTP_PORT: '0', MQTT_PORT: '0', ADMIN_PASSWORD: PASSWORD,
        // Node-RED takes seconds to start: who tests flows says so.
        FLOWS: 'off',
        // A machine whose disk is nearly full is not what these tests are about.
        RULE_PLATFORM_DISK_LIMIT: '0', ...this.#environment
      },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.#child = child
    this.#exited = new Promise((done) => child.once('exit', done))
    const lines = createInterface({ input: child.stdout })
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.log.push(text))
    await new Promise<void>((ready, failed) => {
      const timer = setTimeout(() => failed(new Error(`not ready in time:\n${this.log.join('\n')}`)), deadline)
      child.once('exit', (code) => {
        clearTimeout(timer)
        failed(new Error(`the platform ended with ${code}:\n${this.log.join('\n')}`))
      })
      lines.on('line', (line) => {
        this.log.push(line)
        const entry = parse(line)
        if (entry['msg'] === 'listening' && entry['service'] === 'http') this.httpPort = Number(entry['port'])
        if (entry['msg'] === 'listening' && entry['service'] === 'mqtt') this.mqttPort = Number(entry['port'])
        if (entry['msg'] === 'ready') {
          clearTimeout(timer)
          ready()
        }
      })
    })
    return this
  }

  /** Ends it as an operator does; answers its exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM')
    const code = await this.#exited
    this.#child = null
    return code
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#exited
    this.#child = null
  }
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return {}
  }
}
