/** The whole platform beside Mosquitto without storage: acknowledged after the commit, decoded, judged and written to history. */
import { DOOR_REPORT, startFleet } from './fleet.ts'
import { runPublishers } from './load/run.ts'
import type { LoadResult } from './load/run.ts'
import { MOSQUITTO, withPeer } from './peers.ts'

/** Measured in turn, and the best run of each counts: other work on the machine only ever slows. */
const ROUNDS = 3
const LOAD = { connections: 200, inflight: 20, payload: DOOR_REPORT }

/** Acknowledged messages a second: 200 connections, 20 in flight. The platform's rate counts until the last message is judged. */
export async function run(seconds = 8): Promise<Record<string, string | number>[]> {
  const { platform, credentials } = await startFleet(LOAD.connections)
  let ours: (LoadResult & { judgedPerSecond: number }) | null = null
  let theirs: LoadResult | null = null
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const peer = await withPeer(MOSQUITTO, (port) => runPublishers({ ...LOAD, port, seconds }))
      if (!theirs || peer.ackedPerSecond > theirs.ackedPerSecond) theirs = peer
      const result = await runPublishers({ ...LOAD, port: platform.mqttPort, seconds, credentials })
      const stopped = performance.now()
      await caughtUp(platform.url)
      const judgedPerSecond = Math.round(result.acked / (result.seconds + (performance.now() - stopped) / 1000))
      if (!ours || judgedPerSecond > ours.judgedPerSecond) ours = { ...result, judgedPerSecond }
    }
  } finally {
    await platform.stop()
  }
  if (!ours || !theirs) throw new Error('nothing was measured')
  const row = (name: string, perSecond: number, { latency }: LoadResult): Record<string, string | number> => ({
    name, 'messages/s': perSecond, ratio: Number((perSecond / theirs.ackedPerSecond).toFixed(2)), 'p50 ms': latency.p50, 'p99 ms': latency.p99
  })
  return [
    row('mosquitto, nothing stored', theirs.ackedPerSecond, theirs),
    row('gatehouse, acknowledged after commit', ours.ackedPerSecond, ours),
    row('gatehouse, until all is judged', ours.judgedPerSecond, ours)
  ]
}

/** Resolves when everything that was committed is judged. */
async function caughtUp(url: string): Promise<void> {
  for (;;) {
    const { parts } = (await (await fetch(`${url}/readyz`)).json()) as { parts: { unjudged: number } }
    if (parts.unjudged < 10) return
    await new Promise((done) => setTimeout(done, 20))
  }
}
