/** A broker in a process of its own: measured from outside, and killed. Arguments: folder (optional). */
import { openHouse } from './house.ts'

const directory = process.argv[2]
const house = await openHouse(directory === undefined ? {} : { directory })
let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 5).unref()
process.on('message', (question) => {
  if (question === 'memory') {
    globalThis.gc?.()
    peak = 0
    process.send?.(process.memoryUsage.rss())
  } else process.send?.(Math.max(peak, process.memoryUsage.rss()))
})
process.send?.(house.port)
