import { expect } from 'chai'
import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Action } from '../../services/brain/port.ts'
import type { Reply } from '../../services/brain/outcome.ts'
import { watchSelf } from '../../services/self-watch.ts'
import { eventually } from '../support/eventually.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('the watch over the platform itself', () => {
  const folder = temporaryFolder()
  let clock: FakeClock
  let told: { actor: string; action: Action }[]
  let refuses: boolean
  let asked: number
  let end = (): void => undefined
  const influx = { lag: 0 }
  const brain = {
    act(actor: string, action: Action): Promise<Reply> {
      asked += 1
      if (refuses) return Promise.reject(new Error('the disk is full'))
      told.push({ actor, action })
      return Promise.resolve({ ok: true, value: null })
    }
  }
  beforeEach(() => {
    clock = new FakeClock()
    told = []
    asked = 0
    refuses = false
    influx.lag = 0
  })
  afterEach(() => end())
  after(() => folder.remove())

  const lags = (): unknown[] => told.map(({ action }) => 'historyLag' in action && action.historyLag)
  /** Waits until a look at this lag has been told. */
  async function look(lag: number, times: number): Promise<void> {
    influx.lag = lag
    await eventually('it is told', () => {
      clock.tick(5000)
      return told.length === times
    })
  }

  it('tells what it sees soon after it starts, when what was left is forwarded, and then only what changed', async () => {
    influx.lag = 7_200_000
    end = watchSelf({ brain, influx, dataDir: folder.path, clock })
    await new Promise((done) => setImmediate(done))
    expect(asked).to.equal(0)
    await look(0, 1)
    expect(told[0]).to.deep.include({ actor: 'system' })
    expect(told[0]!.action).to.include({ name: 'platform.seen', historyLag: 0 })
    expect(told[0]!.action).to.have.property('diskFree').that.is.within(0, 1)
    influx.lag = 2000
    for (let n = 0; n < 5; n += 1) {
      clock.tick(5000)
      await new Promise((done) => setImmediate(done))
    }
    await look(12_345, 2)
    await look(900, 3)
    expect(lags()).to.deep.equal([0, 12_345, 900])
  })

  it('says null where there is no InfluxDB or no such disk', async () => {
    end = watchSelf({ brain, influx: null, dataDir: '/nowhere/at/all', clock })
    await look(0, 1)
    expect(told[0]!.action).to.deep.equal({ name: 'platform.seen', historyLag: null, diskFree: null })
  })

  it('tells it again when the journal did not take it', async () => {
    refuses = true
    end = watchSelf({ brain, influx, dataDir: folder.path, clock })
    await eventually('it tries', () => {
      clock.tick(5000)
      return asked > 0
    })
    refuses = false
    influx.lag = 7000
    await eventually('it is told', () => {
      clock.tick(5000)
      return lags().at(-1) === 7000
    })
  })
})
