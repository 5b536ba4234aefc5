import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { systemClock } from '../kernel/clock.ts'
import type { Part } from '../kernel/lifecycle.ts'
import { LoopDelay } from './loop-delay.ts'

/** How often the loop is looked at, ms. What is measured is the time between two looks, so this much of it is no delay. */
const RESOLUTION = 10

/** Metrics of the runtime that look at each open socket: with 7,300 of them a scrape held the main thread up for 30 ms. What the broker counts says the same. */
const TOO_DEAR = [
  'process_open_fds', 'nodejs_active_handles', 'nodejs_active_handles_total', 'nodejs_active_requests', 'nodejs_active_requests_total', 'nodejs_active_resources',
  'nodejs_active_resources_total'
]

/** Where every room registers its numbers; all are named `gatehouse_…`. Nothing is measured before `start`. */
export class Metrics implements Part {
  readonly name = 'metrics'
  readonly registry = new Registry()
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  readonly #life = new LoopDelay(this.registry, systemClock)

  start(): void {
    this.#delay.enable()
    this.#life.start()
    collectDefaultMetrics({ register: this.registry, prefix: 'gatehouse_' })
    for (const name of TOO_DEAR) this.registry.removeSingleMetric(`gatehouse_${name}`)
    const delay = this.#delay
    const gauge: Gauge = new Gauge({
      name: 'gatehouse_main_thread_delay_p99_seconds', help: 'Delay of the main thread since it was last asked, 99th percentile', registers: [this.registry],
      collect() {
        // Without a sample yet the percentile is not a number.
        const p99 = delay.percentile(99)
        gauge.set(Number.isFinite(p99) ? Math.max(0, p99 / 1e6 - RESOLUTION) / 1000 : 0)
        delay.reset()
      }
    })
  }

  stop(): void {
    this.#delay.disable()
    this.#life.stop()
  }
}

/** Counts and times every answer by call and status; addresses are not labels, for they name devices. */
export function measureRequests(registry: Registry): RequestHandler {
  const seconds = new Histogram({
    name: 'gatehouse_http_request_seconds', help: 'Time to answer an HTTP request', labelNames: ['call', 'status'], registers: [registry],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
  })
  return (_request, response, next) => {
    const end = seconds.startTimer()
    response.once('finish', () => {
      const call: unknown = response.locals['call']
      end({ call: typeof call === 'string' ? call : 'other', status: response.statusCode })
    })
    next()
  }
}
