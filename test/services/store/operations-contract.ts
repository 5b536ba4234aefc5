import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { CompoundId, DeviceId } from '../../../protocol/names.ts'
import type { OperationsStore, QuarantineRecord, Queries } from '../../../services/store/ports.ts'
import { alarm, changes, command, compound, device, put, refusal, spell, token, transition } from './records.ts'

const [C01, C07, C08] = ['c01' as CompoundId, 'c07' as CompoundId, 'c08' as CompoundId]

export interface OpenedOperations {
  readonly operations: OperationsStore
  readonly queries: Queries
  /** Ends the writer without any goodbye that it might need, and opens it anew. */
  reopen(): Promise<OperationsStore>
  close(): Promise<void>
}

/** What every operations store and the queries over it have to keep. `open` makes an empty one. */
export function operationsContract(name: string, open: () => Promise<OpenedOperations>): void {
  describe(`the operations contract, kept by ${name}`, () => {
    let opened: OpenedOperations
    let store: OperationsStore
    let queries: Queries
    beforeEach(async () => {
      opened = await open()
      store = opened.operations
      queries = opened.queries
    })
    afterEach(() => opened.close())

    const everything = changes(42, {
      compounds: put(compound('c07'), compound('c08')),
      devices: put(device('c07-smoke-1', { gateway: 'c07-gateway-1' as DeviceId }), device('c08-door-1', { kind: 'door', model: null, location: { building: 'b02' } })),
      presence: [{ device: 'c07-smoke-1' as DeviceId, online: true, lastSeenAt: 77 }],
      alarms: [alarm(1), alarm(2, { compound: 'c08' as CompoundId, device: null, location: null, building: null, state: 'closed', cause: 'drill', closedAt: 5 })],
      transitions: [{ alarm: 'a1', transition: transition(1) }, { alarm: 'a1', transition: transition(2, 'counted') }],
      quarantine: [refusal(3, 0), refusal(3, 1), refusal(9, 0, { compound: null, device: 'nobody' as DeviceId, refused: false })],
      users: put({ name: 'admin', role: 'administrator' as const, compounds: 'all' as const, passwordHash: 'scrypt$…' }),
      sessions: put({ hash: 's1', user: 'admin', createdAt: 1, expiresAt: 2 }),
      tokens: put(token('t1')),
      audit: ['a1', 'a2'].map((object) => ({ position: 40, at: 1, actor: 'admin', name: 'alarm.close', object, refused: null, detail: '{}' }))
    })

    it('gives everything back as it was committed, with the cursor', async () => {
      expect(await store.cursor()).to.equal(0)
      await store.commit(everything)
      expect(await store.cursor()).to.equal(42)
      expect(await queries.directory()).to.deep.equal({
        compounds: everything.compounds.put, devices: everything.devices.put, presence: everything.presence, users: everything.users.put,
        sessions: everything.sessions.put, tokens: everything.tokens.put, openAlarms: [everything.alarms[0]]
      })
      expect(await queries.alarm('a1')).to.deep.equal({ alarm: everything.alarms[0], timeline: everything.transitions.map(({ transition }) => transition) })
      expect((await queries.alarms({ scope: 'all', state: 'all' }, { limit: 10 })).items).to.deep.equal(everything.alarms.toReversed())
      const quarantined = (await queries.quarantine({ scope: 'all' }, { limit: 10 })).items
      const plain = (record: QuarantineRecord): unknown => Object.assign({}, record, { body: [...record.body] })
      expect(quarantined.map(plain)).to.deep.equal(everything.quarantine.toReversed().map(plain))
    })

    it('leaves the same rows when the same changes are committed twice', async () => {
      await store.commit(everything)
      const before = await queries.directory()
      await store.commit(everything)
      expect(await queries.directory()).to.deep.equal(before)
      expect((await queries.quarantine({ scope: 'all' }, { limit: 10 })).items).to.have.length(3)
      expect((await queries.alarm('a1'))?.timeline).to.have.length(2)
    })

    it('replaces and removes', async () => {
      await store.commit(everything)
      await store.commit(changes(50, {
        compounds: { put: [{ ...compound('c07'), name: '新名' }], remove: ['c08' as CompoundId] },
        devices: { put: [], remove: ['c07-smoke-1' as DeviceId] }, alarms: [alarm(1, { state: 'closed', cause: 'cooking' })],
        users: { put: [], remove: ['admin'] }, sessions: { put: [], remove: ['s1'] }, tokens: { put: [], remove: ['t1'] }
      }))
      const { compounds, devices, ...rest } = await queries.directory()
      expect(compounds.map((row) => row.name)).to.deep.equal(['新名'])
      expect(devices.map((row) => row.id)).to.deep.equal(['c08-door-1'])
      expect(rest).to.deep.equal({ presence: [], users: [], sessions: [], tokens: [], openAlarms: [] })
      expect(await queries.device('c07-smoke-1')).to.equal(null)
    })

    it('stores all of a commit or nothing', async () => {
      await store.commit(changes(1))
      const bad = changes(2, { compounds: put(compound('c07')), alarms: [alarm(1, { id: 'not-an-id' })] })
      expect(await store.commit(bad).then(() => null, (error: { code: string }) => error.code)).to.equal('bad-alarm-id')
      expect(await store.cursor()).to.equal(1)
      expect((await queries.directory()).compounds).to.deep.equal([])
    })

    it('pages alarms newest first by the number in their id, and filters them', async () => {
      const severities = ['critical', 'low', 'low'] as const
      await store.commit(changes(1, {
        alarms: Array.from({ length: 30 }, (_, n) => alarm(n + 1, {
          state: n % 2 ? 'closed' : 'active', compound: `c0${n % 3}` as CompoundId, severity: severities[n % 3]!, rule: `r${n % 5}`, device: `d${n % 4}` as DeviceId
        }))
      }))
      const found: number[] = []
      let cursor: string | undefined
      do {
        const page = await queries.alarms({ scope: 'all', state: 'open' }, { limit: 4, cursor })
        expect(page.items.length).to.be.at.most(4)
        found.push(...page.items.map(({ id }) => Number(id.slice(1))))
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      expect(found).to.deep.equal([29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1])
      const ids = async (filter: Partial<Parameters<Queries['alarms']>[0]>): Promise<number[]> =>
        (await queries.alarms({ scope: 'all', state: 'all', ...filter }, { limit: 1000 })).items.map(({ id }) => Number(id.slice(1)) - 1).toReversed()
      const those = (fits: (n: number) => boolean): number[] => Array.from({ length: 30 }, (_, n) => n).filter(fits)
      expect(await ids({ state: 'closed' })).to.deep.equal(those((n) => n % 2 === 1))
      expect(await ids({ compound: 'c01' })).to.deep.equal(those((n) => n % 3 === 1))
      expect(await ids({ scope: ['c01', 'c02'] as CompoundId[] })).to.deep.equal(those((n) => n % 3 > 0))
      expect(await ids({ scope: [] })).to.deep.equal([])
      expect(await ids({ scope: [C01], compound: 'c02' })).to.deep.equal([])
      expect(await ids({ severity: 'low' })).to.deep.equal(those((n) => n % 3 > 0))
      expect(await ids({ rule: 'r4', device: 'd1' })).to.deep.equal(those((n) => n % 5 === 4 && n % 4 === 1))
      expect(await queries.alarm('a999')).to.equal(null)
      expect(await queries.alarm('1 OR 1')).to.equal(null)
    })

    it('keeps alarms about the platform itself, of no compound, from whoever does not ask for them', async () => {
      const own = alarm(2, { compound: null, building: null, device: null, location: null, subject: 'platform:history' })
      await store.commit(changes(1, { alarms: [alarm(1), own] }))
      const ids = async (filter: Partial<Parameters<Queries['alarms']>[0]>): Promise<string[]> =>
        (await queries.alarms({ scope: 'all', state: 'all', ...filter }, { limit: 10 })).items.map(({ id }) => id)
      expect(await ids({})).to.deep.equal(['a1'])
      expect(await ids({ scope: [C07], platform: true })).to.deep.equal(['a1'])
      expect(await ids({ platform: true })).to.deep.equal(['a2', 'a1'])
      expect((await queries.alarm('a2'))?.alarm).to.deep.equal(own)
    })

    it('tells of a device when it was there and when not, newest first, each until the next', async () => {
      const door = 'c07-door-1' as DeviceId
      const records = [
        spell(door, 10), spell(door, 20, { online: false, why: 'lost' }), spell('c07-door-2', 25), spell(door, 30, { online: false, why: 'silent' }), spell(door, 30),
        spell(door, 40, { why: 'taken-over' }), spell(door, 50, { online: false, why: 'closed' })
      ]
      for (const _ of ['once', 'twice']) await store.commit(changes(1, { connections: records }))
      const all = [
        { from: 50, to: null, online: false, why: 'closed' }, { from: 40, to: 50, online: true, why: 'taken-over' }, { from: 30, to: 40, online: true, why: 'connected' },
        { from: 20, to: 30, online: false, why: 'lost' }, { from: 10, to: 20, online: true, why: 'connected' }
      ]
      expect(await queries.connections(door, {}, { limit: 5 })).to.deep.equal({ items: all, next: null })
      const first = await queries.connections(door, {}, { limit: 2 })
      const second = await queries.connections(door, {}, { limit: 3, cursor: first.next! })
      expect([...first.items, ...second.items]).to.deep.equal(all)
      expect(second.next).to.equal(null)
      const from = async (range: { from?: number; to?: number }): Promise<number[]> => (await queries.connections(door, range, { limit: 9 })).items.map((one) => one.from)
      expect(await from({ from: 35 }), 'what it was at that time belongs to it').to.deep.equal([50, 40, 30])
      expect(await from({ from: 30, to: 40 })).to.deep.equal([30])
      expect(await from({ from: 5, to: 20 })).to.deep.equal([10])
      expect((await queries.connections(door, { to: 40 }, { limit: 1 })).items).to.deep.equal([all[2]])
      expect(await queries.connections('nobody' as DeviceId, {}, { limit: 9 })).to.deep.equal({ items: [], next: null })
    })

    it('pages devices by id, and filters them', async () => {
      await store.commit(changes(1, {
        devices: put(
          device('c07-smoke-2'), device('c07-smoke-10', { location: { building: 'b02', home: '50%' } }), device('c07-door-1', { kind: 'door', model: 'D_1', location: { building: 'b02' } }),
          device('c08-smoke-1', { model: 'DX1' })
        ),
        presence: [{ device: 'c07-smoke-2' as DeviceId, online: true, lastSeenAt: 5 }, { device: 'c08-smoke-1' as DeviceId, online: false, lastSeenAt: 6 }]
      }))
      const ids = async (filter: Partial<Parameters<Queries['devices']>[0]>): Promise<string[]> =>
        (await queries.devices({ scope: 'all', ...filter }, { limit: 1000 })).items.map(({ id }) => id)
      const first = await queries.devices({ scope: 'all' }, { limit: 3 })
      expect(first.items.map(({ id }) => id)).to.deep.equal(['c07-door-1', 'c07-smoke-10', 'c07-smoke-2'])
      const second = await queries.devices({ scope: 'all' }, { limit: 3, cursor: first.next! })
      expect([second.items.map(({ id }) => id), second.next]).to.deep.equal([['c08-smoke-1'], null])
      expect(await ids({ kind: 'door' })).to.deep.equal(['c07-door-1'])
      expect(await ids({ building: 'b02' })).to.deep.equal(['c07-door-1', 'c07-smoke-10'])
      expect(await ids({ online: true })).to.deep.equal(['c07-smoke-2'])
      expect(await ids({ online: false })).to.deep.equal(['c07-door-1', 'c07-smoke-10', 'c08-smoke-1'])
      expect(await ids({ scope: [C08] })).to.deep.equal(['c08-smoke-1'])
      expect(await ids({ q: 'DOOR' })).to.deep.equal(['c07-door-1'])
      expect(await ids({ q: 'D_1' }), '_ stands for itself').to.deep.equal(['c07-door-1'])
      expect(await ids({ q: '0%' }), '% stands for itself').to.deep.equal(['c07-smoke-10'])
      expect(await ids({ q: '\\' })).to.deep.equal([])
      expect(await queries.device('c07-smoke-2')).to.deep.equal({
        id: 'c07-smoke-2', kind: 'smoke', compound: 'c07', gateway: null, location: device('c07-smoke-2').location, model: 'SD-1',
        enrolledAt: 1_700_000_000_000, online: true, lastSeenAt: 5, latest: {}
      })
    })

    it('pages the commands of a device newest first, keeps the last word on each, and finds one by its id', async () => {
      const every = { state: 'done', message: '好', holding: true, expiresAt: null, sentAt: 2, acceptedAt: 3, doneAt: 4, failedAt: 5, expiredAt: 6 } as const
      await store.commit(changes(1, { commands: [...Array.from({ length: 11 }, (_, n) => command(n + 1)), command(12, { device: 'c07-door-2' as DeviceId })] }))
      await store.commit(changes(2, { commands: [command(10, every)] }))
      const first = await queries.commands('c07-door-1' as DeviceId, { limit: 4 })
      expect(first.items).to.deep.equal([command(11), command(10, every), command(9), command(8)])
      const second = await queries.commands('c07-door-1' as DeviceId, { limit: 100, cursor: first.next! })
      expect([second.items.map(({ id }) => id), second.next]).to.deep.equal([['k7', 'k6', 'k5', 'k4', 'k3', 'k2', 'k1'], null])
      expect(await queries.command('k12')).to.deep.equal(command(12, { device: 'c07-door-2' as DeviceId }))
      for (const nobody of ['k13', 'a1', '1', 'k01', 'k1 or 1']) expect(await queries.command(nobody), nobody).to.equal(null)
    })

    it('pages quarantine newest first, within the scope', async () => {
      await store.commit(changes(1, { quarantine: [refusal(1, 0), refusal(1, 1), refusal(2, 0, { compound: null }), refusal(3, 0, { device: 'x' as DeviceId })] }))
      const first = await queries.quarantine({ scope: 'all' }, { limit: 3 })
      const second = await queries.quarantine({ scope: 'all' }, { limit: 3, cursor: first.next! })
      expect([...first.items, ...second.items].map(({ position, n }) => [position, n])).to.deep.equal([[3, 0], [2, 0], [1, 1], [1, 0]])
      expect(second.next).to.equal(null)
      expect((await queries.quarantine({ scope: [C07], device: 'c07-smoke-1' }, { limit: 9 })).items.map(({ n }) => n)).to.deep.equal([1, 0])
    })

    it('refuses a cursor that the list did not give out', async () => {
      await store.commit(changes(1, { alarms: [alarm(1), alarm(2)] }))
      const { next } = await queries.alarms({ scope: 'all', state: 'all' }, { limit: 1 })
      for (const cursor of ['', 'nonsense', '!', next!.slice(1), Buffer.from('["alarms","1"]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
        const code = await queries.alarms({ scope: 'all', state: 'all' }, { limit: 1, cursor }).then(() => 'taken', (error: { code: string }) => error.code)
        expect(code, cursor).to.equal('bad-cursor')
      }
      const other = await queries.devices({ scope: 'all' }, { limit: 1, cursor: next! }).then(() => 'taken', (error: { code: string }) => error.code)
      expect(other).to.equal('bad-cursor')
    })

    it('loads the last complete snapshot: changed pieces over unchanged ones, without those that are gone', async () => {
      expect(await store.loadSnapshot()).to.deep.equal({ position: 0, pieces: [] })
      await store.saveSlice(5, [{ key: 'a', value: '1' }, { key: 'b', value: '1' }])
      await store.saveSlice(5, [{ key: 'c', value: '1' }])
      await store.completeSnapshot(5)
      await store.saveSlice(9, [{ key: 'b', value: '2' }, { key: 'c', value: null }])
      await store.completeSnapshot(9)
      const expected = { position: 9, pieces: [{ key: 'a', value: '1' }, { key: 'b', value: '2' }] }
      expect(await store.loadSnapshot()).to.deep.equal(expected)
      store = await opened.reopen()
      expect(await store.loadSnapshot()).to.deep.equal(expected)
    })

    it('forgets alarms, connections, snapshot and cursor when all is to be judged anew, and nothing else', async () => {
      await store.commit(changes(5, { alarms: [alarm(1)] }))
      await store.saveSlice(5, [{ key: 'a', value: '1' }])
      await store.completeSnapshot(5)
      await store.commit(changes(3, { connections: [spell('c07-smoke-1', 5)] }))
      await store.beginAnew()
      expect((await queries.connections('c07-smoke-1' as DeviceId, {}, { limit: 1 })).items).to.deep.equal([])
      expect([await store.cursor(), await store.loadSnapshot()]).to.deep.equal([0, { position: 0, pieces: [] }])
      expect((await queries.alarms({ scope: 'all', state: 'all' }, { limit: 9 })).items).to.deep.equal([])
    })

    it('keeps the former snapshot whole while the next one is incomplete, over a kill and after one that was given up', async () => {
      await store.saveSlice(5, [{ key: 'a', value: '1' }, { key: 'b', value: '1' }])
      await store.completeSnapshot(5)
      await store.saveSlice(9, [{ key: 'a', value: '2' }, { key: 'b', value: null }, { key: 'x', value: '2' }])
      const former = { position: 5, pieces: [{ key: 'a', value: '1' }, { key: 'b', value: '1' }] }
      expect(await store.loadSnapshot()).to.deep.equal(former)
      store = await opened.reopen()
      expect(await store.loadSnapshot()).to.deep.equal(former)
      await store.saveSlice(8, [{ key: 'y', value: '8' }])
      // The one at 8 is given up for one at 11: nothing of it may show in there.
      await store.saveSlice(11, [{ key: 'b', value: '3' }])
      await store.completeSnapshot(11)
      expect(await store.loadSnapshot()).to.deep.equal({ position: 11, pieces: [{ key: 'a', value: '1' }, { key: 'b', value: '3' }] })
    })
  })
}
