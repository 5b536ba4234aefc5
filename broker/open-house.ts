import type { Gate, Principal, Recorder } from './ports.ts'

/** Lets everybody do everything: for test suites of the protocol, never for a house with people in it. */
export const openGate: Gate<Principal> = {
  authenticate: ({ clientId }) => ({ ok: true, principal: { id: clientId } }),
  mayPublish: () => true,
  maySubscribe: () => true,
  mayReceive: () => true
}

/** Keeps nothing. Calls back one turn later, all messages of a turn together, as a journal does after its commit. */
export function createForgetfulRecorder(): Recorder<Principal> {
  let waiting: ((error: Error | null) => void)[] = []
  const commit = (): void => {
    const committed = waiting
    waiting = []
    for (const done of committed) done(null)
  }
  return {
    published(_message, done) {
      if (waiting.push(done) === 1) setImmediate(commit)
    },
    connected() {},
    disconnected() {},
    violated() {}
  }
}
