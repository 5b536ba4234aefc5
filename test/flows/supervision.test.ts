import { expect } from 'chai'
import { advance, AT_REST, LIMITS } from '../../flows/supervision.ts'
import type { Deed, Happening, Supervision } from '../../flows/supervision.ts'

type Step = readonly [at: number, happening: Happening]

/** Plays happenings one after the other; answers the last state, and what was done when. */
function play(steps: readonly Step[], from: Supervision = AT_REST): { state: Supervision; done: (readonly [number, Deed['type'] | 'spawn safe'])[] } {
  let state = from
  const done: (readonly [number, Deed['type'] | 'spawn safe'])[] = []
  for (const [at, happening] of steps) {
    const next = advance(state, happening, at, LIMITS)
    state = next.state
    for (const deed of next.deeds) done.push([at, deed.type === 'spawn' && deed.safe ? 'spawn safe' : deed.type])
  }
  return { state, done }
}

const START: Happening = { type: 'start' }
const READY: Happening = { type: 'ready' }
const TICK: Happening = { type: 'tick' }
const BEAT: Happening = { type: 'beat', flows: true }
const CRASH: Happening = { type: 'ended', detail: 'exit code 1' }
const RUNNING = play([[0, START], [1000, READY]]).state
const SAFE: Supervision = { ...RUNNING, safe: true, failures: [100, 200, 300] }

describe('the supervision of Node-RED', () => {
  it('starts it once, however often it is asked', () => {
    expect(play([[0, START], [1, START], [2, READY], [3, START]]).done).to.deep.equal([[0, 'spawn']])
  })

  it('starts it again after a pause that doubles with each failure, up to the longest', () => {
    const steps: Step[] = []
    let at = 0
    const pauses: number[] = []
    let state = play([[0, START]]).state
    for (let failure = 0; failure < 8; failure += 1) {
      state = play([[at, CRASH]], state).state
      pauses.push(state.until - at)
      at = state.until
      steps.push([at, TICK])
      state = play([[at, TICK]], state).state
      expect(state.phase).to.equal('starting')
    }
    expect(pauses).to.deep.equal([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    expect(state.restarts).to.equal(8)
  })

  it('does not start it before the pause is over', () => {
    expect(play([[2000, CRASH], [2999, TICK], [3000, TICK]], RUNNING).done).to.deep.equal([[3000, 'spawn']])
  })

  it('goes into safe mode at the third failure within the window', () => {
    const { done, state } = play([[2000, CRASH], [3000, TICK], [4000, CRASH], [6000, TICK], [7000, CRASH], [11_000, TICK]], RUNNING)
    expect(done).to.deep.equal([[3000, 'spawn'], [6000, 'spawn'], [11_000, 'spawn safe']])
    expect(state.last).to.deep.equal({ at: 7000, why: 'start', detail: 'exit code 1' })
  })

  it('forgets failures that are older than the window', () => {
    const { done, state } = play([[2000, CRASH], [3000, TICK], [4000, CRASH], [6000, TICK], [6000 + LIMITS.window, CRASH], [7000 + LIMITS.window, TICK]], RUNNING)
    expect(done.at(-1)).to.deep.equal([7000 + LIMITS.window, 'spawn'])
    expect(state.safe).to.equal(false)
  })

  it('kills one that gives no sign of life, and takes that as a failure', () => {
    const { done, state } = play([[2000, BEAT], [2000 + LIMITS.silence, TICK], [2001 + LIMITS.silence, TICK], [2002 + LIMITS.silence, { type: 'ended', detail: 'ended by SIGKILL' }]], RUNNING)
    expect(done).to.deep.equal([[2001 + LIMITS.silence, 'kill']])
    expect([state.phase, state.last?.why, state.failures.length]).to.deep.equal(['waiting', 'hung', 1])
  })

  it('lets one live that gives signs of life, however long', () => {
    const steps = Array.from({ length: 100 }, (_, index): Step[] => [[index * LIMITS.silence, BEAT], [(index + 1) * LIMITS.silence, TICK]]).flat()
    expect(play(steps, RUNNING).done).to.deep.equal([])
  })

  it('kills one that does not come up in time', () => {
    const { state, done } = play([[0, START], [LIMITS.start - 1, BEAT], [LIMITS.start, TICK], [LIMITS.start + 1, TICK], [LIMITS.start + 2, CRASH]])
    expect(done).to.deep.equal([[0, 'spawn'], [LIMITS.start + 1, 'kill']])
    expect(state.last?.why).to.equal('start')
  })

  it('kills one that falls silent before it is up', () => {
    const { state, done } = play([[0, START], [1000, BEAT], [1000 + 3 * LIMITS.silence, TICK], [1001 + 3 * LIMITS.silence, TICK], [1002 + 3 * LIMITS.silence, CRASH]])
    expect(done).to.deep.equal([[0, 'spawn'], [1001 + 3 * LIMITS.silence, 'kill']])
    expect(state.last?.why).to.equal('hung')
  })

  it('kills one that takes more memory than it may', () => {
    const { state, done } = play([[2000, { type: 'measured', memory: LIMITS.memory }], [2001, { type: 'measured', memory: LIMITS.memory + 1 }], [2002, CRASH]], RUNNING)
    expect(done).to.deep.equal([[2001, 'kill']])
    expect(state.last?.why).to.equal('memory')
  })

  it('kills one whose folder takes more of the disk than it may, and starts it with its flows stopped: they alone write there', () => {
    const { state, done } = play([
      [2000, { type: 'weighed', disk: LIMITS.disk }], [2001, { type: 'weighed', disk: LIMITS.disk + 1 }], [2002, CRASH], [2002 + LIMITS.pause[0], TICK], [9000, { type: 'weighed', disk: LIMITS.disk + 1 }]
    ], RUNNING)
    expect(done).to.deep.equal([[2001, 'kill'], [2002 + LIMITS.pause[0], 'spawn safe']])
    expect(state.last?.why).to.equal('disk')
  })

  it('leaves safe mode when a deployment starts the flows, and goes back at once when they fail again', () => {
    const { state, done } = play([[400, BEAT], [500, CRASH], [500 + 8000, TICK]], SAFE)
    expect(done).to.deep.equal([[8500, 'spawn safe']])
    expect(state.safe).to.equal(true)
    expect(play([[400, BEAT]], SAFE).state.safe).to.equal(false)
    expect(play([[400, { type: 'beat', flows: false }]], SAFE).state.safe).to.equal(true)
  })

  it('starts anew with its flows when a person says so, from every phase, with the failures forgotten', () => {
    const asked = play([[400, { type: 'restart' }], [500, { type: 'ended', detail: 'exit code 0' }]], SAFE)
    expect(asked.done).to.deep.equal([[400, 'end'], [500, 'spawn']])
    expect([asked.state.safe, asked.state.failures, asked.state.restarts]).to.deep.equal([false, [], 1])
    const waiting = play([[500, CRASH]], SAFE).state
    expect(play([[501, { type: 'restart' }]], waiting).done).to.deep.equal([[501, 'spawn']])
  })

  it('ends it in order, by force when it does not listen, and does not start it again', () => {
    const { done, state } = play([[2000, { type: 'stop' }], [2000 + LIMITS.end, TICK], [2001 + LIMITS.end, TICK], [2002 + LIMITS.end, { type: 'ended', detail: '' }], [999_999, TICK]], RUNNING)
    expect(done).to.deep.equal([[2000, 'end'], [2001 + LIMITS.end, 'kill']])
    expect([state.phase, state.last]).to.deep.equal(['off', null])
  })

  it('stops while it waits, and while it is being killed', () => {
    expect(play([[2000, CRASH], [2001, { type: 'stop' }], [99_000, TICK]], RUNNING)).to.deep.include({ done: [] })
    const { state } = play([[2000, { type: 'measured', memory: LIMITS.memory + 1 }], [2001, { type: 'stop' }], [2002, CRASH]], RUNNING)
    expect(state.phase).to.equal('off')
  })
})
