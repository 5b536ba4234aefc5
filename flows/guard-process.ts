/**
 * Ends Node-RED when the platform is gone, whatever way it went: a flow in a loop for ever would not notice. Not a thread of Node-RED, because
 * the permission model does not hold in threads: what may start one may do anything.
 */
const [pid] = process.argv.slice(2).map(Number)

// These come to the whole group of a terminal; the platform says when it is time.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

const end = (): void => {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } finally {
    process.exit()
  }
}
// The platform holds the other end, and its death lets go of it.
process.stdin.on('end', end).on('error', end).resume()
