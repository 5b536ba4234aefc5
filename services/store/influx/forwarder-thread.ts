/** The forwarder's thread: the journal after its cursor, to InfluxDB, at the server's pace. */
import { systemClock } from '../../kernel/clock.ts'
import { serveThread } from '../../kernel/thread.ts'
import { InfluxClient } from './client.ts'
import { Forwarder } from './forwarder.ts'
import type { ForwarderLink } from './link.ts'
import { ProgressFile } from './progress.ts'
import { prepareServer } from './server.ts'
import { PointSource } from './source.ts'

await serveThread<ForwarderLink>(({ dataDir, retentionDays, address, keeping, deadline }, say) => {
  const client = new InfluxClient({ address, clock: systemClock, deadline })
  const progress = ProgressFile.open(dataDir)
  const source = new PointSource(dataDir, retentionDays, progress)
  /** The server was not reached, or something was not as it should be: looked at again when it takes points. */
  let unsure = false
  const prepare = async (): Promise<boolean> => {
    const notes = await prepareServer(client, keeping)
    say({ type: 'prepared', notes })
    return notes.length === 0
  }
  const forwarder = new Forwarder({
    source, progress,
    clock: systemClock,
    random: Math.random,
    prepare: async () => void (unsure = !await prepare()),
    write: async (points) => {
      const answer = await client.write(points)
      if (answer.type === 'written' && unsure) {
        unsure = false
        await prepare()
      }
      return answer
    },
    listener: {
      moved: (mark, points) => say({ type: 'moved', mark, points }),
      refused: (records) => say({ type: 'refused', records }),
      stalled: (words) => say({ type: 'stalled', words })
    }
  })
  return {
    calls: {
      start: (head) => {
        forwarder.open(head)
        forwarder.start()
        return forwarder.mark
      }
    },
    told: (message) => {
      if (message.type === 'head') forwarder.advance(message.head)
      else forwarder.noted(message.id)
    },
    stop: async () => {
      const stopped = forwarder.stop()
      client.close()
      await stopped
      client.close()
      source.close()
      progress.close()
    }
  }
})
