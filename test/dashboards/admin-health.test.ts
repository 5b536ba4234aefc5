import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { describe, it } from 'mocha'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

describe('the health page', () => {
  it('asks for numbers that the platform gives, those of InfluxDB among them', () => {
    const asked = [...read('dashboards/src/screens/admin-health.tsx').matchAll(/'(gatehouse_\w+)'/g)].map(([, name = '']) => name)
    const given = ['services/measures.ts', 'services/api/metrics.ts', 'services/live/live.ts'].map(read).join('\n')
    // Those of the runtime come from prom-client, with our prefix.
    for (const name of asked.filter((one) => !one.startsWith('gatehouse_process_'))) expect(given, name).to.contain(`'${name}'`)
    for (const name of ['stalled', 'lag_seconds', 'behind', 'points_total', 'failures_total', 'refused_total', 'rollups_waiting', 'disk_full_timestamp_seconds']) {
      expect(asked).to.include(`gatehouse_influx_${name}`)
    }
  })
})
