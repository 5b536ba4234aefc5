import { expect } from 'chai'
import { createLog } from '../../services/kernel/log.ts'
import { keepRetention } from '../../services/retention.ts'
import type { OldRecords } from '../../services/store/ports.ts'
import { FakeClock } from '../support/fake-clock.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const NOON = Date.parse('2026-06-30T12:00:00Z')
const settled = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('Retention', () => {
  let clock: FakeClock
  let slices: { before: OldRecords; limit: number }[]
  let days: Record<string, string>[]
  /** How many old records there are. */
  let old: number
  let stop: () => void
  beforeEach(() => {
    clock = new FakeClock(NOON)
    slices = []
    days = []
    old = 0
  })
  afterEach(() => stop())
  function start(fails = false): void {
    stop = keepRetention({
      config: { retentionDays: 14, pictureDays: 30, passageDays: 31, quarantineDays: 32, alarmDays: 1095, auditDays: 1000 },
      store: {
        dropBefore: async (given) => {
          days.push({ ...given })
          if (fails) throw new Error('no')
        }
      },
      records: {
        removeOld: async (before, limit) => {
          slices.push({ before, limit })
          if (fails) throw new Error('no')
          const slice = Math.min(limit, old)
          old -= slice
          return slice
        }
      },
      clock, log: createLog('silent')
    })
  }

  it('removes each kind of thing after its own days, at the start and each hour', async () => {
    start()
    await settled()
    expect(days).to.deep.equal([{ readings: '2026-06-16', passages: '2026-05-30', pictures: '2026-05-31' }])
    expect(slices[0]?.before).to.deep.equal({ quarantine: NOON - 32 * DAY, alarms: NOON - 1095 * DAY, audit: NOON - 1000 * DAY, commands: NOON - 1000 * DAY, connections: NOON - 14 * DAY })
    clock.tick(24 * HOUR)
    await settled()
    expect(days.at(-1)?.['readings']).to.equal('2026-06-17')
  })

  it('goes in small slices with a pause behind each, until nothing old is left', async () => {
    old = 350
    start()
    await settled()
    expect(slices).to.have.length(1)
    expect(slices[0]?.limit).to.be.at.most(200)
    for (let n = 0; n < 10; n += 1) {
      clock.tick(100)
      await settled()
    }
    expect(old).to.equal(0)
    expect(slices).to.have.length(4)
  })

  it('does not begin a second round while one is under way', async () => {
    old = 1_000_000
    start()
    await settled()
    clock.tick(HOUR)
    await settled()
    expect(slices).to.have.length(2)
  })

  it('tries again after a failure, and stops in the middle when it is told to', async () => {
    start(true)
    await settled()
    clock.tick(HOUR)
    await settled()
    expect([days.length, slices.length]).to.deep.equal([2, 2])
    stop()
    old = 1000
    start()
    await settled()
    stop()
    clock.tick(HOUR)
    await settled()
    expect(old).to.equal(900)
  })
})
