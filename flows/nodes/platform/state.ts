import type { Status } from './red.ts'

/** How a connection stands; `why` where it does not. */
export interface LineState {
  readonly name: 'connecting' | 'connected' | 'disconnected'
  readonly why: string | null
}

/** As a node shows it, in the editor's language where Node-RED has the words. */
export function statusOf({ name, why }: LineState): Status {
  if (name === 'connected') return { fill: 'green', shape: 'dot', text: 'node-red:common.status.connected' }
  if (why !== null) return { fill: 'red', shape: 'ring', text: why.slice(0, 60) }
  return { fill: 'yellow', shape: 'ring', text: `node-red:common.status.${name}` }
}

/** Tells all who listen, and whoever begins to, how a connection stands. */
export class StateBoard {
  readonly #listeners = new Set<(state: LineState) => void>()
  #state: LineState = { name: 'connecting', why: null }

  set(name: LineState['name'], why: string | null = null): void {
    this.#state = { name, why }
    for (const listener of this.#listeners) listener(this.#state)
  }

  on(listener: (state: LineState) => void): () => void {
    this.#listeners.add(listener)
    listener(this.#state)
    return () => void this.#listeners.delete(listener)
  }
}
