import type { Millis } from '../../protocol/names.ts'
import { ALL_WELL, judgePlatform } from '../rules/platform.ts'
import type { PlatformState, SelfView } from '../rules/platform.ts'
import type { RuleSettings } from '../rules/settings.ts'
import type { Parts } from './devices.ts'

/** What the platform sees of itself; by `system` alone, and not audited. Replies null. */
export interface SelfAction extends SelfView {
  readonly name: 'platform.seen'
}

const STATE = 'platform'

/** The state of the rules about the platform itself. */
export class Self {
  readonly #parts: Pick<Parts, 'book' | 'wrote'>
  readonly #settings: () => RuleSettings
  #state = ALL_WELL

  constructor(parts: Pick<Parts, 'book' | 'wrote'>, settings: () => RuleSettings) {
    this.#parts = parts
    this.#settings = settings
  }

  seen(view: SelfView, at: Millis): void {
    const { state, signals } = judgePlatform(this.#state, view, at, this.#settings())
    if (state !== this.#state) this.#parts.wrote(STATE, state)
    this.#state = state
    for (const signal of signals) this.#parts.book.signal(signal, at)
  }

  /** False: not a piece of it. */
  restore(key: string, value: unknown): boolean {
    if (key !== STATE) return false
    this.#state = value as PlatformState
    return true
  }
}
