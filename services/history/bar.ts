import type { Millis } from '../../protocol/names.ts'
import type { Clock } from '../kernel/clock.ts'

const TERMINAL_PERIOD = 200
const PLAIN_PERIOD = 5_000
const WIDTH = 24

export interface BarStep {
  /** From 0 to 1. */
  readonly share: number
  readonly points: number
  /** Time of receipt of what was copied last; 0 before that. */
  readonly at: Millis
}

/** A line that draws itself anew on a terminal; elsewhere a line each 5 s. */
export class Bar {
  readonly #out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
  readonly #clock: Clock
  #began: { readonly at: Millis; readonly share: number } | null = null
  #shownAt = 0
  #drawn = false

  constructor(out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>, clock: Clock) {
    this.#out = out
    this.#clock = clock
  }

  show(step: BarStep, now = false): void {
    const at = this.#clock.now()
    this.#began ??= { at, share: step.share }
    if (!now && at - this.#shownAt < (this.#out.isTTY ? TERMINAL_PERIOD : PLAIN_PERIOD)) return
    this.#shownAt = at
    const line = this.#lineOf(step, at)
    this.#wipe()
    this.#out.write(this.#out.isTTY ? line : `${line}\n`)
    this.#drawn = this.#out.isTTY
  }

  /** One line that stays. */
  say(line: string): void {
    this.#wipe()
    this.#out.write(`${line}\n`)
  }

  #wipe(): void {
    if (this.#drawn) this.#out.write('\r\u001B[K')
    this.#drawn = false
  }

  #lineOf({ share, points, at }: BarStep, now: Millis): string {
    const began = this.#began ?? { at: now, share }
    const seconds = (now - began.at) / 1_000
    const full = Math.round(share * WIDTH)
    const parts = [`${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${String(Math.floor(share * 100)).padStart(3)} %`, `${points} 点 points`]
    if (seconds > 0 && points > 0) parts.push(`${Math.round(points / seconds)}/s`)
    if (at > 0) parts.push(new Date(at).toISOString().slice(0, 16).replace('T', ' '))
    const done = share - began.share
    if (done > 0 && share < 1) parts.push(`剩余 left ${span(seconds / done * (1 - share))}`)
    return parts.join('  ')
  }
}

function span(seconds: number): string {
  const whole = Math.ceil(seconds)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${Math.floor(whole / 3_600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}
