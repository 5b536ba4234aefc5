import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { describe, it } from 'mocha'
import { openOperations } from '../../../../services/store/sqlite/operations.ts'
import { SqliteQueries } from '../../../../services/store/sqlite/queries.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { operationsContract } from '../operations-contract.ts'
import { changes, device, put } from '../records.ts'

function fatal(error: Error): never {
  throw error
}

operationsContract('SQLite', async () => {
  const folder = temporaryFolder()
  let operations = openOperations(folder.path)
  const queries = new SqliteQueries({ dataDir: folder.path, onFatal: fatal })
  await queries.open()
  return {
    operations, queries,
    reopen: async () => {
      await operations.close()
      operations = openOperations(folder.path)
      return operations
    },
    close: async () => {
      await queries.close()
      await operations.close()
      folder.remove()
    }
  }
})

describe('operations.sqlite', () => {
  it('refuses a file that a newer Gatehouse wrote, and leaves it as it is', async () => {
    const folder = temporaryFolder()
    await openOperations(folder.path).close()
    const path = join(folder.path, 'operations.sqlite')
    const db = new DatabaseSync(path)
    db.exec('PRAGMA user_version = 99')
    db.close()
    expect(() => openOperations(folder.path)).to.throw(/newer Gatehouse/).that.includes({ code: 'newer-data' })
    folder.remove()
  })

  it('is answered as empty before it is there, and from when it is', async () => {
    const folder = temporaryFolder()
    const queries = new SqliteQueries({ dataDir: folder.path, onFatal: fatal })
    await queries.open()
    expect((await queries.devices({ scope: 'all' }, { limit: 1 })).items).to.deep.equal([])
    expect(await queries.passed()).to.equal(0)
    expect(existsSync(join(folder.path, 'operations.sqlite'))).to.equal(false)
    const operations = openOperations(folder.path)
    await operations.commit(changes(7, { devices: put(device('c07-smoke-1')) }))
    expect((await queries.devices({ scope: 'all' }, { limit: 1 })).items).to.have.length(1)
    expect(await queries.passed(), 'a brain without a snapshot needs the whole journal').to.equal(0)
    await operations.completeSnapshot(5)
    expect(await queries.passed()).to.equal(5)
    await queries.close()
    await operations.close()
    folder.remove()
  })

  it('finds the open alarms by their index, however many are closed', async () => {
    const folder = temporaryFolder()
    await openOperations(folder.path).close()
    const db = new DatabaseSync(join(folder.path, 'operations.sqlite'))
    const plan = db.prepare(`explain query plan select * from "alarm" where "state" <> 'closed' order by "n" desc limit ?`).all(101)
    expect(plan.map((row) => row['detail'])).to.deep.equal(['SCAN alarm USING INDEX alarm_open'])
    db.close()
    folder.remove()
  })
})
