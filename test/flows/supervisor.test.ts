import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import { PASS_HEADER, writePass } from '../../flows/pass.ts'
import { LIMITS } from '../../flows/supervision.ts'
import type { Limits } from '../../flows/supervision.ts'
import { Supervisor } from '../../flows/supervisor.ts'
import type { FlowsState } from '../../protocol/http/flows.ts'
import { systemClock } from '../../services/kernel/clock.ts'
import type { Clock } from '../../services/kernel/clock.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SECRET = 'of this test'
const PASS = { [PASS_HEADER]: writePass(SECRET, { username: 'admin', permissions: '*' }) }
const READER = { [PASS_HEADER]: writePass(SECRET, { username: 'watcher', permissions: 'read' }) }
const PLATFORM = { url: 'http://127.0.0.1:9', mqttUrl: 'mqtt://127.0.0.1:9', token: 'none', certificate: null }
/** Sooner than in earnest, and generous towards a slow machine all the same. */
const SOON: Limits = { ...LIMITS, silence: 5000, pause: [50, 100] }
/** Starting takes seconds, and on a busy machine many. */
const PATIENCE = 120_000

/** A flow that does this once, as soon as it runs. */
const doing = (code: string): object[] => [
  { id: 'tab', type: 'tab', label: 'trouble' },
  { id: 'start', type: 'inject', z: 'tab', once: true, onceDelay: 0.5, repeat: '', props: [{ p: 'payload' }], payload: '', payloadType: 'date', wires: [['do']] },
  { id: 'do', type: 'function', z: 'tab', func: code, outputs: 0, wires: [] }
]

describe('Node-RED under supervision', function () {
  this.timeout(2 * PATIENCE)
  const folders: ReturnType<typeof temporaryFolder>[] = []
  const started: Supervisor[] = []
  afterEach(async () => {
    for (const supervisor of started.splice(0)) await supervisor.stop()
    for (const { remove } of folders.splice(0)) remove()
  })

  function begin(flows: readonly object[], limits: Limits = SOON, more: { readonly port?: number; readonly isPortFixed?: boolean; readonly clock?: Clock } = {}): { supervisor: Supervisor; dataDir: string; lines: string[] } {
    const folder = temporaryFolder()
    folders.push(folder)
    mkdirSync(join(folder.path, 'flows'))
    writeFileSync(join(folder.path, 'flows', 'flows.json'), JSON.stringify(flows))
    const lines: string[] = []
    const log: Logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
    const supervisor = new Supervisor({ dataDir: folder.path, host: '127.0.0.1', port: 0, secret: SECRET, timeZone: 'Asia/Shanghai', clock: systemClock, log, limits, ...more })
    started.push(supervisor)
    supervisor.start(PLATFORM)
    return { supervisor, dataDir: folder.path, lines }
  }
  const until = (supervisor: Supervisor, what: string, holds: (state: FlowsState) => boolean): Promise<boolean> => eventually(what, () => holds(supervisor.state), PATIENCE)
  const ask = (supervisor: Supervisor, path: string, headers: Record<string, string> = PASS, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${supervisor.port}${path}`, { redirect: 'manual', ...init, headers: { ...headers, 'content-type': 'application/json' } })

  it('is not taken for hung where the wall clock is set ahead, and still says since when it runs', async () => {
    const HOUR = 3_600_000
    let ahead = 0
    const { supervisor } = begin([], SOON, { clock: { ...systemClock, now: () => Date.now() + ahead } })
    await until(supervisor, 'the start', ({ phase }) => phase === 'running')
    ahead = HOUR
    await new Promise((done) => setTimeout(done, 2500))
    expect(supervisor.state).to.include({ phase: 'running', restarts: 0 })
    expect(supervisor.state.since).to.be.within(Date.now() + HOUR - PATIENCE, Date.now() + HOUR)
  })

  it('answers the platform and nobody else, and ends when it is told to', async () => {
    const { supervisor } = begin([])
    await until(supervisor, 'running', ({ phase }) => phase === 'running')
    const forged = { [PASS_HEADER]: writePass('another secret', { username: 'admin', permissions: '*' }) }
    for (const path of ['/flows/', '/flows/settings', '/flows/flows', '/flows/red/red.min.js', '/flows/auth/login', '/control/versions', '/', '/nothing']) {
      for (const headers of [{}, forged]) expect((await ask(supervisor, path, headers)).status, path).to.equal(401)
    }
    expect((await ask(supervisor, '/flows/')).status).to.equal(200)
    expect((await ask(supervisor, '/control/versions')).status).to.equal(200)
    const opens = (headers: Record<string, string>): Promise<string> => new Promise((told) => {
      const socket = new WebSocket(`ws://127.0.0.1:${supervisor.port}/flows/comms`, { headers })
      socket.once('open', () => {
        socket.terminate()
        told('open')
      })
      socket.once('error', (error) => told(error.message))
    })
    expect([await opens({}), await opens(forged), await opens(PASS)]).to.deep.equal(['Unexpected server response: 401', 'Unexpected server response: 401', 'open'])

    // Who asks for a socket and is gone at once costs nothing.
    for (let round = 0; round < 20; round += 1) {
      const stranger = connect(supervisor.port ?? 0, '127.0.0.1').on('error', () => undefined)
      await once(stranger, 'connect')
      stranger.write('GET /flows/comms HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      stranger.resetAndDestroy()
    }
    // Who only reads changes nothing.
    expect((await ask(supervisor, '/flows/flows', READER)).status).to.equal(200)
    expect((await ask(supervisor, '/flows/flows', READER, { method: 'POST', body: '[]' })).status).to.equal(401)
    expect((await ask(supervisor, '/control/flows', READER, { method: 'POST', body: '{"flows":[]}' })).status).to.equal(403)
    // Nothing can be installed, and no page can be made.
    expect((await ask(supervisor, '/flows/nodes', PASS, { method: 'POST', body: '{"module":"node-red-dashboard"}' })).status).to.be.at.least(400)
    const nodes = await (await ask(supervisor, '/flows/nodes', { ...PASS, accept: 'application/json' })).json() as { types: string[] }[]
    const types = nodes.flatMap((set) => set.types)
    expect(types).to.include.members(['inject', 'function', 'http request'])
    expect(types).to.not.include.members(['http in']).and.not.include.members(['exec'])

    const pid = supervisor.pid ?? 0
    await supervisor.stop()
    expect(() => process.kill(pid, 0)).to.throw('ESRCH')
    expect(supervisor.state).to.deep.include({ phase: 'off', restarts: 0, last: null })
  })

  it('is started again after it was killed, or ended by what a flow threw, and says why', async () => {
    const { supervisor, lines } = begin(doing('Promise.reject(new Error("of a flow"))'), { ...SOON, failures: 99 })
    await until(supervisor, 'two ends', ({ restarts }) => restarts >= 2)
    expect(supervisor.state.last?.detail).to.contain('of a flow')
    expect(lines.join('')).to.contain('flows ended and are started again')
    await until(supervisor, 'running', ({ phase }) => phase === 'running')
    const { restarts } = supervisor.state
    process.kill(supervisor.pid ?? 0, 'SIGKILL')
    await until(supervisor, 'started again', (state) => state.restarts > restarts)
  })

  it('is killed while a flow is in a loop for ever, and after three times comes back with its flows stopped and its editor open, until a person says otherwise', async () => {
    const { supervisor, lines } = begin(doing('while (true) {}'))
    await until(supervisor, 'safe mode', ({ safe, phase }) => safe && phase === 'running')
    expect(supervisor.state).to.deep.include({ restarts: 3 })
    expect(supervisor.state.last?.why).to.equal('hung')
    expect(lines.join('')).to.contain('flows failed too often')
    const flows = await (await ask(supervisor, '/control/flows')).json() as { flows: { id: string }[] }
    expect(flows.flows.map(({ id }) => id)).to.include('do')
    expect((await ask(supervisor, '/flows/')).status).to.equal(200)
    expect(await (await ask(supervisor, '/control/state')).json()).to.deep.include({ safe: true, restarts: 3 })
    // Mended in the editor, they run: the deployment starts them.
    const mended = doing('node.warn("mended")')
    expect((await ask(supervisor, '/control/flows', PASS, { method: 'POST', body: JSON.stringify({ flows: mended }) })).status).to.equal(204)
    await until(supervisor, 'no longer safe', ({ safe }) => !safe)
    await eventually('the flow at work', () => lines.some((line) => line.includes('mended')), PATIENCE)
    const { restarts } = supervisor.state
    supervisor.restart()
    await until(supervisor, 'started anew', (state) => state.phase === 'running' && state.restarts === restarts + 1)
    expect(supervisor.state.safe).to.equal(false)
  })

  it('is killed when it takes more memory than it may', async function () {
    if (process.platform !== 'linux') this.skip()
    const { supervisor } = begin(doing('const held = []; setInterval(() => held.push(Buffer.alloc(20e6, 1)), 50)'), { ...SOON, memory: 400 * 1024 * 1024 })
    await until(supervisor, 'a failure', ({ last }) => last !== null)
    expect(supervisor.state.last?.why).to.equal('memory')
  })

  it('is ended when a flow fills the disk through its folder, and comes back with its flows stopped', async () => {
    const [tab, start] = doing('')
    const { supervisor, dataDir, lines } = begin([
      tab ?? {}, start ?? {},
      { id: 'do', type: 'function', z: 'tab', func: 'setInterval(() => node.send({ payload: Buffer.alloc(4e6) }), 20)', outputs: 1, wires: [['grows']] },
      { id: 'grows', type: 'file', z: 'tab', filename: 'grows.bin', filenameType: 'str', appendNewline: false, createDir: false, overwriteFile: 'false', encoding: 'none', wires: [] }
    ], { ...SOON, disk: 50 * 1024 * 1024 })
    await until(supervisor, 'safe mode', ({ safe, phase }) => safe && phase === 'running')
    expect(supervisor.state).to.deep.include({ restarts: 1 })
    expect(supervisor.state.last?.why).to.equal('disk')

    // Who has no way to the disk mends the flows, and leaves safe mode: what they wrote is gone, what is theirs is there.
    const folder = join(dataDir, 'flows')
    const mended = [{ id: 'tab', type: 'tab', label: 'mended' }]
    writeFileSync(join(folder, 'flows.json'), JSON.stringify(mended))
    supervisor.restart()
    await until(supervisor, 'the flows again', ({ safe, phase, restarts }) => !safe && phase === 'running' && restarts === 2)
    expect(existsSync(join(folder, 'grows.bin'))).to.equal(false)
    expect(lines.some((line) => line.includes('grows.bin') && line.includes('was removed')), 'it stands in the log').to.equal(true)
    const { flows } = await (await ask(supervisor, '/control/flows')).json() as { flows: { id: string }[] }
    expect(flows.map(({ id }) => id)).to.include('tab')
    expect(existsSync(join(folder, 'versions', '1.json'))).to.equal(true)
    // It is looked at again and again; what is small is nobody's trouble.
    writeFileSync(join(folder, 'small.csv'), 'kept')
    supervisor.restart()
    await until(supervisor, 'a start anew', ({ phase, restarts }) => phase === 'running' && restarts === 3)
    expect(existsSync(join(folder, 'small.csv'))).to.equal(true)
  })

  it('may find no folder that it can use: that is said and tried again, and ends nobody else', async () => {
    const folder = temporaryFolder()
    folders.push(folder)
    writeFileSync(join(folder.path, 'flows'), 'a file where the folder should be')
    const log = pino({ level: 'silent' })
    const supervisor = new Supervisor({ dataDir: folder.path, host: '127.0.0.1', port: 0, secret: SECRET, timeZone: 'Asia/Shanghai', clock: systemClock, log, limits: SOON })
    started.push(supervisor)
    supervisor.start(PLATFORM)
    expect(supervisor.state).to.deep.include({ phase: 'waiting' })
    expect(supervisor.state.last?.detail).to.contain('EEXIST')
    rmSync(join(folder.path, 'flows'))
    await until(supervisor, 'running', ({ phase }) => phase === 'running')
  })

  it('takes another port where somebody else has the one that it was given, and runs no flow where it must not', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const moved = begin([], SOON, { port }).supervisor
      const stuck = begin(doing('node.warn("it ran")'), SOON, { port, isPortFixed: true })
      await until(moved, 'running', ({ phase }) => phase === 'running')
      expect(moved.port).to.be.greaterThan(0).and.not.equal(port)
      await until(stuck.supervisor, 'a failure', ({ last }) => last !== null)
      expect(stuck.supervisor.state.last?.why).to.equal('start')
      expect(stuck.supervisor.state.last?.detail).to.contain('EADDRINUSE')
      expect(stuck.lines.join('')).to.not.contain('it ran')
    } finally {
      other.close()
    }
  })

  it('reads its own code, writes its own folder, and starts nothing, whatever a flow finds', async () => {
    const { supervisor, lines, dataDir } = begin([])
    const secret = join(dataDir, 'flows.key')
    // As Docker or the system's services listen.
    const outside = join(dataDir, 'outside.sock')
    const listener = createServer((socket) => socket.end()).listen(outside)
    after(() => listener.close())
    const code = `
      const { host, os, fs, net, http, child, threads } = (() => {
        const host = Buffer.constructor('return process')()
        const [os, fs, net, http, child, threads] = ['os', 'fs', 'net', 'http', 'child_process', 'worker_threads'].map((name) => host.getBuiltinModule(name))
        return { host, os, fs, net, http, child, threads }
      })()
      const failure = (what, emitter) => new Promise((told) => {
        emitter.on('error', ({ code }) => told(what + ' ' + code)).on('listening', () => told(what + ' done')).on('connect', () => told(what + ' done')).on('response', () => told(what + ' done'))
      })
      const bySocket = await Promise.all([
        failure('socket', net.connect(${JSON.stringify(outside)})),
        failure('request', http.get({ socketPath: ${JSON.stringify(outside)}, path: '/' })),
        failure('socket beside', net.createServer().listen(${JSON.stringify(join(dataDir, 'beside.sock'))})),
        failure('network', net.createServer().listen(0, '127.0.0.1'))
      ])
      const attempt = (what, deed) => { try { deed(); return what + ' done' } catch (error) { return what + ' ' + error.code } }
      const environment = JSON.stringify(Buffer.constructor('return process.env')())
      node.warn('RESULT ' + [
        attempt('key', () => fs.readFileSync(${JSON.stringify(secret)})),
        attempt('passwd', () => fs.readFileSync('/etc/passwd')),
        attempt('environ', () => fs.readFileSync('/proc/self/environ')),
        attempt('beside', () => fs.writeFileSync(${JSON.stringify(join(dataDir, 'beside'))}, 'x')),
        attempt('code', () => fs.writeFileSync(${JSON.stringify(join(import.meta.dirname, '../../flows/written'))}, 'x')),
        attempt('own', () => fs.writeFileSync(${JSON.stringify(join(dataDir, 'flows', 'own'))}, 'x')),
        attempt('start', () => child.spawnSync('/bin/true')),
        attempt('thread', () => new threads.Worker('0', { eval: true })),
        attempt('signal', () => host.kill(host.ppid, 0)),
        attempt('raw signal', () => host._kill(host.ppid, 0)),
        attempt('debugger', () => host._debugProcess(host.ppid)),
        attempt('priority', () => os.setPriority(host.ppid, 1)),
        attempt('wire', () => fs.writeSync(3, 'no message\\nnull\\n{"type":"log","level":"fatal","text":"forged"}\\n{"type":"dying","text":1}\\n')),
        ...bySocket,
        'secret in environment ' + environment.includes(${JSON.stringify(SECRET)})
      ].join('; '))`
    await until(supervisor, 'running', ({ phase }) => phase === 'running')
    expect((await ask(supervisor, '/control/flows', PASS, { method: 'POST', body: JSON.stringify({ flows: doing(code) }) })).status).to.equal(204)
    const line = await eventually('what the flow found', () => lines.find((one) => one.includes('RESULT')), PATIENCE)
    const denied = ['key', 'passwd', 'environ', 'beside', 'code'].map((what) => `${what} ERR_ACCESS_DENIED`)
    expect(line).to.contain([...denied, 'own done', 'start ERR_ACCESS_DENIED', 'thread ERR_ACCESS_DENIED', 'signal ERR_ACCESS_DENIED', 'raw signal ERR_ACCESS_DENIED',
      'debugger ERR_ACCESS_DENIED', 'priority ERR_ACCESS_DENIED', 'wire done',
      'socket EACCES', 'request EACCES', 'socket beside EACCES', 'network done', 'secret in environment false'].join('; '))
    expect(supervisor.state).to.deep.include({ phase: 'running', restarts: 0 })
  })
})
