/**
 * Ends this process when the one that started it is gone. A thread of its own, because a flow may keep the main one in a loop for ever;
 * by the number of the parent, because that changes whatever way it went.
 */
import { workerData } from 'node:worker_threads'

/** How often it looks, ms. */
const EVERY = 1000

const { parent } = workerData as { parent: number }

setInterval(() => {
  if (process.ppid !== parent || !isThere(parent)) process.kill(process.pid, 'SIGKILL')
}, EVERY)

/** Where a process keeps its parent's number after its end (Windows), the number leads nowhere. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
