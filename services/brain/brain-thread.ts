/** The brain's thread: the loop on the journal's files and `operations.sqlite`. */
import { systemClock } from '../kernel/clock.ts'
import { serveThread } from '../kernel/thread.ts'
import { judgeDevice } from '../rules/engine.ts'
import { SqliteJournalReader } from '../store/sqlite/journal-reader.ts'
import { openOperations } from '../store/sqlite/operations.ts'
import { Fold } from './fold.ts'
import type { BrainLink } from './link.ts'
import { BrainLoop } from './loop.ts'

await serveThread<BrainLink>(async ({ dataDir }, say) => {
  const operations = openOperations(dataDir)
  const reader = new SqliteJournalReader(dataDir)
  const close = async (): Promise<void> => {
    reader.close()
    await operations.close()
  }
  const fold = new Fold({
    judge: judgeDevice,
    onFault: ({ message, stack }, { position, key }) => say({ type: 'fault', position, key, message, stack })
  })
  const loop = new BrainLoop({
    fold, reader, operations, clock: systemClock,
    listener: {
      judged: (position, news) => say({ type: 'judged', position, ...news }),
      committed: ({ changes: { position, compounds, devices, users, sessions, tokens }, replies }) =>
        say({ type: 'committed', changes: { position, compounds, devices, users, sessions, tokens }, replies }),
      stalled: (error) => say({ type: 'stalled', message: error?.message ?? null })
    }
  })
  try {
    await loop.open()
  } catch (error) {
    await close()
    throw error
  }
  // What it rejects with ends this thread, and the main thread with it: nobody may believe that somebody still judges.
  void loop.run()
  return {
    calls: {
      removeOld: ({ before, limit }) => operations.removeOld(before, limit),
      caughtUp: async (head) => {
        await loop.caughtUp(head)
        return { position: fold.position, summaries: fold.summaries() }
      }
    },
    told: (head) => loop.nudge(head),
    stop: async () => {
      await loop.stop()
      await close()
    }
  }
})
