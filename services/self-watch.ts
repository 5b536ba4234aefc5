import type { BrainPort } from './brain/port.ts'
import type { Clock } from './kernel/clock.ts'
import { freePart } from './kernel/disk-space.ts'
import type { SelfView } from './rules/platform.ts'
import type { InfluxHistory } from './store/influx/history.ts'

/** How often the platform looks at itself, ms. */
const PERIOD = 5000
/** Nearer together, two looks are the same: a lag in ms, and a part of the disk. */
const LAG_STEP = 5000
const DISK_STEP = 0.005

interface SelfWatchParts {
  readonly brain: Pick<BrainPort, 'act'>
  readonly influx: Pick<InfluxHistory, 'lag'> | null
  readonly dataDir: string
  readonly clock: Clock
}

/** Tells the journal what the platform sees of itself, soon after it starts and whenever that changed; what follows from it is the brain's to say. Returns a function that ends it. */
export function watchSelf({ brain, influx, dataDir, clock }: SelfWatchParts): () => void {
  let told: string | null = null
  let telling = false
  const look = async (): Promise<void> => {
    const view: SelfView = { historyLag: influx && Math.round(influx.lag), diskFree: await freePart(dataDir) }
    const coarse = coarsely(view)
    if (coarse === told) return
    await brain.act('system', { name: 'platform.seen', ...view })
    told = coarse
  }
  const begin = (): void => {
    if (telling) return
    telling = true
    // A journal that takes nothing is said by others; the next look tells it.
    void look().catch(() => undefined).finally(() => (telling = false))
  }
  // Not at once: what the last run left to be forwarded is as old as the pause was long, and gone in a moment.
  return clock.every(PERIOD, begin)
}

function coarsely({ historyLag, diskFree }: SelfView): string {
  return `${historyLag === null ? '-' : Math.floor(historyLag / LAG_STEP)} ${diskFree === null ? '-' : Math.round(diskFree / DISK_STEP)}`
}
