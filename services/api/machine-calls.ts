import type { Handlers } from './exchange.ts'
import type { ApiHouse } from './house.ts'
import { Problem } from './problem.ts'

type Calls = 'machine.alive' | 'machine.ready' | 'machine.metrics'

/**
 * For whatever watches the platform. They need no login, for a watchdog and a collector have none; that is why nothing here names a
 * person, a home or a device.
 */
export function machineCalls(house: ApiHouse): Pick<Handlers, Calls> {
  return {
    'machine.alive': () => ({ status: 'alive' }),
    'machine.ready'() {
      const { ready, parts } = house.health()
      if (ready) return { status: 'ready', parts }
      throw new Problem('not-ready', Object.entries(parts).map(([name, state]) => `${name}: ${String(state)}`).join(', '), { headers: { 'Retry-After': '1' } })
    },
    'machine.metrics': () => house.metrics.metrics()
  }
}
