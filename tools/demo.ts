/** `npm run demo`: the platform on the embedded store, the pilot enrolled, its devices alive; prints where to look. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { quickSettings } from '../devices-sim/rule-numbers.ts'

const READY_MS = 60_000
const LOOK_MS = 250
const STOP_MS = 20_000

interface Settings {
  readonly compounds: string
  readonly scenario: string | null
  readonly simulate: boolean
  /** Rules that take hours are brought down to minutes. */
  readonly quickRules: boolean
}

function readSettings(): Settings | null {
  try {
    const { values } = parseArgs({
      options: { compounds: { type: 'string', default: '50' }, scenario: { type: 'string' }, 'no-sim': { type: 'boolean' }, 'quick-rules': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } }
    })
    if (!values.help) return { compounds: values.compounds, scenario: values.scenario ?? null, simulate: values['no-sim'] !== true, quickRules: values['quick-rules'] === true }
  } catch (thrown) {
    console.error(thrown instanceof Error ? thrown.message : String(thrown))
    process.exitCode = 2
  }
  console.log(`npm run demo -- [--compounds N] [--scenario A,B] [--no-sim] [--quick-rules]

Starts the platform with its own data (DATA_DIR, ./data/demo), enrols the pilot and runs the simulator. Ctrl-C stops both.
启动平台与模拟器；Ctrl-C 同时停止。
--quick-rules: rules that take hours take minutes, so that --scenario all can be watched / 规则时限缩短，便于观看全部场景
Ports by environment / 端口: HTTP_PORT (3000), MQTT_PORT (1883); password / 密码: ADMIN_PASSWORD`)
  return null
}

const children = new Set<ChildProcess>()
const halt = new AbortController()

function start(entry: string, args: readonly string[], env: NodeJS.ProcessEnv, output: 'inherit' | 'pipe'): ChildProcess {
  // A group of its own, so that a Ctrl-C in the terminal does not reach the platform before the simulator has said goodbye.
  const child = spawn(process.execPath, ['tools/run.mjs', entry, ...args], { env, stdio: ['ignore', output, 'inherit'], detached: process.platform !== 'win32' })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode)
    else child.once('exit', (code) => resolve(code ?? 1))
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended(child)
  clearTimeout(timer)
}

/** Whether somebody listens there already. */
function taken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function portsFree(env: NodeJS.ProcessEnv): Promise<boolean> {
  const faults: string[] = []
  for (const [name, port, other] of [['HTTP_PORT', env.HTTP_PORT, '3001'], ['MQTT_PORT', env.MQTT_PORT, '1884']] as const) {
    if (await taken(Number(port))) {
      faults.push(`Port ${port} is in use: take another with ${name}, e.g. ${name}=${other} npm run demo`, `端口 ${port} 已被占用，请用 ${name} 换一个`)
    }
  }
  if (faults.length > 0) console.error(faults.join('\n'))
  return faults.length === 0
}

async function ready(url: string, platform: ChildProcess): Promise<boolean> {
  for (const end = Date.now() + READY_MS; Date.now() < end && platform.exitCode === null && !halt.signal.aborted; ) {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
    if (answer?.ok) return true
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return false
}

/** Made at the first demo and kept beside its data, readable by this user alone: the platform keeps the first password that it was given. */
function demoPassword(folder: string): string {
  const file = join(folder, 'demo-password')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
  }
  const made = randomBytes(9).toString('base64url')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `${made}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
  return made
}

/** Logs in as `admin` and makes an API token for the simulator. */
async function makeToken(url: string, password: string): Promise<string> {
  const json = { origin: url, 'content-type': 'application/json' }
  const login = await fetch(`${url}/api/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ username: 'admin', password }) })
  if (!login.ok) {
    throw new Error(`"admin" cannot log in (HTTP ${login.status}). What was the first password of this data? Give it as ADMIN_PASSWORD, or begin anew with another DATA_DIR.`)
  }
  const cookie = login.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ')
  const made = await fetch(`${url}/api/v1/tokens`, {
    method: 'POST', headers: { ...json, cookie },
    body: JSON.stringify({ name: 'simulator of the demo', role: 'administrator', compounds: 'all', expiresAt: Date.now() + 86_400_000 })
  })
  const body = (await made.json()) as { token?: string; detail?: string }
  if (!made.ok || body.token === undefined) throw new Error(`no API token for the simulator: HTTP ${made.status} ${body.detail ?? ''}`)
  return body.token
}

/** What the platform logs; its warnings and errors alone are shown, the simulator has the terminal. */
function relayLog(platform: ChildProcess): void {
  let rest = ''
  platform.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (!line.startsWith('{"level":30') && !line.startsWith('{"level":20')) console.log(line)
  })
}

function welcome(url: string, password: string, mqttPort: string, flows: boolean): void {
  console.log(`
────────────────────────────────────────────────────────────────────────
  门房 Gatehouse    ${url}
  登录 log in       admin / ${password}
  MQTT              127.0.0.1:${mqttPort}${flows ? `\n  自动化流程 flows  ${url}/flows/` : ''}

  接下来可在另一个终端试试  next, in another terminal:
    npm run simulate -- --url ${url} --scenario fire --at c07
    npm run simulate -- --url ${url} --scenario door-forced --at c03
    npm run simulate -- --url ${url} --scenario power-cut --at c05
  Ctrl-C 停止 stops
────────────────────────────────────────────────────────────────────────
`)
}

async function demo(settings: Settings): Promise<number> {
  const env: NodeJS.ProcessEnv = { ...process.env }
  env.DATA_DIR ??= './data/demo'
  env.HTTP_PORT ??= '3000'
  env.MQTT_PORT ??= '1883'
  if (settings.quickRules) for (const [name, value] of quickSettings()) env[name] ??= String(value)
  if (!(await portsFree(env))) return 1
  const password = (env.ADMIN_PASSWORD ??= demoPassword(env.DATA_DIR))

  const began = Date.now()
  console.log('[demo] starting the platform / 正在启动平台 …')
  const platform = start('services/main.ts', [], env, 'pipe')
  relayLog(platform)
  const url = `http://127.0.0.1:${env.HTTP_PORT}`
  if (!(await ready(url, platform))) {
    if (halt.signal.aborted) return 0
    console.error('[demo] the platform did not become ready; what it says is above / 平台未能启动')
    await stop(platform)
    return 1
  }
  console.log(`[demo] ready after ${((Date.now() - began) / 1_000).toFixed(1)} s / 平台已就绪`)
  let simulator: ChildProcess | null = null
  const end = async (): Promise<void> => {
    if (halt.signal.aborted) return
    halt.abort()
    console.log('\n[demo] stopping / 正在停止 …')
    if (simulator) await stop(simulator)
    await stop(platform)
  }
  process.on('SIGINT', () => void end())
  process.on('SIGTERM', () => void end())
  try {
    const token = await makeToken(url, password)
    welcome(url, password, env.MQTT_PORT, env.FLOWS !== 'off')
    if (settings.simulate) {
      const args = ['--url', url, '--compounds', settings.compounds, ...(settings.scenario === null ? [] : ['--scenario', settings.scenario, '--duration', '24h'])]
      simulator = start('devices-sim/main.ts', args, { ...env, GATEHOUSE_TOKEN: token }, 'inherit')
      const code = await ended(simulator)
      if (!halt.signal.aborted && code !== 0) console.error(`[demo] the simulator ended (exit code ${code}); the platform goes on / 模拟器已结束，平台继续运行`)
    }
    const code = await ended(platform)
    return halt.signal.aborted ? 0 : code
  } catch (thrown) {
    console.error(`[demo] ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    await end()
    return 1
  }
}

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
const settings = readSettings()
if (settings) process.exit(await demo(settings))
