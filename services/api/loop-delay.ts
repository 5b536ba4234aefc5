import { Gauge, Histogram } from 'prom-client'
import type { Registry } from 'prom-client'
import type { Clock } from '../kernel/clock.ts'

/** Every so many ms somebody is imagined to need the main thread. */
const STEP = 10
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/**
 * How long the main thread keeps somebody waiting, over its whole life: a histogram of what a message that came at any moment would have waited. While the thread is
 * held up for 800 ms, 80 steps fall due, and each of them waits: counting the stall as one sample of many would hide it in the 99th percentile.
 */
export class LoopDelay {
  readonly #clock: Clock
  readonly #now: () => number
  readonly #cpu: () => number
  readonly #seconds: Histogram
  readonly #own: Histogram
  #spent = 0
  #worst = 0
  #worstAt = 0
  #due = 0
  #stop: (() => void) | null = null

  /** `now`: milliseconds that nobody sets, unlike those of the clock. `cpu`: milliseconds of a processor that this thread has had. */
  constructor(registry: Registry, clock: Clock, now: () => number = () => performance.now(), cpu: () => number = cpuOfThread) {
    this.#clock = clock
    this.#now = now
    this.#cpu = cpu
    const registers = [registry]
    this.#seconds = new Histogram({ name: 'gatehouse_main_thread_delay_seconds', help: 'Time that the main thread kept somebody waiting, looked at every 10 ms', buckets: BUCKETS, registers })
    this.#own = new Histogram({
      name: 'gatehouse_main_thread_own_delay_seconds', help: 'The same, as far as the main thread itself worked then: the rest it waited for a processor', buckets: BUCKETS, registers
    })
    const worst: Gauge = new Gauge({
      name: 'gatehouse_main_thread_worst_delay_seconds', help: 'Longest time that the main thread kept anybody waiting since its start', registers,
      collect: () => worst.set(this.#worst)
    })
    const at: Gauge = new Gauge({
      name: 'gatehouse_main_thread_worst_delay_timestamp_seconds', help: 'When that was over; 0: never yet', registers,
      collect: () => at.set(this.#worstAt)
    })
  }

  start(): void {
    this.#due = this.#now() + STEP
    this.#spent = this.#cpu()
    this.#stop = this.#clock.every(STEP, () => this.#look())
  }

  stop(): void {
    this.#stop?.()
  }

  #look(): void {
    const now = this.#now()
    const late = now - this.#due
    if (late / 1000 > this.#worst) {
      this.#worst = late / 1000
      this.#worstAt = this.#clock.now() / 1000
    }
    const spent = this.#cpu()
    observe(this.#seconds, late)
    observe(this.#own, Math.min(late, spent - this.#spent))
    this.#spent = spent
    this.#due = now + STEP
  }
}

/** Every step that fell due since the last look waited until now. */
function observe(seconds: Histogram, late: number): void {
  for (let wait = late; wait > 0; wait -= STEP) seconds.observe(wait / 1000)
  if (late <= 0) seconds.observe(0)
}

function cpuOfThread(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
