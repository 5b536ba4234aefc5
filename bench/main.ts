/** `npm run bench [-- name …]`: runs the measurements one after the other, prints a table each, and keeps JSON in `bench/results/`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

type Rows = readonly object[]
interface Measurement {
  readonly about: string
  readonly run: () => Promise<Rows> | Rows
}

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  journal: { about: 'the journal: main thread, writer, reader', run: async () => (await import('./journal.ts')).run() },
  embedded: { about: 'history in the embedded store: form of the rows, cost of the projection', run: async () => (await import('./embedded.ts')).run() },
  broker: { about: 'the broker alone beside bare Aedes and Mosquitto', run: async () => (await import('./broker.ts')).run() },
  platform: { about: 'acknowledged after commit and judged, beside Mosquitto without storage', run: async () => (await import('./platform.ts')).run() },
  history: { about: 'history in InfluxDB beside writing straight to it: rows/s, CPU, lag, an outage with every point counted (BENCH_OUTAGE_MESSAGES, 300000)', run: async () => (await import('./history.ts')).run() },
  outage: { about: 'an hour without InfluxDB at 1,000 messages/s, caught up and counted (BENCH_OUTAGE_SECONDS, 3600)', run: async () => (await import('./outage.ts')).run() },
  pilot: { about: 'the whole pilot with a power cut in the middle (BENCH_PILOT_MINUTES, 10)', run: async () => (await import('./pilot.ts')).run() },
  truth: { about: 'the whole pilot, every scenario, the platform killed twice: what it told (BENCH_TRUTH_MINUTES, 10)', run: async () => (await import('./truth.ts')).run() },
  alarm: { about: 'smoke published → Socket.io client', run: async () => (await import('./alarm.ts')).run() },
  flows: { about: 'alarms and acknowledgements beside flows that rest, flows in a loop for ever, and none', run: async () => (await import('./flows.ts')).run() },
  browser: { about: 'the control room in a real Chromium while the whole pilot is live', run: async () => (await import('./browser.ts')).run() }
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(MEASUREMENTS, name))
if (unknown.length > 0) {
  console.error(`there is no measurement ${unknown.join(', ')}; there are: ${Object.keys(MEASUREMENTS).join(', ')}`)
  process.exit(2)
}
const results: Record<string, Rows> = {}
for (const [name, { about, run }] of Object.entries(MEASUREMENTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n${name}: ${about}`)
  results[name] = await run()
  console.table(results[name])
}
const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
const at = new Date().toISOString()
const file = join(folder, `${at.replaceAll(/[:.]/g, '-')}.json`)
writeFileSync(file, `${JSON.stringify({ at, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem(), results }, null, 2)}\n`)
console.log(`\nkept in ${file}`)
