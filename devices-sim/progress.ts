import { costLine } from './meter.ts'
import type { Meter } from './meter.ts'
import type { Tally } from './tally.ts'

/** What is shown besides the tally. */
export interface Scene {
  readonly wanted: number
  readonly waiting: number
  readonly lines: readonly string[]
}

/** Where a show says how it goes. */
export interface Display {
  start(): void
  stop(): void
  /** One line that stays. */
  say(line: string): void
}

const TERMINAL_MS = 1_000
const PLAIN_MS = 5_000

/** Shows how it goes: a block that refreshes itself on a terminal, a plain line every 5 s elsewhere. */
export class Progress implements Display {
  readonly #out: NodeJS.WriteStream
  readonly #tally: Tally
  readonly #meter: Meter
  readonly #scene: () => Scene
  #timer: NodeJS.Timeout | null = null
  #drawn = 0

  constructor(out: NodeJS.WriteStream, tally: Tally, meter: Meter, scene: () => Scene) {
    this.#out = out
    this.#tally = tally
    this.#meter = meter
    this.#scene = scene
  }

  start(): void {
    this.#meter.read()
    this.#timer = setInterval(() => this.#show(), this.#out.isTTY ? TERMINAL_MS : PLAIN_MS)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#drawn = 0
  }

  say(line: string): void {
    this.#wipe()
    this.#out.write(`${line}\n`)
  }

  #show(): void {
    const lines = this.#lines()
    if (!this.#out.isTTY) {
      this.#out.write(`${lines.join(' | ')}\n`)
      return
    }
    this.#wipe()
    const width = Math.max(20, this.#out.columns - 1)
    // What has scrolled away could not be wiped.
    const block = lines.slice(0, Math.max(1, this.#out.rows - 1)).map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    this.#out.write(`${block.join('\n')}\n`)
    this.#drawn = block.length
  }

  #wipe(): void {
    if (this.#drawn > 0) this.#out.write(`\u001B[${this.#drawn}A\u001B[J`)
    this.#drawn = 0
  }

  #lines(): string[] {
    const { connected, sent, acknowledged, inFlight, reconnects, refused, dropped, rejected, commands, lastError } = this.#tally
    const { wanted, waiting, lines } = this.#scene()
    const reading = this.#meter.read()
    const { sentPerSecond, acknowledgedPerSecond } = reading
    const rates = [
      `connected ${connected}/${wanted}`, `sent ${sent} (${Math.round(sentPerSecond)}/s)`, `acknowledged ${acknowledged} (${Math.round(acknowledgedPerSecond)}/s)`,
      `in flight ${inFlight}`, `waiting ${waiting}`,
      ...(reconnects > 0 ? [`reconnects ${reconnects}`] : []), ...(refused > 0 ? [`refused ${refused}`] : []), ...(dropped > 0 ? [`dropped ${dropped}`] : []),
      ...(rejected > 0 ? [`rejected ${rejected}`] : []), ...(commands > 0 ? [`commands ${commands}`] : []), ...(connected < wanted && lastError ? [lastError] : [])
    ].join(', ')
    return [rates, costLine(reading), ...lines]
  }
}
