/** A process that takes in reports and actions as fast as it can, until it is killed. Says on standard output what was acknowledged and what was raised. */
import { Brain } from '../../../services/brain/brain.ts'
import { systemClock } from '../../../services/kernel/clock.ts'
import { createLog } from '../../../services/kernel/log.ts'
import type { NewEntry } from '../../../services/store/ports.ts'
import { SqliteJournal } from '../../../services/store/sqlite/journal.ts'
import { act, ENROL, id, message } from './entries.ts'

const dataDir = process.argv[2] ?? ''
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const onFatal = (error: Error): void => {
  say(`fatal ${error.message}`)
  process.exit(1)
}
const journal = new SqliteJournal({ dataDir, clock: systemClock, onFatal })
const append = (entry: NewEntry): void => journal.append(entry, (error, position) => say(error ? `fatal ${error.message}` : `stored ${position}`))

await journal.open()
// Without the time of quiet, alarms come and go within a run.
append({ type: 'started', settings: { 'smoke.alarm.quiet': 0, 'smoke.heat.quiet': 0 } })
let newest = 1
const brain = new Brain({ dataDir, journal, log: createLog('silent'), onFatal })
brain.onOutcome(({ transitions }) => {
  for (const { alarm, transition } of transitions) {
    newest = Math.max(newest, Number(alarm.id.slice(1)))
    say(`line ${alarm.id} ${transition.n} ${transition.name} ${transition.occurrences}`)
  }
})
await brain.start()
await brain.caughtUp()
say(`caught-up ${brain.position}`)
for (const action of ENROL) {
  const reply = await brain.act('system', action)
  say(`reply ${reply.ok ? 'ok' : reply.code}`)
}

let n = 0
const load = (): void => {
  for (let more = 0; more < 20; more += 1) {
    n += 1
    const ts = Date.now()
    append(message(n % 2 === 0 ? 's1' : 's2', 'smoke', 'telemetry', { ts, boot: String(process.pid), seq: n, alarm: n % 7 < 3, temperature: n % 11 === 0 ? 70 : 20 }, 'g1'))
    append(message('d1', 'door', 'event', { ts, boot: String(process.pid), seq: n, type: n % 3 === 0 ? 'forced' : 'closed' }))
    if (n % 5 === 0) append({ type: 'connected', device: id('d1'), session: n, address: '::1' })
    // What is open is among the last few, as far as this process knows.
    const alarm = `a${Math.max(1, newest - n % 6)}`
    if (n % 4 === 0) append(act({ name: 'alarm.acknowledge', alarm, note: null }))
    if (n % 3 === 0) append(act({ name: 'alarm.close', alarm, cause: n % 2 === 0 ? 'drill' : 'cooking', note: null }))
  }
  // As fast as it is judged, and no faster.
  if (journal.pending + brain.behind < 2000) setImmediate(load)
  else setTimeout(load, 5)
}
load()
