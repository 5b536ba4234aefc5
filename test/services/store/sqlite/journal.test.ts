import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { afterEach, describe, it } from 'mocha'
import { dayOf } from '../../../../services/store/sqlite/day.ts'
import { SqliteJournal } from '../../../../services/store/sqlite/journal.ts'
import { SqliteJournalReader } from '../../../../services/store/sqlite/journal-reader.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { append, journalContract, messageOf, readAll } from '../journal-contract.ts'
import type { OpenedJournal } from '../journal-contract.ts'

const DAY = 86_400_000
const opened: { journal: SqliteJournal; reader: SqliteJournalReader }[] = []

/** A test that fails must not keep the process alive: what it opened is closed here. */
afterEach(async () => {
  for (const { journal, reader } of opened.splice(0)) {
    reader.close()
    await journal.close()
  }
})

async function open(dataDir: string, clock: FakeClock, pageLimit?: number): Promise<{ journal: SqliteJournal; reader: SqliteJournalReader; fatal: Error[] }> {
  const fatal: Error[] = []
  const journal = new SqliteJournal({ dataDir, clock, onFatal: (error) => fatal.push(error), pageLimit })
  const reader = new SqliteJournalReader(dataDir)
  await journal.open()
  opened.push({ journal, reader })
  return { journal, reader, fatal }
}

journalContract('SQLite', async (clock) => {
  const folder = temporaryFolder()
  const openBoth = async (): Promise<OpenedJournal> => {
    const { journal, reader } = await open(folder.path, clock)
    const closeBoth = async (): Promise<void> => {
      reader.close()
      await journal.close()
    }
    return {
      journal, reader,
      reopen: async () => {
        await closeBoth()
        return openBoth()
      },
      close: async () => {
        await closeBoth()
        folder.remove()
      }
    }
  }
  return openBoth()
})

/** Starts the appender; `untilOpen` resolves when it has opened the journal, `lines` grows. */
function startAppender(dataDir: string, mode: 'append' | 'hold'): { child: ChildProcess; lines: string[]; has: (count: number) => Promise<void>; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [fileURLToPath(new URL('appender.ts', import.meta.url)), dataDir, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const waiting: (() => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.endsWith(';')) return
    lines.push(line.slice(0, -1))
    for (const check of waiting) check()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    child, lines, ended,
    has: (count) => new Promise((resolve) => {
      const check = (): void => {
        if (lines.length >= count) resolve()
      }
      waiting.push(check)
      void ended.then(() => resolve())
      check()
    })
  }
}

describe('the SQLite journal', () => {
  const withFolder = async (use: (dataDir: string) => Promise<void>): Promise<void> => {
    const folder = temporaryFolder()
    try {
      await use(folder.path)
    } finally {
      folder.remove()
    }
  }

  it('has every entry that was called back after kill -9, gapless, and goes on behind them', () => withFolder(async (dataDir) => {
    const called = new Map<number, number>()
    for (let kill = 0; kill < 3; kill += 1) {
      const appender = startAppender(dataDir, 'append')
      await appender.has(1500 + kill * 700)
      appender.child.kill('SIGKILL')
      await appender.ended
      expect(appender.lines[0]).to.equal('open')
      for (const line of appender.lines.slice(1)) {
        const [sent, position] = line.split(' ').map(Number)
        called.set(position!, sent!)
      }
    }
    const { journal, reader } = await open(dataDir, new FakeClock(Date.now()))
    const entries = readAll(reader, 1000)
    expect(entries.map((entry) => entry.position)).to.deep.equal(entries.map((_, index) => index + 1))
    expect(called.size).to.be.greaterThan(4000)
    for (const [position, sent] of called) {
      const entry = entries[position - 1]!
      expect(entry.type === 'message' && entry.device).to.equal(`c07-smoke-${sent}`)
    }
    expect(await append(journal, messageOf(0))).to.equal(entries.length + 1)
    reader.close()
    await journal.close()
  }))

  it('refuses a second process on the same DATA_DIR, naming it, until the first one was killed', () => withFolder(async (dataDir) => {
    const first = startAppender(dataDir, 'hold')
    await first.has(1)
    const second = startAppender(dataDir, 'hold')
    expect(await second.ended).to.equal(2)
    expect(second.lines[0]).to.contain(`DATA_DIR ${dataDir} is in use`)
    first.child.kill('SIGKILL')
    await first.ended
    const { journal } = await open(dataDir, new FakeClock())
    await journal.close()
  }))

  it('refuses a second opening in the same process too', () => withFolder(async (dataDir) => {
    const { journal } = await open(dataDir, new FakeClock())
    const code = await open(dataDir, new FakeClock()).then(() => 'opened', (error: { code: string }) => error.code)
    await journal.close()
    expect(code).to.equal('data-dir-in-use')
  }))

  it('answers every entry of a batch that the disk does not take with an error, stores nothing of it, and goes on when there is room', () => withFolder(async (dataDir) => {
    const clock = new FakeClock()
    const { journal, reader, fatal } = await open(dataDir, clock, 40)
    let stored = 0
    let failed = 0
    for (let batch = 0; failed === 0 && batch < 100; batch += 1) {
      const outcomes = await Promise.allSettled([1, 2, 3].map((n) => append(journal, messageOf(n, Buffer.alloc(1000)))))
      const taken = outcomes.filter((outcome) => outcome.status === 'fulfilled').length
      expect(taken).to.be.oneOf([0, 3])
      stored += taken
      failed += 3 - taken
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).to.include({ code: 'journal-write-failed' })
    }
    expect(failed).to.equal(3)
    expect(journal.head).to.equal(stored)
    expect(readAll(reader)).to.have.length(stored)
    expect(journal.pending).to.equal(0)
    // A new day's file has room again.
    clock.tick(DAY)
    expect(await append(journal, messageOf(9))).to.equal(stored + 1)
    expect(readAll(reader)).to.have.length(stored + 1)
    expect(fatal).to.deep.equal([])
    reader.close()
    await journal.close()
  }))

  it('continues behind a newest file that is empty, and behind one whose making was cut off', () => withFolder(async (dataDir) => {
    const clock = new FakeClock()
    const first = await open(dataDir, clock)
    await append(first.journal, messageOf(1))
    await first.journal.close()
    writeFileSync(join(dataDir, 'journal', `${dayOf(clock.now() + DAY)}.sqlite`), '')
    const second = await open(dataDir, clock)
    expect(second.journal.head).to.equal(1)
    // Its entries go behind the newest file's day although the clock says an earlier one.
    expect(await append(second.journal, messageOf(2))).to.equal(2)
    expect(readAll(second.reader).map((entry) => dayOf(entry.at))).to.deep.equal([dayOf(clock.now()), dayOf(clock.now() + DAY)])
    second.reader.close()
    await second.journal.close()
  }))

  it('seals the file of yesterday: nothing of it is left in a WAL', () => withFolder(async (dataDir) => {
    const clock = new FakeClock()
    const { journal } = await open(dataDir, clock)
    await append(journal, messageOf(1))
    const yesterday = join(dataDir, 'journal', `${dayOf(clock.now())}.sqlite`)
    expect(existsSync(`${yesterday}-wal`)).to.equal(true)
    clock.tick(DAY)
    await append(journal, messageOf(2))
    expect(existsSync(`${yesterday}-wal`)).to.equal(false)
    await journal.close()
  }))

  it('drops whole days, but never one with entries that a projection has not passed, and never the current one', () => withFolder(async (dataDir) => {
    const clock = new FakeClock()
    const { journal, reader } = await open(dataDir, clock)
    for (let n = 1; n <= 4; n += 1) {
      await append(journal, messageOf(n))
      clock.tick(DAY)
    }
    const days = [4, 3, 2, 1].map((ago) => dayOf(clock.now() - ago * DAY))
    expect(readAll(reader)).to.have.length(4)
    expect(await journal.dropDaysBefore(days[3]!, 2)).to.deep.equal(days.slice(0, 2))
    expect(reader.first()).to.equal(3)
    expect(reader.read(0, 10).map((entry) => entry.position)).to.deep.equal([3, 4])
    expect(await journal.dropDaysBefore('2999-01-01', 4)).to.deep.equal([days[2]])
    expect(reader.read(0, 10).map((entry) => entry.position)).to.deep.equal([4])
    expect(readdirSync(join(dataDir, 'journal')).filter((name) => name.endsWith('.sqlite'))).to.deep.equal([`${days[3]}.sqlite`])
    reader.close()
    await journal.close()
  }))

  it('says so instead of going on when a day in the middle is gone', () => withFolder(async (dataDir) => {
    const clock = new FakeClock()
    const { journal } = await open(dataDir, clock)
    for (let n = 1; n <= 3; n += 1) {
      await append(journal, messageOf(n))
      clock.tick(DAY)
    }
    await journal.close()
    renameSync(join(dataDir, 'journal', `${dayOf(clock.now() - 2 * DAY)}.sqlite`), join(dataDir, 'moved'))
    const reader = new SqliteJournalReader(dataDir)
    expect(() => readAll(reader)).to.throw().that.includes({ code: 'journal-gap' })
    reader.close()
  }))
})
