/** When Node-RED is started, killed, started again, and started with its flows stopped: decided here, from what happened and the time alone. */

/** Why it had to be started again. */
export type Failure = 'crashed' | 'hung' | 'memory' | 'disk' | 'start'

export type Phase =
  /** Not wanted. */
  | 'off'
  | 'starting' | 'running'
  /** Told to end; killed when it does not. */
  | 'ending'
  /** Ended by itself or killed; started again when `until` has come. */
  | 'waiting'

export interface Supervision {
  readonly phase: Phase
  /** The flows are stopped, the editor is open. */
  readonly safe: boolean
  /** When this phase began, ms. */
  readonly since: number
  /** When the process last gave a sign of life, ms. */
  readonly heard: number
  /** Resident memory of the process, bytes. */
  readonly memory: number
  /** Times of failures in the window, the oldest first. */
  readonly failures: readonly number[]
  readonly last: { readonly at: number; readonly why: Failure; readonly detail: string } | null
  /** Starts after the first. */
  readonly restarts: number
  /** While waiting: when to start, ms. */
  readonly until: number
  /** While ending: what it was told to end for. */
  readonly after: 'stop' | 'anew' | Failure
}

export type Happening =
  | { readonly type: 'start' }
  /** Node-RED answers. */
  | { readonly type: 'ready' }
  /** A sign of life. `flows`: whether the flows run; a deployment starts them in safe mode too. */
  | { readonly type: 'beat'; readonly flows: boolean }
  | { readonly type: 'measured'; readonly memory: number }
  /** What its folder takes on the disk, bytes. */
  | { readonly type: 'weighed'; readonly disk: number }
  | { readonly type: 'ended'; readonly detail: string }
  /** Time has passed. */
  | { readonly type: 'tick' }
  /** A person wants it started anew, with its flows. */
  | { readonly type: 'restart' }
  | { readonly type: 'stop' }

export type Deed =
  | { readonly type: 'spawn'; readonly safe: boolean }
  | { readonly type: 'end' }
  | { readonly type: 'kill' }

export interface Limits {
  /** How long a start may take, ms. */
  readonly start: number
  /** Silence after which it counts as hung, ms. */
  readonly silence: number
  /** How long an orderly end may take, ms. */
  readonly end: number
  /** Resident memory, bytes. */
  readonly memory: number
  /** What its folder may take on the disk, bytes. */
  readonly disk: number
  /** Failures within `window` ms that lead into safe mode. */
  readonly failures: number
  readonly window: number
  /** The first pause before a new start and the longest, ms; each is twice the one before. */
  readonly pause: readonly [first: number, longest: number]
}

const MIB = 1024 * 1024

/**
 * Design choices. A start takes 2 to 5 s on the slowest machine in mind and reads a thousand files; 15 s of silence is far beyond a
 * long collection of garbage on a busy machine, and short enough that nobody looks for the fault elsewhere.
 */
export const LIMITS: Limits = { start: 120_000, silence: 15_000, end: 5000, memory: 700 * MIB, disk: 1024 * MIB, failures: 3, window: 600_000, pause: [1000, 60_000] }

export const AT_REST: Supervision = {
  phase: 'off', safe: false, since: 0, heard: 0, memory: 0, failures: [], last: null, restarts: 0, until: 0, after: 'stop'
}

/** What follows from a happening at `now`: the new state, and what is to be done. All times are ms of a clock that nobody sets (`Clock.elapsed`). */
export function advance(state: Supervision, happening: Happening, now: number, limits: Limits): { state: Supervision; deeds: readonly Deed[] } {
  switch (happening.type) {
    case 'start':
      return state.phase === 'off' ? spawn(state, now) : { state, deeds: [] }
    case 'ready':
      return { state: state.phase === 'starting' ? { ...state, phase: 'running', since: now, heard: now } : state, deeds: [] }
    case 'beat':
      // What failed before stays in mind: flows that were started by a deployment and fail again are stopped at once.
      return { state: { ...state, heard: now, safe: state.safe && !(state.phase === 'running' && happening.flows) }, deeds: [] }
    case 'measured':
      return lives(state) && happening.memory > limits.memory
        ? put({ ...state, memory: happening.memory }, 'memory', now)
        : { state: { ...state, memory: happening.memory }, deeds: [] }
    case 'weighed':
      // The disk belongs to the platform first: when it is full, nothing is acknowledged any more. In safe mode no flow writes.
      return lives(state) && !state.safe && happening.disk > limits.disk ? put(state, 'disk', now) : { state, deeds: [] }
    case 'ended':
      return ended(state, happening.detail, now, limits)
    case 'tick':
      return ticked(state, now, limits)
    case 'restart': {
      const cleared = { ...state, safe: false, failures: [] }
      if (lives(state)) return { state: { ...cleared, phase: 'ending', since: now, after: 'anew' }, deeds: [{ type: 'end' }] }
      return state.phase === 'waiting' ? spawn({ ...cleared, restarts: state.restarts + 1 }, now) : { state: cleared, deeds: [] }
    }
    case 'stop':
      break
  }
  if (lives(state)) return { state: { ...state, phase: 'ending', since: now, after: 'stop' }, deeds: [{ type: 'end' }] }
  return { state: state.phase === 'ending' ? { ...state, after: 'stop' } : { ...state, phase: 'off', since: now }, deeds: [] }
}

function lives({ phase }: Supervision): boolean {
  return phase === 'starting' || phase === 'running'
}

function spawn(state: Supervision, now: number): { state: Supervision; deeds: readonly Deed[] } {
  return { state: { ...state, phase: 'starting', since: now, heard: now, memory: 0 }, deeds: [{ type: 'spawn', safe: state.safe }] }
}

/** It does not listen to reason any more. */
function put(state: Supervision, why: Failure, now: number): { state: Supervision; deeds: readonly Deed[] } {
  return { state: { ...state, phase: 'ending', since: now, after: why }, deeds: [{ type: 'kill' }] }
}

function ticked(state: Supervision, now: number, limits: Limits): { state: Supervision; deeds: readonly Deed[] } {
  switch (state.phase) {
    case 'starting':
      // Reading a thousand files takes its turns: three times the silence, but no longer, for its flows may be running already.
      if (now - state.heard > 3 * limits.silence) return put(state, 'hung', now)
      return now - state.since > limits.start ? put(state, 'start', now) : { state, deeds: [] }
    case 'running':
      return now - state.heard > limits.silence ? put(state, 'hung', now) : { state, deeds: [] }
    case 'ending':
      return now - state.since > limits.end ? { state: { ...state, since: now }, deeds: [{ type: 'kill' }] } : { state, deeds: [] }
    case 'waiting':
      return now >= state.until ? spawn({ ...state, restarts: state.restarts + 1 }, now) : { state, deeds: [] }
    case 'off':
      break
  }
  return { state, deeds: [] }
}

function ended(state: Supervision, detail: string, now: number, limits: Limits): { state: Supervision; deeds: readonly Deed[] } {
  if (state.phase === 'ending' && state.after === 'stop') return { state: { ...state, phase: 'off', since: now, memory: 0 }, deeds: [] }
  if (state.phase === 'ending' && state.after === 'anew') return spawn({ ...state, restarts: state.restarts + 1 }, now)
  if (state.phase === 'off' || state.phase === 'waiting') return { state, deeds: [] }
  const why = state.phase === 'ending' ? state.after as Failure : state.phase === 'starting' ? 'start' : 'crashed'
  const failures = [...state.failures.filter((at) => at > now - limits.window), now]
  const [first, longest] = limits.pause
  return {
    state: {
      ...state, phase: 'waiting', since: now, memory: 0, failures, last: { at: now, why, detail },
      // A folder does not get smaller by starting again.
      safe: state.safe || why === 'disk' || failures.length >= limits.failures,
      until: now + Math.min(longest, first * 2 ** (failures.length - 1))
    },
    deeds: []
  }
}
