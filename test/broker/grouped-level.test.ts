import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Level } from 'level'
import { GroupedLevel } from '../../broker/grouped-level.ts'

type Batch = { readonly type: string; readonly key: string }[]

describe('writes that share their way to the disk', () => {
  let directory: string
  let level: Level<string, Buffer>
  let db: GroupedLevel
  let batches: Batch[]
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-level-'))
    level = new Level<string, Buffer>(directory, { valueEncoding: 'buffer' })
    batches = []
    level.on('write', (operations: Batch) => void batches.push(operations))
    db = new GroupedLevel(level)
    await db.open()
  })
  afterEach(async () => {
    await db.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('are one batch when they come in one turn, and the last word on a key holds', async () => {
    await Promise.all([db.put('a', Buffer.from('1')), db.put('b', Buffer.from('2')), db.del('a'), db.put('a', Buffer.from('3'))])
    expect(batches.map((batch) => batch.map(({ type, key }) => `${type} ${key}`))).to.deep.equal([['put a', 'put b', 'del a', 'put a']])
    expect(String(await db.get('a'))).to.equal('3')
  })

  it('are the next batch when they come while one is under way', async () => {
    const first = db.put('a', Buffer.from('1'))
    await new Promise((next) => setImmediate(next))
    const rest = ['b', 'c', 'd'].map((key) => db.put(key, Buffer.from('2')))
    await Promise.all([first, ...rest])
    expect(batches.map(({ length }) => length)).to.deep.equal([1, 3])
  })

  it('all hear that their batch was not written, and the next one is written', async () => {
    await level.close()
    const results = await Promise.allSettled([db.put('a', Buffer.from('1')), db.put('b', Buffer.from('2'))])
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    await level.open()
    await db.put('c', Buffer.from('3'))
    expect(String(await db.get('c'))).to.equal('3')
  })

  it('are written before it closes', async () => {
    const written = db.put('a', Buffer.from('1'))
    await db.close()
    await written
    await level.open()
    expect(String(await level.get('a'))).to.equal('1')
  })

  it('clears a range and nothing beside it', async () => {
    await Promise.all(['a:1', 'a:2', 'b:1'].map((key) => db.put(key, Buffer.from('x'))))
    await db.clear({ gte: 'a:', lt: 'a;' })
    const keys: string[] = []
    for await (const key of db.keys({ gte: '', lt: '~' })) keys.push(key)
    expect(keys).to.deep.equal(['b:1'])
  })
})
