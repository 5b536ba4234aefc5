import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { CompoundId, DeviceId } from '../../../../protocol/names.ts'
import { createLog } from '../../../../services/kernel/log.ts'
import type { LatestChange, NewEntry } from '../../../../services/store/ports.ts'
import { dayOf } from '../../../../services/store/sqlite/day.ts'
import { createStore } from '../../../../services/store/sqlite/index.ts'
import type { Store } from '../../../../services/store/sqlite/index.ts'
import { openOperations } from '../../../../services/store/sqlite/operations.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { append, messageOf } from '../journal-contract.ts'
import { changes } from '../records.ts'
import { save } from '../pictures-contract.ts'

const DAY = 86_400_000
const C07 = 'c07' as CompoundId

describe('the embedded store', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: FakeClock
  let store: Store
  /** Where something else that reads the journal is. */
  let elsewhere = Infinity
  const make = (): Store => createStore({
    dataDir: folder.path, clock, log: createLog('silent'), retentionDays: 14, passed: () => elsewhere,
    onFatal: (error) => {
      throw error
    }
  })
  beforeEach(async () => {
    elsewhere = Infinity
    folder = temporaryFolder()
    clock = new FakeClock(Date.parse('2026-03-10T12:00:00Z'))
    store = make()
    await store.start()
  })
  afterEach(async () => {
    await store.stop()
    folder.remove()
  })

  const reading = (temperature: number, compound = 'c07'): NewEntry => ({
    ...messageOf(1), device: `${compound}-smoke-1` as DeviceId, compound: compound as CompoundId, body: Buffer.from(JSON.stringify({ ts: clock.now(), temperature }))
  } as NewEntry)
  const written = (position: number): Promise<void> => new Promise((resolve) => {
    const check = (): void => {
      if (store.history.position >= position) resolve()
    }
    store.history.onProgress(check)
    check()
  })

  it('writes history behind the journal and tells of what changed in the watched compounds', async () => {
    const told: LatestChange[] = []
    store.history.onLatest((latest) => told.push(...latest))
    store.history.watch([C07])
    await Promise.all([append(store.journal, reading(20)), append(store.journal, reading(21, 'c08'))])
    await written(2)
    expect(told.map(({ device, values }) => [device, values['temperature']?.value])).to.deep.equal([['c07-smoke-1', 20]])
    store.history.watch('all')
    await written(await append(store.journal, reading(22, 'c08')))
    expect(told.at(-1)?.device).to.equal('c08-smoke-1')
    store.history.watch([])
    await written(await append(store.journal, reading(23)))
    expect(told).to.have.length(2)
    expect((await store.queries.readings('c07-smoke-1' as DeviceId, 'temperature', clock.now() - 1, clock.now() + 1, 1)).points).to.deep.equal([[clock.now() - 1, 21.5, 20, 23, 2]])
  })

  it('goes on with history where it was when it is started again', async () => {
    await written(await append(store.journal, reading(20)))
    const unwritten = append(store.journal, reading(30))
    await store.stop()
    store = make()
    await store.start()
    await written(await unwritten)
    const { points } = await store.queries.readings('c07-smoke-1' as DeviceId, 'temperature', clock.now(), clock.now() + 1, 1)
    expect(points).to.deep.equal([[clock.now(), 25, 20, 30, 2]])
  })

  it('keeps acknowledging while history is stalled by a damaged file, says so, and catches up when it is gone', async () => {
    const damaged = join(folder.path, 'history', `${dayOf(clock.now())}.sqlite`)
    writeFileSync(damaged, 'no database at all '.repeat(100))
    const stalls: (string | null)[] = []
    const goesOn = Promise.withResolvers<void>()
    const stands = Promise.withResolvers<void>()
    store.history.onStalled((reason) => {
      stalls.push(reason)
      if (reason === null) goesOn.resolve()
      else stands.resolve()
    })
    expect(await append(store.journal, reading(20))).to.equal(1)
    await stands.promise
    expect(store.history.stalled).to.contain(damaged)
    expect(await append(store.journal, reading(21))).to.equal(2)
    rmSync(damaged)
    await goesOn.promise
    await written(2)
    expect(store.history.stalled).to.equal(null)
    expect((await store.queries.readings('c07-smoke-1' as DeviceId, 'temperature', clock.now(), clock.now() + 1, 1)).points).to.deep.equal([[clock.now(), 20.5, 20, 21, 2]])
  })

  it('drops old days of everything, and of the journal what the brain does not need any more', async () => {
    const operations = openOperations(folder.path)
    let last = 0
    for (let n = 0; n < 4; n += 1) {
      last = await append(store.journal, reading(n))
      await save(store.pictures, 'c07-camera-1', 'r1', new Uint8Array([n]))
      clock.tick(DAY)
    }
    await written(last)
    await operations.commit(changes(last))
    await operations.completeSnapshot(2)
    await store.dropBefore({ readings: dayOf(clock.now() - DAY), passages: dayOf(clock.now() - DAY), pictures: dayOf(clock.now() - 2 * DAY) })
    const days = (name: string): string[] => [...new Set(readdirSync(join(folder.path, name)).map((file) => file.slice(0, 10)))].filter((day) => day.startsWith('20')).sort()
    const ago = (n: number): string => dayOf(clock.now() - n * DAY)
    expect(days('journal')).to.deep.equal([ago(2), ago(1)])
    expect(days('history')).to.deep.equal([ago(1)])
    expect(days('pictures')).to.deep.equal([ago(2), ago(1)])
    await operations.close()
  })

  it('keeps passages of days whose readings are gone, and nothing else of them, until their own time is over', async () => {
    const operations = openOperations(folder.path)
    const said = (type: string, seq: number): NewEntry => ({
      ...messageOf(1), kind: 'door', device: 'c07-door-1' as DeviceId, channel: 'event', body: Buffer.from(JSON.stringify({ ts: clock.now(), boot: 'b', seq, type, method: 'card' }))
    } as NewEntry)
    const first = clock.now()
    let last = 0
    for (let n = 0; n < 3; n += 1) {
      for (const [index, type] of ['granted', 'opened', 'denied'].entries()) last = await append(store.journal, said(type, n * 3 + index))
      last = await append(store.journal, reading(n))
      clock.tick(DAY)
    }
    await written(last)
    await operations.commit(changes(last))
    await operations.completeSnapshot(last)
    const events = async (): Promise<string[]> => (await store.queries.events('c07-door-1' as DeviceId, {}, { limit: 100 })).items.map(({ ts, type }) => `${dayOf(ts).slice(8)} ${type}`)
    const whole = await events()
    expect(whole).to.have.length(9)
    const days = { readings: dayOf(clock.now() - DAY), passages: dayOf(first), pictures: dayOf(clock.now()) }
    await store.dropBefore(days)
    expect(await events()).to.deep.equal(['12 denied', '12 opened', '12 granted', '11 denied', '11 granted', '10 denied', '10 granted'])
    expect((await store.queries.readings('c07-smoke-1' as DeviceId, 'temperature', first, clock.now(), 10)).points).to.have.length(1)
    const { items, next } = await store.queries.events('c07-door-1' as DeviceId, {}, { limit: 4 })
    expect(items).to.have.length(4)
    expect((await store.queries.events('c07-door-1' as DeviceId, {}, { limit: 4, cursor: next ?? '' })).items).to.have.length(3)
    await store.dropBefore(days)
    expect(await events(), 'again is the same').to.have.length(7)
    await store.dropBefore({ ...days, passages: dayOf(first + DAY) })
    expect(await events()).to.deep.equal(['12 denied', '12 opened', '12 granted', '11 denied', '11 granted'])
    await operations.close()
  })

  it('drops no day of the journal that something else, such as the forwarder to InfluxDB, has not read', async () => {
    const operations = openOperations(folder.path)
    let last = 0
    for (let n = 0; n < 4; n += 1) {
      last = await append(store.journal, reading(n))
      clock.tick(DAY)
    }
    await written(last)
    await operations.commit(changes(last))
    await operations.completeSnapshot(last)
    const days = async (): Promise<number> => {
      await store.dropBefore({ readings: dayOf(clock.now()), passages: dayOf(clock.now()), pictures: dayOf(clock.now()) })
      return readdirSync(join(folder.path, 'journal')).filter((file) => file.endsWith('.sqlite')).length
    }
    elsewhere = 0
    expect(await days()).to.equal(4)
    elsewhere = 2
    expect(await days()).to.equal(2)
    await operations.close()
  })

  it('refuses to start where another one runs', async () => {
    const second = make()
    const code = await second.start().then(() => 'started', (error: { code: string }) => error.code)
    expect(code).to.equal('data-dir-in-use')
  })

  it('refuses to start, and names DATA_DIR, where nothing can be written', async () => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    // Where there is a /proc, it takes no folders and says that they do not exist, as if a parent were missing.
    for (const dataDir of [file, join(file, 'below'), ...(existsSync('/proc/self') ? ['/proc/gatehouse/data'] : [])]) {
      const other = createStore({ dataDir, clock, log: createLog('silent'), retentionDays: 14, onFatal: () => undefined })
      const refusal = await other.start().then(() => null, (error: { code: string; message: string }) => error)
      expect(refusal?.code).to.equal('data-dir-unusable')
      expect(refusal?.message).to.contain(`DATA_DIR ${dataDir}`)
    }
  })
})
