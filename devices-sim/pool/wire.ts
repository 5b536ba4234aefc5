import type { LinkTarget } from '../mqtt-link.ts'
import type { PilotDevice } from '../pilot.ts'
import type { Cost } from '../meter.ts'
import type { Tally } from '../tally.ts'

/** What a process that holds connections is told at its start. */
export interface Beginning {
  readonly target: LinkTarget
  readonly seed: number
  /** How many such processes there are: together they connect no faster than one. */
  readonly processes: number
}

/** What one connection is told to do; `n` is its number in its process. */
export type Order =
  | { readonly does: 'make'; readonly n: number; readonly about: PilotDevice; readonly token: string; readonly subscriptions: readonly string[] }
  | { readonly does: 'token'; readonly n: number; readonly token: string }
  | { readonly does: 'start' | 'thaw'; readonly n: number; readonly will: { readonly topic: string; readonly payload: string } }
  | { readonly does: 'stop' | 'cut' | 'freeze'; readonly n: number }
  /** `late`: the body if it is sent long after; null: the same. `told`: its number where somebody waits for the acknowledgement. */
  | { readonly does: 'publish'; readonly n: number; readonly topic: string; readonly retain: boolean; readonly body: string | Buffer; readonly late: string | Buffer | null; readonly told: number | null }

/** What one connection has heard. */
export type Heard =
  | { readonly what: 'connected'; readonly n: number }
  | { readonly what: 'refused'; readonly n: number; readonly code: number }
  | { readonly what: 'received'; readonly n: number; readonly topic: string; readonly payload: Uint8Array }
  | { readonly what: 'acknowledged'; readonly n: number; readonly told: number }

/** How one connection is: number, online, thrown out, messages taken so far, of these not acknowledged yet. */
export type State = readonly [n: number, online: boolean, lost: boolean, taken: number, pending: number]

/** What a process that holds connections says every now and then. */
export interface News {
  readonly heard: readonly Heard[]
  /** Of connections with which something happened. */
  readonly states: readonly State[]
  readonly tally: Tally
  readonly cost: Cost
}
