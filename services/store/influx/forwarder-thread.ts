/** The forwarder's thread: the journal after its cursor, to InfluxDB, at the server's pace. */
import { systemClock } from '../../kernel/clock.ts'
import { giveWay } from '../../kernel/priority.ts'
import { serveThread } from '../../kernel/thread.ts'
import { InfluxClient } from './client.ts'
import { Forwarder } from './forwarder.ts'
import type { ForwarderLink } from './link.ts'
import { NOWHERE, ProgressFile } from './progress.ts'
import { prepareServer } from './server.ts'
import type { Prepared } from './server.ts'
import type { RollupPlace } from './rollup-queries.ts'
import { Rollups } from './rollups.ts'
import { PointSource } from './source.ts'

/** How often it is looked for hours and days whose roll-up is due, ms. */
const ROLL_PERIOD = 60_000

// Whoever is behind the journal may be late; whoever acknowledges may not.
await giveWay()
await serveThread<ForwarderLink>(({ dataDir, retentionDays, address, keeping, deadline }, say) => {
  const client = new InfluxClient({ address, clock: systemClock, deadline })
  const progress = ProgressFile.open(dataDir)
  const source = new PointSource(dataDir, retentionDays, progress)
  /** The server was not reached, or something was not as it should be: looked at again when it takes points. */
  let unsure = false
  let place: RollupPlace | null = null
  const rollups = new Rollups({ list: progress.rollups, client, clock: systemClock, rawDays: keeping.rawDays })
  let rolling = Promise.resolve()
  let isRolling = false
  let endRolls = (): void => undefined
  const roll = async (where: RollupPlace): Promise<void> => {
    isRolling = true
    const rolled = await rollups.run(where)
    isRolling = false
    say({ type: 'rolled', waiting: progress.rollups.size, words: rolled.type === 'failed' ? rolled.words : null })
  }
  const look = (): void => {
    // Points come first: what is not there yet would have to be rolled up again.
    if (!isRolling && place !== null && systemClock.now() - forwarder.mark.at < ROLL_PERIOD) rolling = roll(place)
  }
  const prepare = async (): Promise<Prepared> => {
    const prepared = await prepareServer(client, keeping)
    const { notes, place: found } = prepared
    place = found ?? place
    say({ type: 'prepared', notes, place: found })
    return prepared
  }
  const forwarder = new Forwarder({
    source, progress,
    clock: systemClock,
    random: Math.random,
    origin: NOWHERE,
    prepare: async () => {
      const { notes, made } = await prepare()
      unsure = notes.length > 0
      return made
    },
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
        progress.aimAt(client.shown)
        forwarder.open(head)
        forwarder.start()
        endRolls = systemClock.every(ROLL_PERIOD, look)
        return forwarder.mark
      }
    },
    told: (message) => {
      if (message.type === 'head') forwarder.advance(message.head)
      else forwarder.noted(message.id)
    },
    stop: async () => {
      endRolls()
      rollups.stop()
      const stopped = forwarder.stop()
      client.close()
      await Promise.all([stopped, rolling])
      client.close()
      source.close()
      progress.close()
    }
  }
})
