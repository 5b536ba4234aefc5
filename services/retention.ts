import type { Config } from './config/config.ts'
import type { Clock } from './kernel/clock.ts'
import { asError } from './kernel/errors.ts'
import type { Logger } from './kernel/log.ts'
import type { Forgetting, OldRecords } from './store/ports.ts'
import type { Store } from './store/sqlite/index.ts'

/** How often it is looked whether something is past its time, ms. */
const PERIOD = 3_600_000
const DAY = 86_400_000
/** Records removed at once: some milliseconds in the thread that judges alarms. A pause follows, ms, so that a thousand a second go. */
const SLICE = 100
const PAUSE = 100

interface RetentionParts {
  readonly config: Pick<Config, 'retentionDays' | 'pictureDays' | 'passageDays' | 'quarantineDays' | 'alarmDays' | 'auditDays'>
  readonly store: Pick<Store, 'dropBefore'>
  readonly records: Forgetting
  readonly clock: Clock
  readonly log: Logger
}

/** Removes what is past its time, at the start and each hour: whole days of journal, history and pictures, single records in small slices. Returns a function that ends it. */
export function keepRetention({ config, store, records, clock, log }: RetentionParts): () => void {
  let stopPause = (): void => undefined
  const stopping = new AbortController()
  let slicing = false
  const ago = (days: number): number => clock.now() - days * DAY
  const day = (days: number): string => new Date(ago(days)).toISOString().slice(0, 10)

  async function removeRecords(before: OldRecords): Promise<void> {
    let removed = 0
    for (let slice = SLICE; slice === SLICE && !stopping.signal.aborted;) {
      slice = await records.removeOld(before, SLICE)
      removed += slice
      if (slice === SLICE) await new Promise<void>((done) => (stopPause = later(done)))
    }
    if (removed > 0) log.info({ removed }, 'old records removed')
  }
  const later = (done: () => void): (() => void) => {
    const callOff = clock.after(PAUSE, done)
    return () => {
      callOff()
      done()
    }
  }
  const failed = (what: string) => (thrown: unknown): void => {
    if (!stopping.signal.aborted) log.error({ err: asError(thrown) }, `could not remove old ${what}; tried again in an hour`)
  }
  const look = (): void => {
    const { retentionDays, pictureDays, passageDays, quarantineDays, alarmDays, auditDays } = config
    store.dropBefore({ readings: day(retentionDays), passages: day(passageDays), pictures: day(pictureDays) }).catch(failed('days'))
    if (slicing) return
    slicing = true
    removeRecords({ quarantine: ago(quarantineDays), alarms: ago(alarmDays), audit: ago(auditDays), commands: ago(auditDays), connections: ago(retentionDays) })
      .catch(failed('records')).finally(() => (slicing = false))
  }
  look()
  const stop = clock.every(PERIOD, look)
  return () => {
    stopping.abort()
    stop()
    stopPause()
  }
}
