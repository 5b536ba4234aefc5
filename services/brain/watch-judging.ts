import type { Clock } from '../kernel/clock.ts'
import { GatehouseError } from '../kernel/errors.ts'
import type { Millis } from '../../protocol/names.ts'
import type { Brain } from './brain.ts'

const PERIOD: Millis = 5000
/**
 * So many looks in a row at a brain that has work and does none: it hangs. Its longest turns (a snapshot of the pilot, a commit on a slow disk) take seconds; the fault
 * of a supervised path is to be shown within 100 s (EN 54-2).
 */
const LOOKS = 18

interface Watched {
  readonly brain: Pick<Brain, 'judged' | 'behind' | 'stalled'>
  readonly clock: Clock
  readonly onFatal: (error: Error) => void
}

/**
 * A thread that dies ends the platform; one that is in a loop for ever would leave it acknowledging what nobody judges. After 90 s of that, `onFatal` is told
 * (`brain-hangs`), once. Returns a function that ends the watch.
 */
export function watchJudging({ brain, clock, onFatal }: Watched): () => void {
  let judged = -1
  let looks = 0
  const stop = clock.every(PERIOD, () => {
    // A store that takes nothing is said by others, and judging again would not mend it.
    const hangs = brain.judged === judged && brain.behind > 0 && brain.stalled === null
    judged = brain.judged
    looks = hangs ? looks + 1 : 0
    if (looks < LOOKS) return
    stop()
    onFatal(new GatehouseError('brain-hangs', `nothing was judged for ${LOOKS * PERIOD / 1000} s after entry ${judged} of the journal, and ${brain.behind} wait`))
  })
  return stop
}
