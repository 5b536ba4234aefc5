import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Changes, OldRecords } from '../../../../services/store/ports.ts'
import { openOperations, operationsPath } from '../../../../services/store/sqlite/operations.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { alarm, changes, command, refusal, spell, transition } from '../records.ts'

const NEVER: OldRecords = { quarantine: 0, alarms: 0, audit: 0, commands: 0, connections: 0 }
const audited = (position: number, at: number): Changes['audit'][number] => ({ position, at, actor: 'admin', name: 'alarm.close', object: null, refused: null, detail: '' })

describe('Old records', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let store: ReturnType<typeof openOperations>
  beforeEach(() => {
    folder = temporaryFolder()
    store = openOperations(folder.path)
  })
  afterEach(async () => {
    await store.close()
    folder.remove()
  })
  function there(table: string, column: string): number[] {
    const db = new DatabaseSync(operationsPath(folder.path), { readOnly: true })
    const rows = db.prepare(`SELECT ${column} AS value FROM ${table} ORDER BY 1`).all().map((row) => Number(row['value']))
    db.close()
    return rows
  }

  it('of alarms are closed ones, with their timelines, by when they were closed; never open ones', async () => {
    await store.commit(changes(9, {
      alarms: [alarm(1, { state: 'closed', closedAt: 500 }), alarm(2), alarm(3, { state: 'cleared', clearedAt: 400 }), alarm(4, { state: 'closed', closedAt: 100 }), alarm(5, { state: 'closed', closedAt: 501 })],
      transitions: [1, 2, 4].flatMap((n) => [{ alarm: `a${n}`, transition: transition(1) }, { alarm: `a${n}`, transition: transition(2) }])
    }))
    expect(await store.removeOld({ ...NEVER, alarms: 501 }, 100)).to.equal(2)
    expect(there('alarm', 'n')).to.deep.equal([2, 3, 5])
    expect(there('transition', 'alarm')).to.deep.equal([2, 2])
  })

  it('of commands are those that are over and hold no more', async () => {
    await store.commit(changes(9, { commands: [command(1), command(2, { state: 'done' }), command(3, { state: 'done', holding: true }), command(4, { state: 'expired' }), command(5, { state: 'failed', queuedAt: 500 })] }))
    expect(await store.removeOld({ ...NEVER, commands: 500 }, 100)).to.equal(2)
    expect(there('command', 'n')).to.deep.equal([1, 3, 5])
  })

  it('of quarantine and audit go by when they came', async () => {
    await store.commit(changes(9, { quarantine: [refusal(1, 0, { at: 10 }), refusal(1, 1, { at: 10 }), refusal(4, 0, { at: 20 })], audit: [audited(2, 10), audited(3, 30)] }))
    expect(await store.removeOld({ ...NEVER, quarantine: 20, audit: 11 }, 100)).to.equal(3)
    expect([there('quarantine', 'position'), there('audit', 'position')]).to.deep.equal([[4], [3]])
  })

  it('of connections go by when they began', async () => {
    await store.commit(changes(9, { connections: [spell('c07-door-1', 10), spell('c07-door-2', 10), spell('c07-door-1', 20)] }))
    expect(await store.removeOld({ ...NEVER, connections: 20 }, 100)).to.equal(2)
    expect(there('connection', 'at')).to.deep.equal([20])
  })

  it('go in slices, all kinds of them together no more than was asked for', async () => {
    await store.commit(changes(9, {
      quarantine: Array.from({ length: 5 }, (_, n) => refusal(n, 0)), audit: Array.from({ length: 5 }, (_, n) => audited(n, 1)),
      alarms: [alarm(1, { state: 'closed', closedAt: 1 })], commands: [command(1, { state: 'done' })], connections: [spell('c07-door-1', 4000)]
    }))
    const before = { quarantine: 5000, alarms: 5000, audit: 5000, commands: 5000, connections: 5000 }
    const slices: number[] = []
    for (let slice = 4; slice === 4;) slices.push((slice = await store.removeOld(before, 4)))
    expect(slices).to.deep.equal([4, 4, 4, 1])
    for (const table of ['quarantine', 'audit', 'alarm', 'command', 'connection']) expect(there(table, '1'), table).to.deep.equal([])
  })

  it('are looked for without reading those that stay', () => {
    const db = new DatabaseSync(operationsPath(folder.path))
    const plan = (sql: string): string => db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map((row) => String(row['detail'])).join('; ')
    expect(plan("SELECT n FROM alarm WHERE state = 'closed' AND closed_at < 5 ORDER BY closed_at LIMIT 9")).to.contain('alarm_closed (closed_at<?)')
    expect(plan("SELECT n FROM command WHERE queued_at < 5 AND state IN ('done') AND holding = 0 ORDER BY queued_at LIMIT 9")).to.contain('command_queued (queued_at<?)')
    expect(plan('SELECT device, at FROM connection WHERE at < 5 ORDER BY at LIMIT 9')).to.contain('connection_at (at<?)').and.not.contain('B-TREE')
    for (const table of ['quarantine', 'audit']) expect(plan(`SELECT position, n, at FROM ${table} ORDER BY position, n LIMIT 9`), table).to.contain('USING INDEX').and.not.contain('B-TREE')
    db.close()
  })
})
