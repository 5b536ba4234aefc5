import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { createStorage } from '../../flows/storage.ts'
import type { Pending } from '../../flows/storage.ts'
import { KEPT_VERSIONS, Versions } from '../../flows/versions.ts'
import type { FlowNode } from '../../protocol/http/flows.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const flow = (label: string): FlowNode[] => [{ id: 't', type: 'tab', label }]

describe('where flows are kept', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let versions: Versions
  let pending: Pending
  let now = 1000
  beforeEach(async () => {
    folder = temporaryFolder()
    versions = new Versions(folder.path, () => (now += 1000))
    await versions.load()
    pending = { reason: null }
  })
  afterEach(() => folder.remove())
  const storage = () => createStorage(folder.path, versions, pending)

  it('gives back what it was given, and nothing where nothing was', async () => {
    expect(await storage().getFlows()).to.deep.equal([])
    expect(await storage().getCredentials()).to.deep.equal({})
    await storage().saveFlows(flow('one'), { username: 'admin' })
    await storage().saveCredentials({ $: 'sealed' })
    await storage().saveSettings({ nodes: {} })
    expect(await storage().getFlows()).to.deep.equal(flow('one'))
    expect([await storage().getCredentials(), await storage().getSettings()]).to.deep.equal([{ $: 'sealed' }, { nodes: {} }])
  })

  it('keeps a version of each deployment, with who, when, why and what differs, through a restart', async () => {
    await storage().saveFlows(flow('one'), { username: 'admin' })
    pending.reason = { cause: 'restore', from: '7' }
    await storage().saveFlows(flow('two'), { username: 'chen' })
    const again = new Versions(folder.path, () => now)
    await again.load()
    const [second, first] = again.list()
    expect(first).to.deep.include({ number: 1, user: 'admin', cause: 'deploy', from: null })
    expect(second).to.deep.include({ number: 2, user: 'chen', cause: 'restore', from: '7', counts: { added: 0, changed: 1, removed: 0, moved: 0 } })
    expect(second?.at).to.be.greaterThan(first?.at ?? Infinity)
    expect((await again.detail(1, flow('two')))?.restore.changed).to.have.length(1)
    expect(await again.flows(1)).to.deep.equal(flow('one'))
    // The reason was that of one deployment.
    await storage().saveFlows(flow('three'), {})
    expect(versions.list()[0]).to.deep.include({ user: null, cause: 'deploy', from: null })
  })

  it('makes no version where nothing is different', async () => {
    await storage().saveFlows(flow('one'), {})
    await storage().saveFlows(flow('one'), {})
    expect(versions.list()).to.have.length(1)
  })

  it('keeps the last fifty, and their numbers go on', async () => {
    for (let round = 0; round < KEPT_VERSIONS + 3; round += 1) await versions.keep(flow(`${round}`), { user: 'admin', cause: 'deploy', from: null })
    expect(versions.list().map(({ number }) => number)).to.deep.equal(Array.from({ length: KEPT_VERSIONS }, (_, index) => KEPT_VERSIONS + 3 - index))
    expect(readdirSync(join(folder.path, 'versions'))).to.have.length(KEPT_VERSIONS)
    expect(await versions.flows(1)).to.equal(null)
  })

  it('passes over a version that cannot be read', async () => {
    await storage().saveFlows(flow('one'), {})
    writeFileSync(join(folder.path, 'versions', '2.json'), '{"numb')
    const again = new Versions(folder.path, () => now)
    await again.load()
    expect(again.list().map(({ number }) => number)).to.deep.equal([1])
  })

  it('keeps a library, and nothing outside of it', async () => {
    expect(await storage().getLibraryEntry('flows', '/')).to.deep.equal([])
    await storage().saveLibraryEntry('flows', '门/夜间.json', {}, '[]')
    expect(await storage().getLibraryEntry('flows', '')).to.deep.equal(['门'])
    expect(await storage().getLibraryEntry('flows', '门')).to.deep.equal([{ fn: '夜间.json' }])
    expect(await storage().getLibraryEntry('flows', '门/夜间.json')).to.equal('[]')
    mkdirSync(join(folder.path, 'library-of-others'))
    for (const path of ['../../flows.json', '../../library-of-others/x', '../..']) {
      const failure = await storage().saveLibraryEntry('flows', path, {}, 'x').then(() => null, (error: unknown) => error)
      expect(failure, path).to.have.property('code', 'forbidden')
    }
  })
})
