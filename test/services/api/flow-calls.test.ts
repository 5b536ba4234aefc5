import { expect } from 'chai'
import type { AuditRecord } from '../../../services/store/ports.ts'
import { idleFlows } from '../../support/flows.ts'
import { furnish, startHouse } from '../../support/house.ts'
import type { House } from '../../support/house.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const CALLS = [
  ['GET', ''], ['POST', '/restart'], ['GET', '/versions'], ['GET', '/versions/1'], ['POST', '/versions/1/restore'], ['GET', '/export'], ['POST', '/import'],
  ['GET', '/shipped'], ['POST', '/shipped/tab-1/reset']
] as const
const CHANGED = { flows: [{ id: 'tab-1', type: 'tab', label: '改过' }] }

describe('The calls about flows', () => {
  let house: House
  let flows: Awaited<ReturnType<typeof idleFlows>>
  let admin: string
  const audit: AuditRecord[] = []
  const folder = temporaryFolder()

  before(async () => {
    flows = await idleFlows(folder.path)
    house = await startHouse({ flows })
    house.brain.onOutcome(({ changes }) => audit.push(...changes.audit))
    await furnish(house, 'c07', 'c08')
    admin = await house.token('administrator', 'all')
  })
  after(async () => {
    await house.stop()
    folder.remove()
  })
  const call = (method: string, path: string, token = admin, body?: unknown) => house.call(method, `/api/v1/flows${path}`, { token, body })

  it('are for administrators of every compound alone', async () => {
    const manager = await house.token('manager', 'all')
    const local = await house.token('administrator', ['c07'])
    for (const [method, path] of CALLS) {
      const body = path === '/import' ? CHANGED : undefined
      expect((await house.call(method, `/api/v1/flows${path}`, { body })).status, path).to.equal(401)
      expect((await call(method, path, manager, body)).status, path).to.equal(403)
      expect((await call(method, path, local, body)).status, path).to.equal(403)
    }
    expect((await call('GET', '/export')).body).to.deep.include({ flows: [{ id: 'tab-1', type: 'tab', label: '夜间门锁报告' }, { id: 'node-1', type: 'inject', z: 'tab-1', name: '每晚', x: 100, y: 100 }] })
  })

  it('hand out no other token for flows: it would shut out the Node-RED that is there', async () => {
    const answer = await call('POST', '/token')
    expect([answer.status, answer.body['code']]).to.deep.equal([409, 'flows-are-ours'])
  })

  it('import flows, say what changed and who did it, and take it back', async () => {
    expect((await call('POST', '/import', admin, CHANGED)).status).to.equal(204)
    const { items: [version] } = (await call('GET', '/versions')).body as { items: { number: number; user: string; cause: string; counts: object }[] }
    expect(version).to.deep.include({ number: 2, cause: 'import', counts: { added: 0, changed: 1, removed: 1, moved: 0 } })
    expect(version?.user).to.match(/^t-/)
    const detail = (await call('GET', '/versions/1')).body as { restore: { added: { id: string }[]; changed: { id: string }[] } }
    expect([detail.restore.added.map(({ id }) => id), detail.restore.changed.map(({ id }) => id)]).to.deep.equal([['node-1'], ['tab-1']])
    expect((await call('POST', '/versions/1/restore')).status).to.equal(204)
    const versions = (await call('GET', '/versions')).body as { items: { cause: string; from: string }[] }
    expect(versions.items[0]).to.deep.include({ cause: 'restore', from: '1' })
  })

  it('compare with what is shipped, and put one back', async () => {
    await call('POST', '/import', admin, CHANGED)
    const compared = (await call('GET', '/shipped')).body as { items: { id: string; state: string; newer: boolean }[] }
    expect(compared.items).to.have.length(1)
    expect(compared.items[0]).to.deep.include({ id: 'tab-1', state: 'changed' })
    expect((await call('POST', '/shipped/tab-1/reset')).status).to.equal(204)
    expect(((await call('GET', '/shipped')).body as typeof compared).items[0]).to.deep.include({ state: 'same', newer: false })
  })

  it('name every fault of flows that are none', async () => {
    const answer = await call('POST', '/import', admin, { flows: [{ id: 'a' }, { id: 'b', type: 'tab' }, { id: 'b', type: 'tab' }] })
    expect(answer.status).to.equal(400)
    expect((answer.body['faults'] as { path: string }[]).map(({ path }) => path)).to.have.members(['flows[0].type', 'flows[2]'])
  })

  it('start flows anew, and say what is not there', async () => {
    expect((await call('POST', '/restart')).status).to.equal(204)
    expect(flows.restarts).to.equal(1)
    expect((await call('GET', '')).body).to.deep.include({ phase: 'running', restarts: 1 })
    expect((await call('GET', '/versions/999')).status).to.equal(404)
    expect((await call('POST', '/shipped/nothing/reset')).status).to.equal(404)
  })

  it('put every change into the audit, with who made it', () => {
    const deeds = audit.filter(({ name }) => name === 'flows.change').map(({ detail, object }) => `${detail} ${object ?? ''}`.trim())
    expect(deeds).to.deep.equal(['import', 'restore 1', 'import', 'reset tab-1', 'restart', 'reset nothing'])
  })

  it('say that flows are off where they are', async () => {
    const without = await startHouse()
    const token = await without.token('administrator', 'all')
    expect((await without.call('GET', '/api/v1/flows', { token })).body).to.deep.include({ phase: 'off' })
    expect((await without.call('GET', '/api/v1/flows/versions', { token })).body).to.deep.include({ code: 'flows-unavailable', status: 503 })
    await without.stop()
  })
})
