import { systemClock } from '../kernel/clock.ts'
import { backfill, stretchOf } from '../store/influx/backfill.ts'
import { InfluxClient } from '../store/influx/client.ts'
import type { RollupPlace } from '../store/influx/rollup-queries.ts'
import { Rollups } from '../store/influx/rollups.ts'
import { prepareServer } from '../store/influx/server.ts'
import { PointSource } from '../store/influx/source.ts'
import { SqliteJournalReader } from '../store/sqlite/journal-reader.ts'
import { Bar } from './bar.ts'
import { earliestDay } from './earliest.ts'
import { EXIT } from './exit.ts'
import type { InfluxConfig, Options } from './options.ts'
import { beginTask, forgetTask, openTask, readTask } from './task.ts'
import type { Task } from './task.ts'

/** A server that takes nothing for so long is given up, ms; what was copied is kept. */
const PATIENCE = 120_000

/** Copies, with a bar; goes on where it was stopped. Answers the exit code. */
export async function runBackfill(options: Options, config: InfluxConfig, signal: AbortSignal): Promise<number> {
  const { dataDir, retentionDays, influx } = config
  const client = new InfluxClient({ address: influx.address, clock: systemClock })
  const reader = new SqliteJournalReader(dataDir)
  const task = taskFor(options, config, client.shown, reader)
  reader.close()
  if (task === null) return EXIT.wrong
  const progress = openTask(dataDir)
  const source = new PointSource(dataDir, retentionDays, progress)
  const bar = new Bar(process.stdout, systemClock)
  const { begin, end } = task.stretch
  let step = { share: 0, points: 0, at: 0 }
  const told = new Set<number>()
  let failing = ''
  let forgetAfter = false
  let place: RollupPlace | null = null
  try {
    const ended = await backfill({
      ...task, source, progress, client, clock: systemClock, patience: PATIENCE, signal,
      prepare: async () => {
        const prepared = await prepareServer(client, influx)
        place = prepared.place ?? place
        for (const note of prepared.notes) bar.say(note)
        return prepared.made
      },
      onProgress({ position, at, points }) {
        step = { share: end === begin ? 1 : Math.min(1, Math.max(0, (position - begin) / (end - begin))), points, at }
        bar.show(step)
      },
      onRefused(records) {
        for (const { id, row, words } of records) {
          if (!told.has(id)) bar.say(`InfluxDB 拒绝 refused: ${words}\n  ${row}`)
          told.add(id)
        }
      },
      onFailed(words) {
        if (words !== failing) bar.say(`${words}  (重试 trying again)`)
        failing = words
      }
    })
    bar.show(ended.type === 'done' ? { ...step, share: 1 } : step, true)
    const refused = progress.refused().length
    if (ended.type === 'done') {
      const rollups = new Rollups({ list: progress.rollups, client, clock: systemClock, rawDays: influx.rawDays })
      const words = place === null ? null : await rollUpAll(rollups, place, signal)
      if (words !== null) {
        bar.say(`${words}\n再次运行即继续。 Run it again to go on.`)
        return EXIT.unusable
      }
      forgetAfter = true
      bar.say(`完成 done: ${step.points} 点 points${refused > 0 ? `, ${refused} 被拒绝 refused` : ''}`)
      return refused > 0 ? EXIT.different : EXIT.done
    }
    bar.say(ended.type === 'stopped' ? '已停止；再次运行即继续。 Stopped; run it again to go on.' : `${ended.words}\n再次运行即继续。 Run it again to go on.`)
    return ended.type === 'stopped' ? EXIT.stopped : EXIT.unusable
  } finally {
    client.close()
    source.close()
    progress.close()
    if (forgetAfter) forgetTask(dataDir)
  }
}

/** Hourly and daily values of what was copied. Null when they are written; else why not. */
async function rollUpAll(rollups: Rollups, place: RollupPlace, signal: AbortSignal): Promise<string | null> {
  for (;;) {
    if (signal.aborted) return '已停止 Stopped'
    const rolled = await rollups.run(place)
    if (rolled.type === 'failed') return rolled.words
    if (!rolled.more) return null
  }
}

/** The one that was stopped, or a new one; null when it is not clear which is meant. */
function taskFor(options: Options, { dataDir, retentionDays }: InfluxConfig, target: string, reader: SqliteJournalReader): Task | null {
  const stopped = options.anew ? null : readTask(dataDir)
  if (stopped) {
    const { from, to } = stopped.range
    const same = (options.from ?? from) === from && (options.to ?? to) === to && stopped.target === target
    if (same) return stopped
    const was = `${new Date(from).toISOString()} – ${new Date(to).toISOString()} → ${stopped.target}`
    process.stderr.write(`A copy of ${was} is not done yet: give the same options to go on, or --anew to forget it.\n上次的复制尚未完成：用相同的选项继续，或用 --anew 放弃它。\n`)
    return null
  }
  const now = systemClock.now()
  const range = { from: options.from ?? earliestDay(dataDir) ?? now, to: options.to ?? now }
  const task: Task = { range, stretch: stretchOf(reader, range, retentionDays), target }
  beginTask(dataDir, task)
  return task
}
