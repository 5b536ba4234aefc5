import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import type { FlowsState } from '../../protocol/http/flows.ts'
import { ApiClient } from '../support/api-client.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { Platform } from '../support/platform.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PATIENCE = 120_000

describe('Node-RED apart from the platform', function () {
  this.timeout(2 * PATIENCE)
  const shared = temporaryFolder()
  const own = temporaryFolder()
  let flows: ChildProcess
  let platform: Platform
  after(async () => {
    flows?.kill('SIGKILL')
    await platform?.stop()
    shared.remove()
    own.remove()
  })

  it('waits for the secret that the platform makes, and serves its editor through it', async () => {
    const port = await freePort()
    flows = spawn(process.execPath, [join(ROOT, 'tools/run.mjs'), join(ROOT, 'flows/main.ts')], {
      env: { PATH: process.env['PATH'], DATA_DIR: own.path, FLOWS_PORT: String(port), FLOWS_SHARED: shared.path, LOG_LEVEL: 'warn' }, stdio: 'ignore'
    })
    platform = await new Platform({ FLOWS: 'off', FLOWS_URL: `http://127.0.0.1:${port}/`, FLOWS_SHARED: shared.path }).start()
    const api = await ApiClient.admin(platform)
    const state = (): Promise<FlowsState> => api.get<FlowsState>('/api/v1/flows')
    await eventually('Node-RED', async () => (await state()).phase === 'running', PATIENCE)
    expect((await api.call('GET', '/flows/settings')).body).to.have.nested.property('user.username', 'admin')
    expect((await fetch(`http://127.0.0.1:${port}/flows/settings`)).status).to.equal(401)
    await api.post('/api/v1/flows/import', { flows: [{ id: 'mine', type: 'tab', label: '我的' }] })
    const { items: [version] } = await api.get<{ items: { user: string }[] }>('/api/v1/flows/versions')
    expect(version?.user).to.equal('admin')

    await api.post('/api/v1/flows/restart', {})
    await eventually('a new start', async () => {
      const { phase, restarts } = await state()
      return phase === 'running' && restarts === 1
    }, PATIENCE)
    const ended = once(flows, 'exit')
    flows.kill('SIGTERM')
    await ended
    expect(await state()).to.deep.include({ phase: 'unreachable' })
    expect((await api.call('GET', '/api/v1/flows/versions')).status).to.equal(503)
  })
})
