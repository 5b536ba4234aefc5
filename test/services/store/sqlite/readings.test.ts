import { describe } from 'mocha'
import type { JournalEntry } from '../../../../services/store/ports.ts'
import { HistoryProjection } from '../../../../services/store/sqlite/history-projection.ts'
import { HistoryReader } from '../../../../services/store/sqlite/read-history.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { readingsContract } from '../readings-contract.ts'

describe('the embedded store', () => {
  readingsContract(() => {
    const folder = temporaryFolder()
    const history = new HistoryProjection(folder.path, 14)
    const reader = new HistoryReader(folder.path)
    let position = 0
    return Promise.resolve({
      receive(...entries) {
        const received: JournalEntry[] = []
        for (const entry of entries) received.push({ ...entry, position: ++position, at: Date.now() })
        history.apply(received)
        return Promise.resolve()
      },
      steps: (...asked) => Promise.resolve(reader.readings(...asked)),
      close() {
        history.close()
        reader.close()
        folder.remove()
        return Promise.resolve()
      }
    })
  })
})
