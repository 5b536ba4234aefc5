import { readlinkSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { basename } from 'node:path'

/** Of Linux's steps from -20 to 19: about a third of the share of a thread that has not given way, where both want the same core; all of it where nobody else does. */
const LATE = 5

/**
 * Lets all other threads go before the one that calls it. On Linux alone, where a priority belongs to a thread; elsewhere it would be the whole process's, so nothing
 * is done. Answers whether it was done.
 */
export async function giveWay(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    // Threads inherit it: those that all of the process shares for its files have to be there before.
    await stat('/')
    // The link leads to {process}/task/{thread}.
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), LATE)
    return true
  } catch {
    return false
  }
}
