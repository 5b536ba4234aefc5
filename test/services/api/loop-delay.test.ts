import { expect } from 'chai'
import { Registry } from 'prom-client'
import { LoopDelay } from '../../../services/api/loop-delay.ts'
import { FakeClock } from '../../support/fake-clock.ts'

describe('the delay of the main thread', () => {
  let registry: Registry
  let clock: FakeClock
  let now: number
  let cpu: number
  let delay: LoopDelay
  const value = async (name: string): Promise<number> => Number(new RegExp(`^${name.replaceAll(/[{}+]/g, String.raw`\$&`)} (\\S+)`, 'm').exec(await registry.metrics())?.[1])
  const stepsWithin = (seconds: string): Promise<number> => value(`gatehouse_main_thread_delay_seconds_bucket{le="${seconds}"}`)
  /** The timer fires `late` ms after its time. */
  const look = (late = 0): void => {
    now += 10 + late
    clock.tick(10)
  }
  beforeEach(() => {
    registry = new Registry()
    clock = new FakeClock()
    now = 5000
    cpu = 100
    delay = new LoopDelay(registry, clock, () => now, () => cpu)
    delay.start()
  })
  afterEach(() => delay.stop())

  it('is counted over the whole life, however often somebody asks', async () => {
    for (let n = 0; n < 50; n += 1) look()
    expect(await stepsWithin('0.001')).to.equal(50)
    for (let n = 0; n < 50; n += 1) look(1.5)
    expect([await stepsWithin('0.001'), await stepsWithin('0.002')]).to.deep.equal([50, 100])
  })

  it('counts everybody who waited during a stall, not the stall once', async () => {
    look(100)
    expect(await value('gatehouse_main_thread_delay_seconds_count')).to.equal(10)
    expect([await stepsWithin('0.01'), await stepsWithin('0.05'), await stepsWithin('0.1')]).to.deep.equal([1, 5, 10])
  })

  it('is told apart from the time in which the thread waited for a processor', async () => {
    cpu += 30
    look(100)
    expect([await value('gatehouse_main_thread_delay_seconds_count'), await value('gatehouse_main_thread_own_delay_seconds_count')]).to.deep.equal([10, 3])
    cpu += 200
    look(40)
    expect(await value('gatehouse_main_thread_own_delay_seconds_count')).to.equal(7)
  })

  it('says how long the worst was and when it was over, and a clock that is set is no delay', async () => {
    look(30)
    const at = clock.now() / 1000
    look(5)
    clock.set(clock.now() + 3_600_000)
    look()
    expect(await value('gatehouse_main_thread_worst_delay_seconds')).to.equal(0.03)
    expect(await value('gatehouse_main_thread_worst_delay_timestamp_seconds')).to.equal(at)
  })
})
