/** Loaded before everything else in each thread of a platform: the one that `DYING` names breaks, as `DYING_HOW` says, once the file `DYING_SIGN` is there. */
import { existsSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'

const { DYING, DYING_HOW, DYING_SIGN } = process.env
if (DYING === (isMainThread ? 'main' : threadName)) {
  setInterval(() => {
    if (!existsSync(DYING_SIGN ?? '')) return
    if (DYING_HOW === 'throw') throw new Error('broken on purpose')
    void Promise.reject(new Error('broken on purpose'))
  }, 50).unref()
}
