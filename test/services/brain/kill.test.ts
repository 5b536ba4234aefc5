import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Brain } from '../../../services/brain/brain.ts'
import { Fold } from '../../../services/brain/fold.ts'
import { systemClock } from '../../../services/kernel/clock.ts'
import { createLog } from '../../../services/kernel/log.ts'
import { judgeDevice } from '../../../services/rules/engine.ts'
import { SqliteJournal } from '../../../services/store/sqlite/journal.ts'
import { SqliteJournalReader } from '../../../services/store/sqlite/journal-reader.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ENROL, started } from './entries.ts'

const PROCESS = fileURLToPath(new URL('judging-process.ts', import.meta.url))

/** Runs it until it has stored so many entries, then kills it. Answers what it said. */
async function runAndKill(dataDir: string, afterStored: number): Promise<string[]> {
  const child = spawn(process.execPath, [PROCESS, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  let stored = 0
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    if (line.startsWith('stored') && lines.some((line) => line.startsWith('caught-up'))) stored += 1
    if (stored >= afterStored) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return lines
}

/** Starts it on what was left, lets it catch up, and ends it cleanly. Answers how far the journal is. */
async function startAndStop(dataDir: string): Promise<number> {
  const { brain, journal, close } = await open(dataDir)
  await brain.caughtUp()
  expect(brain.position).to.equal(journal.head)
  await close()
  return journal.head
}

async function open(dataDir: string): Promise<{ journal: SqliteJournal; brain: Brain; close: () => Promise<void> }> {
  const onFatal = (error: Error): void => { throw error }
  const journal = new SqliteJournal({ dataDir, clock: systemClock, onFatal })
  await journal.open()
  await new Promise<void>((done) => journal.append(started, () => done()))
  const brain = new Brain({ dataDir, journal, log: createLog('silent'), onFatal })
  await brain.start()
  const close = async (): Promise<void> => {
    await brain.stop()
    await journal.close()
  }
  return { journal, brain, close }
}

/** What every alarm came to, and each line of its timeline, judged once more from the first entry of the journal. */
function judgedAnew(dataDir: string): { position: number; alarms: string[]; lines: string[] } {
  const reader = new SqliteJournalReader(dataDir)
  const fold = new Fold({ judge: judgeDevice, onFault: (error) => { throw error } })
  const alarms = new Map<string, string>()
  const lines: string[] = []
  for (let entries = reader.read(0, 1000); entries.length > 0; entries = reader.read(fold.position, 1000)) {
    for (const entry of entries) fold.apply(entry)
    for (const { alarm, transition } of fold.take().transitions) {
      alarms.set(alarm.id, `${alarm.id} ${alarm.rule} ${alarm.subject} ${alarm.state} ${alarm.occurrences}`)
      lines.push(`${alarm.id} ${transition.n} ${transition.name} ${transition.at} ${transition.who}`)
    }
  }
  reader.close()
  return { position: fold.position, alarms: [...alarms.values()].sort(), lines: lines.sort() }
}

function stored(dataDir: string): { position: number; alarms: string[]; lines: string[] } {
  const db = new DatabaseSync(join(dataDir, 'operations.sqlite'), { readOnly: true })
  const texts = (sql: string): string[] => db.prepare(sql).all().map((row) => String(row['text'])).sort()
  const position = Number(db.prepare(`SELECT position FROM mark WHERE name = 'cursor'`).get()?.['position'])
  const alarms = texts(`SELECT 'a' || n || ' ' || rule || ' ' || subject || ' ' || state || ' ' || occurrences AS text FROM alarm`)
  const lines = texts(`SELECT 'a' || alarm || ' ' || n || ' ' || name || ' ' || at || ' ' || who AS text FROM transition`)
  db.close()
  return { position, alarms, lines }
}

describe('a brain that is killed', () => {
  it('has after each start what it had, nothing twice, and its alarms go on being counted', async function () {
    this.timeout(120_000)
    const folder = temporaryFolder()
    try {
      const told = new Map<string, string>()
      let newest = 0
      for (const after of [150, 1700, 40, 900, 3000]) {
        // Once there is a snapshot to go on from.
        if (after === 40) await startAndStop(folder.path)
        const lines = await runAndKill(folder.path, after)
        expect(lines.filter((line) => line.startsWith('fatal'))).to.deep.equal([])
        const acknowledged = Math.max(...lines.filter((line) => line.startsWith('stored')).map((line) => Number(line.split(' ')[1])))
        expect(acknowledged).to.be.greaterThan(newest)
        newest = acknowledged
        // What is told again after a kill is word for word what was told before it.
        for (const line of lines.filter((line) => line.startsWith('line'))) {
          const [, alarm, n] = line.split(' ')
          const before = told.get(`${alarm} ${n}`)
          expect(before ?? line).to.equal(line)
          told.set(`${alarm} ${n}`, line)
        }
      }
      expect(await startAndStop(folder.path)).to.be.at.least(newest)
      const anew = judgedAnew(folder.path)
      expect(stored(folder.path)).to.deep.equal(anew)
      expect(anew.alarms.length).to.be.greaterThan(7)
      const open = anew.alarms.map((alarm) => alarm.split(' ')).filter(([, , , state]) => state !== 'closed').map(([, rule, subject]) => `${rule} ${subject}`)
      expect(new Set(open).size).to.equal(open.length)
      const numbers = anew.alarms.map((alarm) => Number(alarm.slice(1).split(' ')[0])).sort((a, b) => a - b)
      expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1))
      expect(told.size).to.be.greaterThan(50)
    } finally {
      folder.remove()
    }
  })
})

describe('the brain on the main thread', () => {
  it('answers each who asked, after the commit and after everybody heard of it', async () => {
    const folder = temporaryFolder()
    const { brain, journal, close } = await open(folder.path)
    try {
      const devices: string[] = []
      brain.onOutcome(({ changes }) => void devices.push(...changes.devices.put.map((device) => device.id)))
      const replies = await Promise.all([...ENROL, ...ENROL].map(async (action) => {
        const reply = await brain.act('admin', action)
        expect(stored(folder.path).position).to.be.at.least(2)
        return reply.ok ? 'ok' : reply.code
      }))
      expect(replies).to.deep.equal(['ok', 'ok', 'exists-already', 'ok'])
      expect(devices).to.deep.equal(['g1', 's1', 's2', 'd1', 'k1'])
      expect(brain.position).to.equal(journal.head)
      expect([brain.behind, brain.stalled]).to.deep.equal([0, null])
    } finally {
      await close()
      folder.remove()
    }
  })

  it('refuses actions when the journal takes none', async () => {
    const folder = temporaryFolder()
    const { brain, close } = await open(folder.path)
    await close()
    const error: unknown = await brain.act('admin', ENROL[0]!).then(() => null, (error: unknown) => error)
    expect(error).to.include({ code: 'journal-closed' })
    folder.remove()
  })

  it('has nothing to judge after a clean stop', async () => {
    const folder = temporaryFolder()
    const first = await open(folder.path)
    await first.brain.act('admin', ENROL[0]!)
    await first.close()
    const db = new DatabaseSync(join(folder.path, 'operations.sqlite'), { readOnly: true })
    const marks = new Map(db.prepare('SELECT name, position FROM mark').all().map((row) => [row['name'], row['position']]))
    db.close()
    expect(marks.get('snapshot')).to.equal(marks.get('cursor'))
    const second = await open(folder.path)
    expect(await second.brain.caughtUp()).to.deep.equal([
      { id: 'c07', devices: { total: 0, online: 0 }, alarms: { critical: 0, high: 0, medium: 0, low: 0 } }
    ])
    await second.close()
    folder.remove()
  })
})
