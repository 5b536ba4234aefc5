/** Appends without end and prints each position whose commit was called back; made to be killed, so a line counts only with its `;`. */
import { systemClock } from '../../../../services/kernel/clock.ts'
import { SqliteJournal } from '../../../../services/store/sqlite/journal.ts'
import { messageOf } from '../journal-contract.ts'

const journal = new SqliteJournal({
  dataDir: process.argv[2] ?? '', clock: systemClock,
  onFatal: (error) => {
    throw error
  }
})
try {
  await journal.open()
} catch (error) {
  process.stdout.write(`refused ${String(error)};\n`, () => process.exit(2))
  await new Promise<never>(() => undefined)
}
process.stdout.write('open;\n')
let n = journal.head
const more = (): void => {
  for (let i = 0; i < 50; i += 1) {
    n += 1
    const sent = n
    journal.append(messageOf(sent), (error, position) => process.stdout.write(error ? `error ${error.message};\n` : `${sent} ${position};\n`))
  }
  if (journal.pending < 2000) setImmediate(more)
  else journal.append({ type: 'tick' }, (_, position) => {
    n = position
    more()
  })
}
if (process.argv[3] === 'append') more()
