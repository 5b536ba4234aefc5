import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, realpathSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { join, resolve } from 'node:path'
import { Duplex } from 'node:stream'
import type { FlowsState } from '../protocol/http/flows.ts'
import type { Millis } from '../protocol/names.ts'
import type { Clock } from '../services/kernel/clock.ts'
import { asError, GatehouseError } from '../services/kernel/errors.ts'
import { keyIn } from '../services/kernel/key-file.ts'
import type { Logger } from '../services/kernel/log.ts'
import { clearOfFlows, diskUse } from './disk-use.ts'
import type { FromNodeRed, Order, PlatformAccess, ToNodeRed } from './messages.ts'
import { advance, AT_REST, LIMITS } from './supervision.ts'
import type { Deed, Happening, Limits, Supervision } from './supervision.ts'
import { readMessages, readPaced, WIRE } from './wire.ts'

const ROOT = resolve(import.meta.dirname, '..')
const PROCESS = join(import.meta.dirname, 'node-red-process.ts')
const GUARD = join(import.meta.dirname, 'guard-process.ts')
/** What Node-RED reads of the platform's own folder; the data of the platform are not among it. */
const READABLE = ['package.json', 'node_modules', 'flows', 'protocol']
/** Heap of flows, MiB: Node-RED itself needs about 60. */
const HEAP = 384
/** With this key Node-RED encrypts passwords in flows; it lies where flows cannot read it. */
const KEY_FILE = 'flows.key'
/** How often it is looked after, ms. */
const LOOK = 1000
/** How often its folder is looked at, ms. */
const WEIGH = 3000
/** Of what it writes to its error output, the last this many characters are kept for the log … */
const LAST_WORDS = 2000
/** … and no more than this many bytes are read between two looks. */
const WORDS_A_LOOK = 64 * 1024
/** Of files that are removed so many are named in the log. */
const NAMED = 20
/** Linux ends this one first when memory runs out, long before the platform. */
const FIRST_TO_GO = '900'

export interface SupervisorOptions {
  /** `DATA_DIR`. Flows are kept in `flows` in it, the key of their passwords beside that. */
  readonly dataDir: string
  readonly host: string
  readonly port: number
  /** The platform is told that port and no other. Left out, another one is taken where somebody else has it. */
  readonly isPortFixed?: boolean
  readonly secret: string
  /** In which flows tell the time. */
  readonly timeZone: string
  readonly clock: Clock
  readonly log: Logger
  readonly limits?: Limits
}

/** Keeps Node-RED going as a process of its own, and out of everybody's way. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #limits: Limits
  #state: Supervision = AT_REST
  #child: ChildProcess | null = null
  #words = ''
  #stops: readonly (() => void)[] = []
  #weighs = false
  #port: number | null = null
  #wire: Duplex | null = null
  #platform: PlatformAccess | null = null
  readonly #waiting = new Set<() => void>()

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#limits = options.limits ?? LIMITS
  }

  /** Where Node-RED answers; null while it does not. */
  get port(): number | null {
    return this.#state.phase === 'running' ? this.#port : null
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  get state(): FlowsState {
    const { phase, safe, since, memory } = this.#state
    return { phase, safe, since: this.#timeOf(since), memory, ...this.#past }
  }

  get #past(): Pick<FlowsState, 'restarts' | 'last'> {
    const { restarts, last } = this.#state
    return { restarts, last: last && { ...last, at: this.#timeOf(last.at) } }
  }

  get #folder(): string {
    return join(this.#options.dataDir, 'flows')
  }

  /** Lets Node-RED start; does not wait for it. */
  start(platform: PlatformAccess): void {
    this.#platform = platform
    const { clock } = this.#options
    this.#stops = [clock.every(LOOK, () => this.#look()), clock.every(WEIGH, () => void this.#weigh())]
    process.on('SIGUSR1', deaf)
    this.#take({ type: 'start' })
  }

  /** Starts it anew, with its flows even when it was in safe mode. Where they filled their folder, what they wrote there is removed first. */
  restart(): void {
    const { safe, last } = this.#state
    if (!safe || last?.why !== 'disk') this.#take({ type: 'restart' })
    else void this.#makeRoom().finally(() => this.#take({ type: 'restart' }))
  }

  /** Ends it in order, or else by force; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#take({ type: 'stop' })
    if (this.#state.phase !== 'off') await new Promise<void>((gone) => void this.#waiting.add(gone))
    for (const stop of this.#stops) stop()
    process.off('SIGUSR1', deaf)
  }

  #take(happening: Happening): void {
    const before = this.#state
    const { state, deeds } = advance(before, happening, this.#options.clock.elapsed(), this.#limits)
    this.#state = state
    this.#report(before)
    for (const deed of deeds) this.#do(deed)
    if (state.phase === 'off') {
      for (const gone of this.#waiting) gone()
      this.#waiting.clear()
    }
  }

  /** What the wall clock shows for that moment, as it is set now. */
  #timeOf(elapsed: number): Millis {
    const { clock } = this.#options
    return Math.round(clock.now() - (clock.elapsed() - elapsed))
  }

  #report(before: Supervision): void {
    const { log } = this.#options
    const { phase, safe, last, until, since } = this.#state
    if (last !== before.last && last) log.error({ why: last.why, detail: last.detail, again: until - since }, 'flows ended and are started again')
    if (safe && !before.safe) log.error('flows failed too often, or filled their folder: they are stopped, the editor stays open')
    if (!safe && before.safe) log.info('flows are no longer in safe mode')
    if (phase === 'running' && before.phase !== 'running') log.info({ port: this.#port, pid: this.pid, safe }, 'flows are there')
  }

  #do(deed: Deed): void {
    if (deed.type === 'spawn') this.#spawn(deed.safe)
    else if (deed.type === 'kill') this.#child?.kill('SIGKILL')
    else this.#wire?.write(`${JSON.stringify({ type: 'stop' } satisfies ToNodeRed)}\n`)
  }

  #spawn(safe: boolean): void {
    const { dataDir, host, port, isPortFixed = false, secret, timeZone, clock } = this.#options
    const platform = this.#platform
    if (!platform) throw new GatehouseError('flows-not-started', 'flows were not started')
    let child: ChildProcess
    try {
      const directory = this.#folder
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const order: Order = {
        directory: realpathSync(directory), host, port, isPortFixed, secret, credentialKey: keyIn(join(dataDir, KEY_FILE)).key, platform,
        safe, past: this.#past
      }
      child = launch(order, timeZone)
    } catch (thrown) {
      // A full disk, a lost key, no more processes: flows may fail, the platform may not.
      this.#take({ type: 'ended', detail: asError(thrown).message })
      return
    }
    this.#child = child
    this.#words = ''
    const stops: (() => void)[] = []
    const gone = (detail: string): void => {
      for (const stop of stops.splice(0)) stop()
      if (this.#child !== child) return
      this.#child = null
      this.#wire = null
      this.#port = null
      this.#take({ type: 'ended', detail: [detail, this.#words.trim()].filter(Boolean).join(': ') })
    }
    // Later ones too: without a listener they would end the platform.
    child.on('error', (error) => gone(error.message))
    // Not `exit`: its last words may still be on their way.
    child.once('close', (code, signal) => gone(signal === null ? `exit code ${code}` : `ended by ${signal}`))
    const pace = { clock, period: LOOK }
    if (child.stderr) {
      stops.push(readPaced(child.stderr, WORDS_A_LOOK, pace, (text) => {
        if (this.#child === child) this.#words = (this.#words + text).slice(-LAST_WORDS)
      }))
    }
    const wire = child.stdio?.[WIRE]
    if (wire instanceof Duplex) {
      this.#wire = wire
      stops.push(readMessages(wire, pace, (message) => {
        if (this.#child === child) this.#hear(message)
      }))
    }
    this.#makeHumble(child)
    this.#guard(child)
  }

  /** The platform comes first for the processor, and this process is the first to go when memory runs out. */
  #makeHumble(child: ChildProcess): void {
    if (child.pid === undefined) return
    try {
      setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch (thrown) {
      this.#options.log.warn({ err: asError(thrown) }, 'flows run at the priority of the platform')
    }
    if (process.platform === 'linux') writeFile(`/proc/${child.pid}/oom_score_adj`, FIRST_TO_GO).catch(() => undefined)
  }

  /** Nobody stays behind when this process is killed. */
  #guard(child: ChildProcess): void {
    if (child.pid === undefined) return
    const unguarded = (thrown: unknown): void => this.#options.log.warn({ err: asError(thrown) }, 'flows would outlive a platform that is killed')
    try {
      const guard: ChildProcess = spawn(process.execPath, ['--disable-sigusr1', GUARD, String(child.pid)], { env: inherited(), stdio: ['pipe', 'ignore', 'ignore'] })
      guard.on('error', unguarded)
      guard.stdin?.on('error', () => undefined)
      child.once('exit', () => guard.kill('SIGKILL'))
    } catch (thrown) {
      unguarded(thrown)
    }
  }

  #hear(message: FromNodeRed): void {
    switch (message.type) {
      case 'ready':
        this.#port = message.port
        this.#take({ type: 'ready' })
        break
      case 'beat':
        this.#take({ type: 'beat', flows: message.flows })
        break
      case 'log':
        this.#options.log[message.level]({ part: 'flows' }, message.text)
        break
      case 'dying':
        this.#words = message.text.slice(-LAST_WORDS)
        break
      case 'restart':
        this.restart()
        break
    }
  }

  #look(): void {
    this.#take({ type: 'tick' })
    const pid = this.#child?.pid
    if (pid === undefined) return
    // From outside, for a flow in a loop tells nobody.
    void this.#measure(pid)
  }

  async #measure(pid: number): Promise<void> {
    const memory = await residentMemory(pid)
    if (memory !== null && this.#child?.pid === pid) this.#take({ type: 'measured', memory })
  }

  /** There may be nobody who can do it by hand; who made room already loses nothing. Never rejects. */
  async #makeRoom(): Promise<void> {
    const { log } = this.#options
    try {
      if (await diskUse(this.#folder, this.#limits.disk) <= this.#limits.disk) return
      const removed = await clearOfFlows(this.#folder)
      log.warn({ count: removed.length, removed: removed.slice(0, NAMED) }, 'what flows had written into their folder was removed, to make room')
    } catch (thrown) {
      log.error({ err: asError(thrown) }, 'no room could be made in the folder of flows')
    }
  }

  async #weigh(): Promise<void> {
    if (this.#weighs || !this.#child) return
    this.#weighs = true
    const disk = await diskUse(this.#folder, this.#limits.disk).catch(() => 0)
    this.#weighs = false
    if (this.#child) this.#take({ type: 'weighed', disk })
  }
}

/** Node-RED's process, under Node's permission model. Throws when the system has no more processes or memory to give. */
function launch(order: Order, timeZone: string): ChildProcess {
  // A folder that is a link is asked for by both its names.
  const read = new Set([...READABLE.flatMap((name) => [join(ROOT, name), realpathSync(join(ROOT, name))]), order.directory])
  return spawn(process.execPath, [
    '--permission', ...Array.from(read, (path) => `--allow-fs-read=${path}`), `--allow-fs-write=${order.directory}`,
    `--max-old-space-size=${HEAP}`, PROCESS
  ], {
    cwd: order.directory,
    // Nothing of the platform's own environment: its secrets are nobody's business.
    env: { TZ: timeZone, FLOWS_ORDER: JSON.stringify(order), ...inherited() },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe']
  })
}

/** With a listener this signal opens no debugger: who may signal this process, but no more, gets nothing by it. */
function deaf(): void { /* nothing is done */ }

/** Bytes of a process that are in memory; null where the system does not tell, or it is gone. */
async function residentMemory(pid: number): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, resident] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? []
  return resident === undefined ? null : Number(resident) * 1024
}

function inherited(): Record<string, string> {
  return Object.fromEntries(['PATH', 'LANG', 'SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  }))
}
